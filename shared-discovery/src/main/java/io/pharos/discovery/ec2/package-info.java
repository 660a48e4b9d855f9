/// `ec2_sd_configs`: targets from EC2 instances. The door is [io.pharos.discovery.ec2.Ec2Source].
///
/// Rules of the labels: Prometheus 3.14, `discovery/aws/ec2.go`.
@NullMarked
package io.pharos.discovery.ec2;

import org.jspecify.annotations.NullMarked;
