/// `ec2_sd_configs`: targets from EC2 instances. The door is [io.pharos.discovery.ec2.Ec2Source]. Speaks the
/// Query API of EC2 and STS with signatures of version 4, without an SDK.
///
/// Rules of the labels: Prometheus 3.14, `discovery/aws/ec2.go`; of signatures: AWS, "Create a signed AWS API
/// request".
@NullMarked
package io.pharos.discovery.ec2;

import org.jspecify.annotations.NullMarked;
