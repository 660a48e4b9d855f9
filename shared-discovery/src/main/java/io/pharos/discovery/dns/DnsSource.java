package io.pharos.discovery.dns;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.TargetGroup;
import io.pharos.discovery.TargetSource;
import io.pharos.model.config.DnsDiscovery;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.CompositeName;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/// `dns_sd_configs`. A name that does not exist gives no targets; one that can't be asked for keeps those it
/// gave. Asks through the JDK's resolver, which falls back to TCP for long answers.
public final class DnsSource implements TargetSource {
    private static final String TIMEOUT_MS = "2000";

    /// Tells which servers to ask; read anew at every refresh.
    @FunctionalInterface
    interface Resolvers {
        ResolverConfig read() throws IOException;
    }

    private final DnsDiscovery config;
    private final Resolvers resolvers;
    private final Counter lookups;
    private final Counter failures;

    public DnsSource(DnsDiscovery config, MeterRegistry meters) {
        this(config, meters, () -> ResolverConfig.read(ResolverConfig.FILE));
    }

    DnsSource(DnsDiscovery config, MeterRegistry meters, Resolvers resolvers) {
        this.config = config;
        this.resolvers = resolvers;
        this.lookups = Counter.builder("prometheus_sd_dns_lookups_total")
                .description("The number of DNS-SD lookups.")
                .register(meters);
        this.failures = Counter.builder("prometheus_sd_dns_lookup_failures_total")
                .description("The number of DNS-SD lookup failures.")
                .register(meters);
    }

    @Override
    public String mechanism() {
        return config.mechanism();
    }

    @Override
    public Object configuration() {
        return config;
    }

    @Override
    public void run(Updates updates) throws InterruptedException {
        while (true) {
            var groups = new ArrayList<TargetGroup>();
            for (String name : config.names()) {
                lookups.increment();
                try {
                    groups.add(new TargetGroup(name, targets(name), Labels.EMPTY));
                } catch (IOException | NamingException e) {
                    failures.increment();
                    updates.failed(new IOException("DNS resolution of " + name + " failed: " + e.getMessage(), e));
                }
            }
            updates.found(groups);
            Thread.sleep(config.refreshInterval());
        }
    }

    private List<Labels> targets(String name) throws IOException, NamingException {
        var targets = new ArrayList<Labels>();
        for (String record : records(name)) {
            var labels = new LabelsBuilder().set("__meta_dns_name", name);
            String[] parts = record.split(" ");
            switch (config.type()) {
                case "A", "AAAA" -> labels.set("__address__", join(record, config.port()));
                case "SRV" -> {
                    String port = parts[2];
                    labels.set("__address__", join(parts[3], Integer.parseInt(port)))
                            .set("__meta_dns_srv_record_target", parts[3])
                            .set("__meta_dns_srv_record_port", port);
                }
                case "MX" ->
                    labels.set("__address__", join(parts[1], config.port()))
                            .set("__meta_dns_mx_record_target", parts[1]);
                case "NS" ->
                    labels.set("__address__", join(record, config.port())).set("__meta_dns_ns_record_target", record);
                default -> throw new IllegalStateException("bug: DNS record type " + config.type());
            }
            targets.add(labels.build());
        }
        return targets;
    }

    /// The records of the first of the name's candidates that exists; none if none does.
    private List<String> records(String name) throws IOException, NamingException {
        ResolverConfig resolver = resolvers.read();
        if (resolver.servers().isEmpty()) {
            throw new IOException("no name server is configured");
        }
        NamingException lastError = null;
        for (String candidate : resolver.candidates(name)) {
            try {
                return ask(candidate, resolver.servers());
            } catch (NameNotFoundException _) {
                continue;
            } catch (NamingException e) {
                lastError = e;
            }
        }
        if (lastError != null) {
            throw lastError;
        }
        return List.of();
    }

    @SuppressWarnings("BanJNDI") // The provider of DNS makes strings of records and loads no classes.
    private List<String> ask(String name, List<String> servers) throws NamingException {
        var environment = new Hashtable<String, String>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(
                Context.PROVIDER_URL,
                String.join(
                        " ", servers.stream().map(server -> "dns://" + server).toList()));
        environment.put("com.sun.jndi.dns.timeout.initial", TIMEOUT_MS);
        environment.put("com.sun.jndi.dns.timeout.retries", "2");
        DirContext context = new InitialDirContext(environment);
        try {
            var records = new ArrayList<String>();
            Attribute found = context.getAttributes(new CompositeName().add(name), new String[] {config.type()})
                    .get(config.type());
            if (found != null) {
                NamingEnumeration<?> all = found.getAll();
                while (all.hasMore()) {
                    records.add(all.next().toString());
                }
            }
            return records;
        } finally {
            context.close();
        }
    }

    private static String join(String host, int port) {
        String plain = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return (plain.indexOf(':') >= 0 ? "[" + plain + "]" : plain) + ":" + port;
    }
}
