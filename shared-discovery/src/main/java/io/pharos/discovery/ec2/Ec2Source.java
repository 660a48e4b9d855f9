package io.pharos.discovery.ec2;

import io.pharos.discovery.RefreshingSource;
import io.pharos.discovery.TargetGroup;
import io.pharos.discovery.TargetSource;
import io.pharos.model.config.Ec2Discovery;
import io.pharos.model.labels.Labels;
import io.pharos.runtime.aws.AwsIdentity;
import io.pharos.runtime.aws.AwsQuery;
import io.pharos.runtime.aws.AwsSignature;
import io.pharos.runtime.aws.AwsTransport;
import io.pharos.runtime.aws.CredentialChain;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/// `ec2_sd_configs`: every instance with a private address, or one of IPv6.
public final class Ec2Source {
    private static final String PREFIX = "__meta_ec2_";
    private static final String VERSION = "2016-11-15";
    /// No account has as many pages of a thousand instances.
    private static final int MOST_PAGES = 10_000;

    private final Ec2Discovery config;
    private final CredentialChain chain;
    private final AwsQuery query;
    private Map<String, String> zoneIds = Map.of();

    private Ec2Source(
            Ec2Discovery config, HttpSender sender, InstantSource time, UnaryOperator<@Nullable String> environment) {
        this.config = config;
        AwsTransport transport = AwsTransport.of(sender);
        this.chain = new CredentialChain(identity(config), transport, time, environment);
        this.query = new AwsQuery(transport, time);
    }

    public static TargetSource of(Ec2Discovery config, HttpClients clients, InstantSource time) {
        return of(config, clients, time, name -> name == null ? null : System.getenv(name));
    }

    static TargetSource of(
            Ec2Discovery config, HttpClients clients, InstantSource time, UnaryOperator<@Nullable String> environment) {
        return new RefreshingSource(
                config.mechanism(),
                config,
                config.refreshInterval(),
                clients,
                config.http(),
                sender -> new Ec2Source(config, sender, time, environment)::groups);
    }

    private static AwsIdentity identity(Ec2Discovery config) {
        return new AwsIdentity(
                config.region(),
                config.accessKey(),
                config.secretKey(),
                config.profile(),
                config.roleArn(),
                config.externalId(),
                false);
    }

    private String region() throws IOException, InterruptedException {
        try {
            return chain.region();
        } catch (IOException e) {
            throw new IOException(
                    "EC2 SD configuration requires a region; that of the instance can't be read: " + e.getMessage(), e);
        }
    }

    private List<TargetGroup> groups() throws IOException, InterruptedException {
        String region = region();
        String endpoint = config.endpoint().isEmpty()
                ? "https://ec2." + region + "." + CredentialChain.domain(region) + "/"
                : config.endpoint();
        var signature = new AwsSignature(chain.credentials(region), region, "ec2");
        var targets = new ArrayList<Labels>();
        String token = "";
        for (int page = 0; page < MOST_PAGES; page++) {
            Element root = query.call(endpoint, signature, instancesForm(token));
            for (Element reservation : AwsQuery.items(root, "reservationSet")) {
                String owner = AwsQuery.text(reservation, "ownerId");
                for (Element instance : AwsQuery.items(reservation, "instancesSet")) {
                    Ipv6 ipv6 = Ipv6.of(instance);
                    if (!AwsQuery.text(instance, "privateIpAddress").isEmpty()
                            || !ipv6.chosen().isEmpty()) {
                        targets.add(target(instance, ipv6, owner, region, zoneIds(instance, endpoint, signature)));
                    }
                }
            }
            token = AwsQuery.text(root, "nextToken");
            if (token.isEmpty()) {
                break;
            }
        }
        return List.of(new TargetGroup(region, targets, Labels.EMPTY));
    }

    private Map<String, String> instancesForm(String token) {
        var form = new LinkedHashMap<String, String>();
        form.put("Action", "DescribeInstances");
        form.put("Version", VERSION);
        int filter = 0;
        for (Ec2Discovery.Filter one : config.filters()) {
            filter++;
            form.put("Filter." + filter + ".Name", one.name());
            int value = 0;
            for (String text : one.values()) {
                value++;
                form.put("Filter." + filter + ".Value." + value, text);
            }
        }
        if (!token.isEmpty()) {
            form.put("NextToken", token);
        }
        return form;
    }

    /// Zone ids by name; asked for again only when an instance is in a zone that is not known.
    private Map<String, String> zoneIds(Element instance, String endpoint, AwsSignature signature)
            throws InterruptedException {
        String zone = AwsQuery.text(instance, "placement", "availabilityZone");
        if (zone.isEmpty() || zoneIds.containsKey(zone)) {
            return zoneIds;
        }
        var ids = new HashMap<>(zoneIds);
        try {
            Element root =
                    query.call(endpoint, signature, Map.of("Action", "DescribeAvailabilityZones", "Version", VERSION));
            for (Element item : AwsQuery.items(root, "availabilityZoneInfo")) {
                ids.put(AwsQuery.text(item, "zoneName"), AwsQuery.text(item, "zoneId"));
            }
        } catch (IOException _) {
            // An account that may not ask has targets without the label, as in Prometheus.
            ids.putIfAbsent(zone, "");
        }
        ids.putIfAbsent(zone, "");
        zoneIds = Map.copyOf(ids);
        return zoneIds;
    }

