package io.pharos.notifier;

import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.DiscordConfig;
import io.pharos.model.config.EmailConfig;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.IncidentioConfig;
import io.pharos.model.config.Integration;
import io.pharos.model.config.JiraConfig;
import io.pharos.model.config.MattermostConfig;
import io.pharos.model.config.MsteamsConfig;
import io.pharos.model.config.Msteamsv2Config;
import io.pharos.model.config.OpsgenieConfig;
import io.pharos.model.config.PagerdutyConfig;
import io.pharos.model.config.PushoverConfig;
import io.pharos.model.config.Receiver;
import io.pharos.model.config.RocketchatConfig;
import io.pharos.model.config.Route;
import io.pharos.model.config.SlackConfig;
import io.pharos.model.config.SnsConfig;
import io.pharos.model.config.TelegramConfig;
import io.pharos.model.config.VictoropsConfig;
import io.pharos.model.config.WebexConfig;
import io.pharos.model.config.WebhookConfig;
import io.pharos.model.config.WechatConfig;
import io.pharos.model.template.NotificationTemplates;
import io.pharos.model.template.TemplateException;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.receiver.discord.DiscordSender;
import io.pharos.notifier.receiver.email.EmailSender;
import io.pharos.notifier.receiver.incidentio.IncidentioSender;
import io.pharos.notifier.receiver.jira.JiraSender;
import io.pharos.notifier.receiver.mattermost.MattermostSender;
import io.pharos.notifier.receiver.msteams.MsteamsSender;
import io.pharos.notifier.receiver.msteams.Msteamsv2Sender;
import io.pharos.notifier.receiver.opsgenie.OpsgenieSender;
import io.pharos.notifier.receiver.pagerduty.PagerdutySender;
import io.pharos.notifier.receiver.pushover.PushoverSender;
import io.pharos.notifier.receiver.rocketchat.RocketchatSender;
import io.pharos.notifier.receiver.slack.SlackSender;
import io.pharos.notifier.receiver.sns.SnsSender;
import io.pharos.notifier.receiver.telegram.TelegramSender;
import io.pharos.notifier.receiver.victorops.VictoropsSender;
import io.pharos.notifier.receiver.webex.WebexSender;
import io.pharos.notifier.receiver.webhook.WebhookSender;
import io.pharos.notifier.receiver.wechat.WechatSender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/// Everything that one configuration builds: its templates and its integrations, ready to send. Closing it closes the
/// connections.
final class Senders implements AutoCloseable {
    /// No configuration yet.
    static final Senders NONE =
            new Senders(NotificationTemplates.of(List.of(), InstantSource.system()), Map.of(), List.of());

    /// Opens a transport for an `http_config`; closed with the senders.
    @FunctionalInterface
    interface Transports {
        Opened open(String name, HttpConfig config);
    }

    /// A transport and what closes it.
    record Opened(Transport transport, AutoCloseable closing) {}

    private record Key(String receiver, String kind, int index) {}

    private final NotificationTemplates templates;
    private final Map<Key, Sender> senders;
    private final List<AutoCloseable> closing;

    private Senders(NotificationTemplates templates, Map<Key, Sender> senders, List<AutoCloseable> closing) {
        this.templates = templates;
        this.senders = Map.copyOf(senders);
        this.closing = List.copyOf(closing);
    }

