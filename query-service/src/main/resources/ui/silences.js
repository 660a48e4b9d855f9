import {h, replace, ago, formatTime, labelBadges, notice, parseDuration} from "./dom.js";

const KIND = {active: "good", pending: "warn", expired: "plain"};
const OPERATORS = [["=", true, false], ["!=", false, false], ["=~", true, true], ["!~", false, true]];

async function ask(path, options) {
  const response = await fetch("api/v2/" + path, options);
  const text = await response.text();
  let data = text;
  try {
    data = text ? JSON.parse(text) : null;
  } catch {
    // A plain text is shown as it is.
  }
  if (!response.ok) throw new Error(typeof data === "string" ? data || response.statusText : data?.message ?? JSON.stringify(data));
  return data;
}

const matcherText = m => m.name + OPERATORS.find(([, equal, regex]) => equal === (m.isEqual ?? true) && regex === m.isRegex)[0] + JSON.stringify(m.value);

// Matchers of "a=b, c=~d" as the API takes them; fails on anything else.
function parseMatchers(text) {
  const matchers = [];
  const pattern = /\s*([a-zA-Z_:][\w:]*|"(?:[^"\\]|\\.)*")\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^,\s"]*)\s*(,|$)/y;
  const inner = text.trim().replace(/^\{|\}$/g, "").trim();
  for (let at = 0; at < inner.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const found = pattern.exec(inner);
    if (!found) throw new Error(`cannot read a matcher at "${inner.slice(at)}"; write for instance job="api", severity!="page"`);
    const [, equal, regex] = OPERATORS.find(([word]) => word === found[2]);
    const plain = part => part.startsWith('"') ? JSON.parse(part) : part;
    matchers.push({name: plain(found[1]), value: plain(found[3]), isEqual: equal, isRegex: regex});
  }
  if (!matchers.length) throw new Error('a silence needs a matcher, for instance alertname="TargetDown"');
  return matchers;
}

// Alerts that the Alertmanager holds, in their groups, and the silences that mute them.
export function silencesPage(main) {
  const parameters = new URLSearchParams(location.search);
  const list = h("div");
  const groups = h("div");
  const problem = h("div");
  let showExpired = false;

  const load = async () => {
    try {
      const [silences, alertGroups] = await Promise.all([ask("silences"), ask("alerts/groups")]);
      drawSilences(silences);
      drawGroups(alertGroups);
      replace(problem);
    } catch (e) {
      replace(problem, notice("bad", e.message));
    }
  };

  const drawSilences = silences => {
    const wanted = silences.filter(s => showExpired || s.status.state !== "expired");
    replace(list, wanted.length ? wanted.map(s => h("div", {style: "border-top:1px solid var(--line);padding:10px 0"},
      h("div", {class: "row"}, h("span", {class: "badge " + KIND[s.status.state]}, s.status.state),
        s.matchers.map(m => h("span", {class: "label"}, matcherText(m))), h("span", {class: "grow"}),
        s.status.state === "expired" ? null : h("button", {onclick: () => expire(s.id)}, "Expire"),
        h("button", {class: "quiet", onclick: () => fill(s)}, "Copy")),
      h("div", {class: "soft"}, `${formatTime(Date.parse(s.startsAt))} – ${formatTime(Date.parse(s.endsAt))} · ${s.createdBy}: ${s.comment}`))) : h("div", {class: "empty"}, "No silences."));
  };

  const drawGroups = all => replace(groups, all.length ? all.map(g => h("details", {class: "panel", open: all.length < 12},
    h("summary", {}, h("span", {class: "badge plain"}, g.receiver.name), " ", Object.keys(g.labels).length ? labelBadges(g.labels) : h("span", {class: "soft"}, "not grouped"),
      h("span", {class: "soft"}, ` ${g.alerts.length} alerts`)),
    h("table", {}, g.alerts.map(a => h("tr", {},
      h("td", {style: "width:110px"}, h("span", {class: "badge " + (a.status.state === "active" ? "bad" : "plain")}, a.status.state)),
      h("td", {}, labelBadges(a.labels), Object.entries(a.annotations ?? {}).map(([k, v]) => h("div", {}, h("span", {class: "soft"}, k + ": "), v))),
      h("td", {style: "width:130px"}, ago(a.startsAt)),
      h("td", {style: "width:100px"}, h("button", {onclick: () => fill({
        matchers: Object.entries(a.labels).map(([name, value]) => ({name, value, isEqual: true, isRegex: false})),
        comment: "",
      })}, "Silence"))))))) : h("div", {class: "panel empty"}, "The Alertmanager holds no alerts."));

  const input = (placeholder, size, value = "") => h("input", {type: "text", placeholder, size, value, "aria-label": placeholder});
  const matchers = input('Matchers: alertname="TargetDown", job=~"api|web"', 52);
  const duration = input("Duration", 8, "2h");
  const author = input("Your name", 16, localStorage.getItem("author") ?? "");
  const comment = input("Why", 40);
  const fill = silence => {
    matchers.value = silence.matchers.map(matcherText).join(", ");
    comment.value = silence.comment;
    form.scrollIntoView({behavior: "smooth"});
    comment.focus();
  };
  const create = async event => {
    event.preventDefault();
    try {
      const seconds = parseDuration(duration.value);
      if (!(seconds > 0)) throw new Error(`"${duration.value}" is no duration; write for instance 30m or 2h`);
      const now = Date.now();
      await ask("silences", {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({
          matchers: parseMatchers(matchers.value),
          startsAt: new Date(now).toISOString(),
          endsAt: new Date(now + seconds * 1000).toISOString(),
          createdBy: author.value,
          comment: comment.value,
        }),
      });
      localStorage.setItem("author", author.value);
      matchers.value = comment.value = "";
      await load();
    } catch (e) {
      replace(problem, notice("bad", e.message));
    }
  };
  const expire = async id => {
    try {
      await ask("silence/" + encodeURIComponent(id), {method: "DELETE"});
      await load();
    } catch (e) {
      replace(problem, notice("bad", e.message));
    }
  };
  const form = h("form", {class: "row", onsubmit: create, style: "margin:10px 0"}, matchers, duration, author, comment, h("button", {class: "main"}, "Create silence"));

  replace(main, h("h1", {}, "Silences"), problem,
    h("section", {class: "panel"}, h("div", {class: "row"}, h("h2", {}, "Silences"), h("span", {class: "grow"}),
      h("label", {class: "switch"}, h("input", {type: "checkbox", onchange: e => {
        showExpired = e.target.checked;
        load();
      }}), "expired too")), form, list),
    h("h2", {style: "margin:18px 0 10px"}, "Alerts in the Alertmanager"), groups);
  if (parameters.has("matchers")) matchers.value = parameters.get("matchers");
  load();
  const timer = setInterval(load, 10000);
  return () => clearInterval(timer);
}