    private Labels target(Element instance, Ipv6 ipv6, String owner, String region, Map<String, String> ids) {
        var labels = new HashMap<String, String>();
        String address = AwsQuery.text(instance, "privateIpAddress");
        labels.put("__address__", (address.isEmpty() ? "[" + ipv6.chosen() + "]" : address) + ":" + config.port());
        labels.put(PREFIX + "private_ip", address);
        labels.put(PREFIX + "instance_id", AwsQuery.text(instance, "instanceId"));
        labels.put(PREFIX + "region", region);
        labels.put(PREFIX + "owner_id", owner);
        labels.put(PREFIX + "private_dns_name", AwsQuery.text(instance, "privateDnsName"));
        labels.put(PREFIX + "platform", AwsQuery.text(instance, "platform"));
        String publicAddress = AwsQuery.text(instance, "ipAddress");
        if (!publicAddress.isEmpty()) {
            labels.put(PREFIX + "public_ip", publicAddress);
            labels.put(PREFIX + "public_dns_name", AwsQuery.text(instance, "dnsName"));
        }
        String zone = AwsQuery.text(instance, "placement", "availabilityZone");
        labels.put(PREFIX + "ami", AwsQuery.text(instance, "imageId"));
        labels.put(PREFIX + "availability_zone", zone);
        labels.put(PREFIX + "availability_zone_id", ids.getOrDefault(zone, ""));
        labels.put(PREFIX + "instance_state", AwsQuery.text(instance, "instanceState", "name"));
        labels.put(PREFIX + "instance_type", AwsQuery.text(instance, "instanceType"));
        labels.put(PREFIX + "instance_lifecycle", AwsQuery.text(instance, "instanceLifecycle"));
        labels.put(PREFIX + "architecture", AwsQuery.text(instance, "architecture"));
        labels.put(PREFIX + "default_ipv6_address", ipv6.chosen());
        labels.put(PREFIX + "ipv6_addresses", list(ipv6.all()));
        labels.put(PREFIX + "primary_ipv6_addresses", list(ipv6.primary()));
        String vpc = AwsQuery.text(instance, "vpcId");
        if (!vpc.isEmpty()) {
            labels.put(PREFIX + "vpc_id", vpc);
            labels.put(PREFIX + "primary_subnet_id", AwsQuery.text(instance, "subnetId"));
            labels.put(PREFIX + "subnet_id", list(subnets(instance)));
        }
        for (Element tag : AwsQuery.items(instance, "tagSet")) {
            String key = AwsQuery.text(tag, "key").replaceAll("[^a-zA-Z0-9_]", "_");
            labels.put(PREFIX + "tag_" + key, AwsQuery.text(tag, "value"));
        }
        return Labels.of(labels);
    }

    private static List<String> subnets(Element instance) {
        var subnets = new LinkedHashSet<String>();
        for (Element one : AwsQuery.items(instance, "networkInterfaceSet")) {
            String subnet = AwsQuery.text(one, "subnetId");
            if (!subnet.isEmpty()) {
                subnets.add(subnet);
            }
        }
        return List.copyOf(subnets);
    }

    /// The IPv6 addresses of an instance in a VPC.
    ///
    /// @param primary by the index of their device; there may be gaps
    private record Ipv6(List<String> all, List<String> primary) {
        static Ipv6 of(Element instance) {
            var all = new ArrayList<String>();
            var primary = new ArrayList<String>();
            if (!AwsQuery.text(instance, "vpcId").isEmpty()) {
                for (Element one : AwsQuery.items(instance, "networkInterfaceSet")) {
                    if (!AwsQuery.text(one, "subnetId").isEmpty()) {
                        add(one, all, primary);
                    }
                }
            }
            return new Ipv6(all, primary);
        }

        private static void add(Element networkInterface, List<String> all, List<String> primary) {
            for (Element address : AwsQuery.items(networkInterface, "ipv6AddressesSet")) {
                String text = AwsQuery.text(address, "ipv6Address");
                all.add(text);
                if (AwsQuery.text(address, "isPrimaryIpv6").equals("true")) {
                    int index = deviceIndex(networkInterface);
                    while (primary.size() <= index) {
                        primary.add("");
                    }
                    primary.set(index, text);
                }
            }
        }

        /// The first primary one, else the first; `""` if there is none.
        String chosen() {
            return primary.stream()
                    .filter(address -> !address.isEmpty())
                    .findFirst()
                    .or(() -> all.stream().findFirst())
                    .orElse("");
        }
    }

    private static int deviceIndex(Element networkInterface) {
        String text = AwsQuery.text(networkInterface, "attachment", "deviceIndex");
        return text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
    }

    /// `,a,b,`, so that expressions need not care for places; `""` for none.
    private static String list(List<String> values) {
        return values.isEmpty() ? "" : "," + String.join(",", values) + ",";
    }
}