    /// Builds the integrations of every receiver that a route names; others are not built, so that their mistakes do
    /// not show.
    ///
    /// @throws IllegalArgumentException in the words the user is shown
    static Senders build(AlertmanagerConfig config, Transports transports, InstantSource time) {
        NotificationTemplates templates = templates(config, time);
        Set<String> used = new HashSet<>();
        collect(config.root(), used);
        var senders = new HashMap<Key, Sender>();
        var closing = new ArrayList<AutoCloseable>();
        try {
            for (Receiver receiver : config.receivers()) {
                if (!used.contains(receiver.name())) {
                    continue;
                }
                for (Receiver.Numbered numbered : receiver.integrations()) {
                    senders.put(
                            new Key(receiver.name(), numbered.kind(), numbered.index()),
                            sender(
                                    numbered.config(),
                                    (name, http) -> {
                                        Opened opened = transports.open(name, http);
                                        closing.add(opened.closing);
                                        return opened;
                                    },
                                    time));
                }
            }
        } catch (IOException e) {
            close(closing);
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (RuntimeException e) {
            close(closing);
            throw e;
        }
        return new Senders(templates, senders, closing);
    }

    private static NotificationTemplates templates(AlertmanagerConfig config, InstantSource time) {
        var files = new ArrayList<Path>();
        for (String glob : config.templates()) {
            files.addAll(ConfigLoader.find("templates", glob));
        }
        try {
            return NotificationTemplates.load(files, time);
        } catch (TemplateException e) {
            throw new IllegalArgumentException("failed to parse templates: " + e.text(), e);
        }
    }

    private static void collect(Route route, Set<String> receivers) {
        receivers.add(route.receiver());
        route.routes().forEach(child -> collect(child, receivers));
    }

    private static Sender sender(Integration integration, Transports transports, InstantSource time)
            throws IOException {
        return switch (integration) {
            case WebhookConfig c -> new WebhookSender(c, open(transports, c, c.httpConfig()));
            case EmailConfig c -> new EmailSender(c);
            case PagerdutyConfig c -> new PagerdutySender(c, open(transports, c, c.httpConfig()));
            case OpsgenieConfig c -> new OpsgenieSender(c, open(transports, c, c.httpConfig()));
            case WechatConfig c -> new WechatSender(c, open(transports, c, c.httpConfig()));
            case SlackConfig c -> new SlackSender(c, open(transports, c, c.httpConfig()));
            case VictoropsConfig c -> new VictoropsSender(c, open(transports, c, c.httpConfig()));
            case PushoverConfig c -> new PushoverSender(c, open(transports, c, c.httpConfig()));
            case SnsConfig c -> new SnsSender(c, open(transports, c, c.httpConfig()), time);
            case TelegramConfig c -> new TelegramSender(c, open(transports, c, c.httpConfig()));
            case DiscordConfig c -> new DiscordSender(c, open(transports, c, c.httpConfig()));
            case WebexConfig c -> new WebexSender(c, open(transports, c, c.httpConfig()));
            case MsteamsConfig c -> new MsteamsSender(c, open(transports, c, c.httpConfig()));
            case Msteamsv2Config c -> new Msteamsv2Sender(c, open(transports, c, c.httpConfig()));
            case JiraConfig c -> new JiraSender(c, open(transports, c, c.httpConfig()));
            case IncidentioConfig c -> new IncidentioSender(c, open(transports, c, c.httpConfig()));
            case RocketchatConfig c -> new RocketchatSender(c, open(transports, c, c.httpConfig()));
            case MattermostConfig c -> new MattermostSender(c, open(transports, c, c.httpConfig()));
        };
    }

    private static Transport open(Transports transports, Integration integration, HttpConfig http) {
        return transports.open(integration.kind(), http).transport();
    }

    /// Visits the kind and the receiver of every integration.
    void visit(BiConsumer<String, String> visitor) {
        senders.keySet().forEach(key -> visitor.accept(key.kind(), key.receiver()));
    }

    boolean isEmpty() {
        return senders.isEmpty();
    }

    NotificationTemplates templates() {
        return templates;
    }

    Optional<Sender> find(String receiver, String kind, int index) {
        return Optional.ofNullable(senders.get(new Key(receiver, kind, index)));
    }

    @Override
    public void close() {
        close(closing);
    }

    private static void close(List<AutoCloseable> all) {
        for (AutoCloseable each : all) {
            try {
                each.close();
            } catch (Exception e) {
                // A connection that does not close well is gone all the same.
                continue;
            }
        }
    }
}
