/// Calls of AWS without its SDK: credentials as AWS' own tools find them, signatures of version 4, and the Query API.
///
/// [io.pharos.runtime.aws.CredentialChain] is the door: it gives the credentials and the region to call with;
/// [io.pharos.runtime.aws.AwsQuery] calls with them, and [io.pharos.runtime.aws.AwsSignature] signs what is sent
/// otherwise.
///
/// Rules of signatures: AWS, "Create a signed AWS API request"; of the chain: AWS SDKs and Tools Reference Guide,
/// "Standardized credential providers".
@NullMarked
package io.pharos.runtime.aws;

import org.jspecify.annotations.NullMarked;
