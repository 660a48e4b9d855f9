import {h, replace, ago, formatDuration, labelBadges, notice} from "./dom.js";
import {call} from "./api.js";

const KIND = {firing: "bad", pending: "warn", inactive: "good", unknown: "plain"};
const HEALTH = {ok: "good", err: "bad", unknown: "plain"};
const link = query => "query?" + new URLSearchParams({"g0.expr": query, "g0.tab": "table"});

function page(main, title, parameters, view) {
  const list = h("div");
  const filters = h("div", {class: "row", style: "margin-bottom:14px"});
  let filter = "";
  let state = "";
  let answer = null;
  const draw = () => replace(list, view(answer.data.groups, filter, state));
  const load = async () => {
    try {
      answer = await call("rules", parameters);
      draw();
    } catch (e) {
      replace(list, notice("bad", e.message));
    }
  };
  filters.append(h("input", {type: "text", placeholder: "Filter by name or label", size: 34, "aria-label": "Filter", oninput: e => {
    filter = e.target.value.toLowerCase();
    if (answer) draw();
  }}));
  if (parameters.type === "alert") {
    filters.append(h("select", {"aria-label": "State", onchange: e => {
      state = e.target.value;
      if (answer) draw();
    }}, h("option", {value: ""}, "any state"), ["firing", "pending", "inactive"].map(s => h("option", {value: s}, s))));
  }
  filters.append(h("button", {onclick: load}, "Refresh"));
  replace(main, h("h1", {}, title), filters, list);
  load();
  const timer = setInterval(load, 15000);
  return () => clearInterval(timer);
}

const matches = (rule, filter) => !filter || rule.name.toLowerCase().includes(filter) || JSON.stringify(rule.labels ?? {}).toLowerCase().includes(filter);

export const rulesPage = main => page(main, "Rules", {exclude_alerts: "true"}, (groups, filter) => {
  const shown = groups.map(g => ({...g, rules: g.rules.filter(r => matches(r, filter))})).filter(g => g.rules.length);
  if (!shown.length) return h("div", {class: "panel empty"}, groups.length ? "No rule matches the filter." : "No rules. Name their files under rule_files.");
  return shown.map(g => h("details", {class: "panel", open: shown.length < 20},
    h("summary", {}, h("h2", {style: "display:inline"}, g.name), " ", h("span", {class: "soft mono"}, g.file), " ",
      h("span", {class: "soft"}, `every ${formatDuration(g.interval)} · evaluated ${ago(g.lastEvaluation)} in ${formatDuration(g.evaluationTime)}`)),
    g.rules.map(r => h("div", {style: "border-top:1px solid var(--line);padding:10px 0 4px"},
      h("div", {class: "row"}, h("b", {}, r.name), h("span", {class: "badge plain"}, r.type), h("span", {class: "badge " + (HEALTH[r.health] ?? "plain")}, r.health),
        r.state ? h("span", {class: "badge " + (KIND[r.state] ?? "plain")}, r.state) : null,
        h("span", {class: "soft"}, `evaluated ${ago(r.lastEvaluation)} in ${formatDuration(r.evaluationTime)}`)),
      h("pre", {}, h("a", {href: link(r.query)}, r.query)),
      h("div", {}, r.duration ? h("span", {class: "label"}, "for: " + formatDuration(r.duration)) : null,
        r.keepFiringFor ? h("span", {class: "label"}, "keep_firing_for: " + formatDuration(r.keepFiringFor)) : null, labelBadges(r.labels)),
      r.annotations ? Object.entries(r.annotations).map(([k, v]) => h("div", {}, h("span", {class: "soft"}, k + ": "), v)) : null,
      r.lastError ? notice("bad", r.lastError) : null))));
});

export const alertsPage = main => page(main, "Alerts", {type: "alert"}, (groups, filter, state) => {
  const rules = groups.flatMap(g => g.rules.map(r => ({...r, group: g.name, file: g.file})));
  const count = s => rules.filter(r => r.state === s).length;
  const order = {firing: 0, pending: 1, unknown: 2, inactive: 3};
  const shown = rules.filter(r => (!state || r.state === state) && matches(r, filter)).sort((a, b) => order[a.state] - order[b.state]);
  return [h("div", {class: "row", style: "margin-bottom:12px"}, ["firing", "pending", "inactive"].map(s => h("span", {class: "badge " + KIND[s]}, `${count(s)} ${s}`))),
    shown.length ? shown.map(alertView) : h("div", {class: "panel empty"}, rules.length ? "No alert matches the filter." : "No alerting rules. Name their files under rule_files.")];
});

function alertView(rule) {
  const alerts = rule.alerts ?? [];
  return h("details", {class: "panel", open: alerts.length > 0},
    h("summary", {}, h("span", {class: "badge " + (KIND[rule.state] ?? "plain")}, rule.state), " ", h("h2", {style: "display:inline"}, rule.name), " ",
      h("span", {class: "soft"}, `${rule.group}${alerts.length ? ` · ${alerts.length} active` : ""}`)),
    h("pre", {}, h("a", {href: link(rule.query)}, rule.query)),
    h("div", {}, rule.duration ? h("span", {class: "label"}, "for: " + formatDuration(rule.duration)) : null, labelBadges(rule.labels)),
    alerts.length ? h("div", {class: "scroll"}, h("table", {},
      h("thead", {}, h("tr", {}, ["State", "Labels", "Active since", "Value", ""].map(t => h("th", {}, t)))),
      h("tbody", {}, alerts.map(a => h("tr", {}, h("td", {}, h("span", {class: "badge " + KIND[a.state]}, a.state)),
        h("td", {}, labelBadges(a.labels), Object.entries(a.annotations ?? {}).map(([k, v]) => h("div", {}, h("span", {class: "soft"}, k + ": "), v))),
        h("td", {}, ago(a.activeAt)), h("td", {class: "value"}, a.value),
          h("td", {}, h("a", {href: "silences?" + new URLSearchParams({matchers: Object.entries(a.labels).map(([k, v]) => `${k}=${JSON.stringify(v)}`).join(", ")})}, "Silence"))))))) : null,
    rule.lastError ? notice("bad", rule.lastError) : null);
}
