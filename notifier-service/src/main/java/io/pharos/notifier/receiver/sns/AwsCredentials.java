package io.pharos.notifier.receiver.sns;

import io.pharos.model.config.SnsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Keys to sign with.
///
/// @param sessionToken empty for keys that do not expire
record AwsCredentials(String accessKey, String secretKey, String sessionToken) {
    /// The configuration's own keys; else those of a profile, of the environment, or of the default profile.
    static AwsCredentials find(SnsConfig.SigV4 config, Map<String, String> environment) throws IOException {
        if (!config.accessKey().isEmpty()) {
            return new AwsCredentials(config.accessKey(), config.secretKey().value(), "");
        }
        String key = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
        if (config.profile().isEmpty() && !key.isEmpty()) {
            return new AwsCredentials(
                    key,
                    environment.getOrDefault("AWS_SECRET_ACCESS_KEY", ""),
                    environment.getOrDefault("AWS_SESSION_TOKEN", ""));
        }
        String profile =
                config.profile().isEmpty() ? environment.getOrDefault("AWS_PROFILE", "default") : config.profile();
        Path file = Path.of(environment.getOrDefault(
                "AWS_SHARED_CREDENTIALS_FILE", System.getProperty("user.home") + "/.aws/credentials"));
        Map<String, String> found = Files.isReadable(file) ? section(file, profile) : Map.of();
        if (!found.containsKey("aws_access_key_id")) {
            throw new IOException("no AWS credentials: set access_key and secret_key in sigv4, AWS_ACCESS_KEY_ID and"
                    + " AWS_SECRET_ACCESS_KEY, or the profile " + profile + " in " + file);
        }
        return new AwsCredentials(
                found.getOrDefault("aws_access_key_id", ""),
                found.getOrDefault("aws_secret_access_key", ""),
                found.getOrDefault("aws_session_token", ""));
    }

    private static Map<String, String> section(Path file, String profile) throws IOException {
        var values = new HashMap<String, String>();
        boolean inside = false;
        for (String line : Files.readAllLines(file)) {
            String text = line.strip();
            int equals = text.indexOf('=');
            if (text.startsWith("[")) {
                inside = text.equals("[" + profile + "]");
            } else if (inside && equals > 0 && !text.startsWith("#")) {
                values.put(
                        text.substring(0, equals).strip(),
                        text.substring(equals + 1).strip());
            }
        }
        return values;
    }

    @Override
    public String toString() {
        return accessKey + ", <secret>";
    }
}
