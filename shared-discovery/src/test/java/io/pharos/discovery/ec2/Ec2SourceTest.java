package io.pharos.discovery.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.discovery.FakeHttp;
import io.pharos.discovery.FakeHttp.Reply;
import io.pharos.discovery.Found;
import io.pharos.model.config.Ec2Discovery;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.Secret;
import io.pharos.runtime.http.HttpClients;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Ec2SourceTest {
    private static final String INSTANCE = """
            <item><instanceId>i-%s</instanceId><imageId>ami-1</imageId>
            <instanceState><code>16</code><name>running</name></instanceState>
            <privateDnsName>ip.internal</privateDnsName><dnsName>ec2.example</dnsName>
            <instanceType>t3.micro</instanceType><placement><availabilityZone>eu-west-1a</availabilityZone></placement>
            <privateIpAddress>10.0.0.%s</privateIpAddress><ipAddress>54.0.0.1</ipAddress>
            <architecture>x86_64</architecture><vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId>
            <tagSet><item><key>Team Name</key><value>a</value></item></tagSet>
            <networkInterfaceSet><item><subnetId>subnet-1</subnetId><attachment><deviceIndex>1</deviceIndex></attachment>
            <ipv6AddressesSet><item><ipv6Address>2001::1</ipv6Address><isPrimaryIpv6>true</isPrimaryIpv6></item>
            </ipv6AddressesSet></item></networkInterfaceSet></item>
            """;

    private final FakeHttp server = new FakeHttp(Ec2SourceTest::reply);
    private final Found found = new Found();

    @AfterEach
    void close() {
        found.close();
        server.close();
    }

    private static Reply reply(FakeHttp.Asked asked) {
        if (asked.body().contains("DescribeAvailabilityZones")) {
            return xml("<DescribeAvailabilityZonesResponse xmlns=\"x\"><availabilityZoneInfo><item>"
                    + "<zoneName>eu-west-1a</zoneName><zoneId>euw1-az1</zoneId></item></availabilityZoneInfo>"
                    + "</DescribeAvailabilityZonesResponse>");
        }
        boolean second = asked.body().contains("NextToken=more");
        String number = second ? "2" : "1";
        return xml("<DescribeInstancesResponse xmlns=\"x\"><reservationSet><item><ownerId>o1</ownerId><instancesSet>"
                + INSTANCE.formatted(number, number) + "</instancesSet></item></reservationSet>"
                + (second ? "" : "<nextToken>more</nextToken>") + "</DescribeInstancesResponse>");
    }

    private static Reply xml(String body) {
        return new Reply(200, "text/xml", Map.of(), body);
    }

    private void discover(String accessKey, String secretKey, Map<String, String> environment) {
        var config = new Ec2Discovery(
                server.url() + "/",
                "eu-west-1",
                accessKey,
                new Secret(secretKey),
                "",
                "",
                "",
                Duration.ofMinutes(1),
                9100,
                List.of(new Ec2Discovery.Filter("tag:x", List.of("a", "b"))),
                HttpConfig.plain());
        found.run(Ec2Source.of(
                config,
                new HttpClients("x", InstantSource.system()),
                InstantSource.system(),
                name -> "AWS_EC2_METADATA_SERVICE_ENDPOINT".equals(name)
                        ? server.url()
                        : name == null ? null : environment.get(name)));
    }

    @Test
    void everyPageOfInstancesIsReadWithItsLabels() throws Exception {
        discover("AKID", "secret", Map.of());
        List<String> targets = Found.targets(found.awaitUpdate(1));
        assertThat(targets).hasSize(2);
        assertThat(targets.getFirst())
                .isEqualTo("10.0.0.1:9100[ec2_ami=ami-1, ec2_architecture=x86_64,"
                        + " ec2_availability_zone=eu-west-1a, ec2_availability_zone_id=euw1-az1,"
                        + " ec2_default_ipv6_address=2001::1,"
                        + " ec2_instance_id=i-1, ec2_instance_state=running, ec2_instance_type=t3.micro,"
                        + " ec2_ipv6_addresses=,2001::1,, ec2_owner_id=o1, ec2_primary_ipv6_addresses=,,2001::1,,"
                        + " ec2_primary_subnet_id=subnet-1, ec2_private_dns_name=ip.internal,"
                        + " ec2_private_ip=10.0.0.1, ec2_public_dns_name=ec2.example, ec2_public_ip=54.0.0.1,"
                        + " ec2_region=eu-west-1, ec2_subnet_id=,subnet-1,, ec2_tag_Team_Name=a, ec2_vpc_id=vpc-1]");
        FakeHttp.Asked asked = server.asked.take();
        assertThat(asked.body())
                .isEqualTo("Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=tag%3Ax"
                        + "&Filter.1.Value.1=a&Filter.1.Value.2=b");
        assertThat(asked.headers().get("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKID/")
                .contains("/eu-west-1/ec2/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=");
    }

    @Test
    void anInstanceWithoutAPrivateAddressIsReachedByIpv6() throws Exception {
        server.script = asked -> {
            Reply reply = reply(asked);
            return xml(reply.body().replaceAll("<privateIpAddress>[^<]*</privateIpAddress>", ""));
        };
        discover("AKID", "secret", Map.of());
        assertThat(Found.targets(found.awaitUpdate(1)).getFirst())
                .startsWith("[2001::1]:9100[")
                .doesNotContain("ec2_private_ip");
    }

    @Test
    void theRoleOfTheInstanceIsUsedWhereNoKeysAreGiven() throws Exception {
        server.script = asked -> switch (asked.line()) {
            case "PUT /latest/api/token" -> new Reply(200, "text/plain", Map.of(), "tok");
            case "GET /latest/meta-data/iam/security-credentials/" -> new Reply(200, "text/plain", Map.of(), "role1");
            case "GET /latest/meta-data/iam/security-credentials/role1" ->
                Reply.json("{\"AccessKeyId\":\"ROLEKEY\",\"SecretAccessKey\":\"s\",\"Token\":\"session\","
                        + "\"Expiration\":\"2099-01-01T00:00:00Z\"}");
            default -> reply(asked);
        };
        discover("", "", Map.of("HOME", "/nowhere"));
        assertThat(found.awaitUpdate(1)).containsOnlyKeys("eu-west-1");
        assertThat(server.asked).anySatisfy(asked -> assertThat(asked.headers())
                .containsEntry("x-amz-security-token", "session")
                .hasEntrySatisfying("authorization", value -> assertThat(value).contains("Credential=ROLEKEY/")));
    }

    @Test
    void anErrorOfTheApiIsTold() throws Exception {
        server.script = _ -> new Reply(
                403,
                "text/xml",
                Map.of(),
                "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>No.</Message></Error></Errors>"
                        + "</Response>");
        discover("AKID", "secret", Map.of());
        assertThat(found.awaitFailure(1))
                .isEqualTo("DescribeInstances failed with status 403: UnauthorizedOperation: No.");
    }
}
