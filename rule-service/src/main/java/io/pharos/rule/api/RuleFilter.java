package io.pharos.rule.api;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.text.GoText;
import io.pharos.rule.group.GroupStatus;
import io.pharos.rule.group.GroupStatus.RuleStatus;
import io.pharos.rule.group.RuleSpec;
import io.pharos.runtime.web.Parameters;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which rules of which groups `/api/v1/rules` answers with. Empty sets let everything through.
///
/// @param limit groups of a page; 0 for all
/// @param token where the page begins; `""` for the first group
record RuleFilter(
        Kinds kinds,
        Set<String> names,
        Set<String> groups,
        Set<String> files,
        List<List<Matcher>> matchers,
        boolean excludeAlerts,
        int limit,
        String token) {
    enum Kinds {
        ALL,
        ALERTING,
        RECORDING
    }

    /// Groups with the rules that match; `nextToken` is `""` on the last page.
    record Page(List<GroupStatus> groups, String nextToken) {}

    /// @param query parameters of the URL alone, where paging and `type` are read from
    /// @param all those of a form, too
    static RuleFilter of(Parameters query, List<List<Matcher>> matchers, Parameters all) {
        String type = query.text("type").toLowerCase(Locale.ROOT);
        Kinds kinds =
                switch (type) {
                    case "" -> Kinds.ALL;
                    case "alert" -> Kinds.ALERTING;
                    case "record" -> Kinds.RECORDING;
                    default -> throw invalid("type", "not supported value " + GoText.quote(type));
                };
        boolean excludeAlerts = excludeAlerts(query.text("exclude_alerts"));
        String limit = query.text("group_limit");
        String token = query.text("group_next_token");
        if (!token.isEmpty() && limit.isEmpty()) {
            throw invalid("group_next_token", "group_limit needs to be present in order to paginate over the groups");
        }
        return new RuleFilter(
                kinds,
                Set.copyOf(all.all("rule_name[]")),
                Set.copyOf(all.all("rule_group[]")),
                Set.copyOf(all.all("file[]")),
                matchers,
                excludeAlerts,
                limit.isEmpty() ? 0 : limit(limit),
                token);
    }

    private static int limit(String text) {
        long limit;
        try {
            limit = Parameters.parseInteger(text);
        } catch (NumberFormatException e) {
            String why = String.valueOf(e.getMessage()).replace("strconv.Atoi", "strconv.ParseInt");
            throw invalid("group_limit", "group_limit needs to be a valid number: " + why);
        }
        if (limit > Integer.MAX_VALUE || limit < Integer.MIN_VALUE) {
            throw invalid(
                    "group_limit",
                    "group_limit needs to be a valid number: strconv.ParseInt: parsing " + GoText.quote(text)
                            + ": value out of range");
        }
        if (limit <= 0) {
            throw invalid("group_limit", "group_limit needs to be greater than 0");
        }
        return (int) limit;
    }

    private static boolean excludeAlerts(String text) {
        return switch (text) {
            case "", "0", "f", "F", "false", "FALSE", "False" -> false;
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            default ->
                throw invalid(
                        "exclude_alerts",
                        "error converting exclude_alerts: strconv.ParseBool: parsing " + GoText.quote(text)
                                + ": invalid syntax");
        };
    }

    private static RuntimeException invalid(String name, String why) {
        return Parameters.invalid(name, new IllegalArgumentException(why));
    }

    Page page(List<GroupStatus> all) {
        var page = new ArrayList<GroupStatus>();
        boolean begun = token.isEmpty();
        for (GroupStatus group : all) {
            if (!begun) {
                if (!token.equals(tokenOf(group))) {
                    continue;
                }
                begun = true;
            }
            if (!groups.isEmpty() && !groups.contains(group.spec().name())
                    || !files.isEmpty() && !files.contains(group.spec().file())) {
                continue;
            }
            List<RuleStatus> rules = group.rules().stream().filter(this::keeps).toList();
            if (rules.isEmpty()) {
                continue;
            }
            if (limit > 0 && page.size() == limit) {
                return new Page(page, tokenOf(group));
            }
            page.add(new GroupStatus(group.spec(), group.evaluationSeconds(), group.lastEvaluation(), rules));
        }
        if (!begun) {
            throw invalid("group_next_token", "invalid group_next_token '" + token + "'. were rule groups changed?");
        }
        return new Page(page, "");
    }

    private boolean keeps(RuleStatus rule) {
        boolean kind =
                switch (rule.spec()) {
                    case RuleSpec.Alerting _ -> kinds != Kinds.RECORDING;
                    case RuleSpec.Recording _ -> kinds != Kinds.ALERTING;
                };
        if (!kind || !names.isEmpty() && !names.contains(rule.spec().name())) {
            return false;
        }
        Labels labels = Labels.of(rule.spec().labels());
        return matchers.isEmpty()
                || matchers.stream().anyMatch(set -> set.stream().allMatch(matcher -> matcher.matches(labels)));
    }

    private static String tokenOf(GroupStatus group) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(group.spec().key().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }
}
