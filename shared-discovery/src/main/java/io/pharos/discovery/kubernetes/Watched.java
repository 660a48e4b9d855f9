package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.pharos.model.config.KubernetesDiscovery.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The objects of one kind in the namespaces asked for, kept current by list and watch. A watch that breaks
/// resumes where it was, or lists again where the server has forgotten.
///
/// @param <T> the kind
final class Watched<T extends HasMetadata> {
    /// Counts what happens to the watches.
    interface Reports {
        /// `add`, `update` or `delete`.
        void event(String event);

        void failed(Throwable why);
    }

    private final List<SharedIndexInformer<T>> informers = new ArrayList<>();

    /// @param namespaces to look in; everywhere if there are none
    /// @param indexes functions that give the keys by which [#byIndex] finds an object
    /// @param changed hears of every object that came, changed or went; on a thread of the client
    Watched(
            KubernetesClient client,
            Class<T> kind,
            List<String> namespaces,
            Optional<Selector> selector,
            Map<String, Function<T, List<String>>> indexes,
            Consumer<T> changed,
            Reports reports) {
        List<@Nullable String> places = new ArrayList<>(namespaces);
        if (places.isEmpty()) {
            places.add(null);
        }
        for (String namespace : places) {
            FilterWatchListDeletable<T, ?, ?> operation = namespace == null
                    ? client.resources(kind).inAnyNamespace()
                    : client.resources(kind).inNamespace(namespace);
            SharedIndexInformer<T> informer =
                    select(operation, selector).runnableInformer(0).addIndexers(indexes);
            informer.exceptionHandler((started, why) -> {
                reports.failed(why);
                return true;
            });
            informer.addEventHandler(new ResourceEventHandler<T>() {
                @Override
                public void onAdd(T object) {
                    reports.event("add");
                    changed.accept(object);
                }

                @Override
                public void onUpdate(T before, T object) {
                    reports.event("update");
                    changed.accept(object);
                }

                @Override
                public void onDelete(T object, boolean unknown) {
                    reports.event("delete");
                    changed.accept(object);
                }
            });
            informers.add(informer);
        }
    }

    private static <T> FilterWatchListDeletable<T, ?, ?> select(
            FilterWatchListDeletable<T, ?, ?> operation, Optional<Selector> selector) {
        FilterWatchListDeletable<T, ?, ?> selected = operation;
        if (selector.isPresent()) {
            if (!selector.get().label().isEmpty()) {
                selected = selected.withLabelSelector(selector.get().label());
            }
            if (!selector.get().field().isEmpty()) {
                for (String term : selector.get().field().split(",")) {
                    selected = field(selected, term.strip());
                }
            }
        }
        return selected;
    }

    private static <T> FilterWatchListDeletable<T, ?, ?> field(
            FilterWatchListDeletable<T, ?, ?> operation, String term) {
        int equals = term.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException(
                    "invalid field selector \"" + term + "\"; it must have the form key=value or key!=value");
        }
        boolean not = term.charAt(equals - 1) == '!';
        String name = term.substring(0, not ? equals - 1 : equals).strip();
        String value = term.substring(term.startsWith("==", equals) ? equals + 2 : equals + 1)
                .strip();
        return not ? operation.withoutField(name, value) : operation.withField(name, value);
    }

    /// Begins to watch; done once everything was listed.
    CompletableFuture<?> start() {
        return CompletableFuture.allOf(informers.stream()
                .map(informer -> informer.start().toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    void stop() {
        informers.forEach(SharedIndexInformer::stop);
    }

    @Nullable
    T get(String key) {
        for (SharedIndexInformer<T> informer : informers) {
            T object = informer.getStore().getByKey(key);
            if (object != null) {
                return object;
            }
        }
        return null;
    }

    List<T> all() {
        var all = new ArrayList<T>();
        informers.forEach(informer -> all.addAll(informer.getStore().list()));
        return all;
    }

    List<T> byIndex(String index, String key) {
        var all = new ArrayList<T>();
        informers.forEach(informer -> all.addAll(informer.getIndexer().byIndex(index, key)));
        return all;
    }

    List<T> inNamespace(String namespace) {
        return byIndex(Cache.NAMESPACE_INDEX, namespace);
    }

    /// The key of an object: `namespace/name`, or `name` where it has no namespace.
    static String key(HasMetadata object) {
        return key(object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    static String key(@Nullable String namespace, String name) {
        return namespace == null || namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
