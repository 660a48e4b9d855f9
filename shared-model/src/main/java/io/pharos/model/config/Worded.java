package io.pharos.model.config;

/// An enum whose values files spell another way than in lower case.
interface Worded {
    String word();
}
