package io.pharos.discovery.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What `resolv.conf` says: which servers to ask, and which domains to look in for names with fewer dots than
/// `ndots`.
///
/// @param servers `host` or `host:port`
record ResolverConfig(List<String> servers, List<String> search, int ndots) {
    static final Path FILE = Path.of("/etc/resolv.conf");

    static ResolverConfig read(Path file) throws IOException {
        var servers = new ArrayList<String>();
        var search = new ArrayList<String>();
        int ndots = 1;
        for (String line : Files.readAllLines(file)) {
            String[] words = line.strip().split("\\s+");
            switch (words[0]) {
                case "nameserver" -> {
                    if (words.length > 1) {
                        servers.add(words[1].indexOf(':') >= 0 ? "[" + words[1] + "]" : words[1]);
                    }
                }
                case "search", "domain" -> {
                    search.clear();
                    for (int i = 1; i < words.length; i++) {
                        search.add(words[i]);
                    }
                }
                case "options" -> {
                    for (String word : words) {
                        if (word.matches("ndots:\\d{1,2}")) {
                            ndots = Math.min(15, Integer.parseInt(word.substring(6)));
                        }
                    }
                }
                default -> {}
            }
        }
        return new ResolverConfig(List.copyOf(servers), List.copyOf(search), ndots);
    }

    /// The full names to ask for, in order.
    List<String> candidates(String name) {
        if (name.endsWith(".")) {
            return List.of(name);
        }
        var names = new ArrayList<String>();
        boolean enoughDots = name.chars().filter(c -> c == '.').count() >= ndots;
        if (enoughDots) {
            names.add(name + ".");
        }
        for (String domain : search) {
            names.add(name + "." + (domain.endsWith(".") ? domain : domain + "."));
        }
        if (!enoughDots) {
            names.add(name + ".");
        }
        return names;
    }
}
