import {h, replace, notice} from "./dom.js";
import {call} from "./api.js";

const TABS = [["overview", "Overview"], ["tsdb", "Storage"], ["config", "Configuration"], ["flags", "Flags"], ["queries", "Running queries"]];

export function statusPage(main) {
  const word = location.pathname.split("/").pop();
  let tab = {config: "config", flags: "flags", "tsdb-status": "tsdb"}[word] ?? (location.hash.slice(1) || "overview");
  const bar = h("div", {class: "tabs"});
  const body = h("div");
  let timer = null;
  const show = async () => {
    clearInterval(timer);
    replace(bar, TABS.map(([name, title]) => h("button", {class: name === tab ? "here" : null, onclick: () => {
      tab = name;
      history.replaceState(null, "", "status#" + name);
      show();
    }}, title)));
    await load();
    if (tab === "queries") timer = setInterval(load, 2000);
  };
  const load = async () => {
    const mine = tab;
    try {
      const view = await {overview, tsdb, config, flags, queries}[mine]();
      if (mine === tab) replace(body, view);
    } catch (e) {
      if (mine === tab) replace(body, notice("bad", e.message));
    }
  };
  replace(main, h("h1", {}, "Status"), bar, body);
  show();
  return () => clearInterval(timer);
}

const pairs = data => h("table", {}, Object.entries(data).map(([k, v]) => h("tr", {}, h("td", {class: "soft"}, k), h("td", {class: "mono"}, String(v)))));

async function overview() {
  const [runtime, build, managers] = await Promise.allSettled([call("status/runtimeinfo"), call("status/buildinfo"), call("alertmanagers")]);
  const part = (title, result) => h("section", {class: "panel"}, h("h2", {}, title),
    result.status === "fulfilled" ? pairs(result.value.data) : notice("bad", result.reason.message));
  const urls = managers.status === "fulfilled" ? managers.value.data.activeAlertmanagers.map(a => a.url) : [];
  return [part("Runtime", runtime), part("Build", build), urls.length ? h("section", {class: "panel"}, h("h2", {}, "Alertmanagers"), urls.map(u => h("div", {class: "mono"}, u))) : null];
}

async function tsdb() {
  const {data} = await call("status/tsdb", {limit: 20});
  const head = data.headStats;
  const top = (title, list, unit) => h("section", {class: "panel"}, h("h2", {}, title),
    h("table", {}, (list ?? []).map(e => h("tr", {}, h("td", {class: "mono"}, e.name), h("td", {class: "value"}, Number(e.value).toLocaleString("en") + (unit ?? ""))))));
  return [h("section", {class: "panel row"}, [["Series", head.numSeries], ["Label pairs", head.numLabelPairs], ["Chunks", head.chunkCount]].map(([title, n]) =>
    h("div", {class: "stat"}, h("span", {class: "soft"}, title), h("b", {}, Number(n).toLocaleString("en"))))),
  h("div", {class: "columns"}, top("Series by metric", data.seriesCountByMetricName), top("Values by label", data.labelValueCountByLabelName),
    top("Memory by label", data.memoryInBytesByLabelName, " B"), top("Series by label pair", data.seriesCountByLabelValuePair))];
}

const config = async () => h("pre", {}, (await call("status/config")).data.yaml);

const flags = async () => h("section", {class: "panel"}, pairs((await call("status/flags")).data));

async function queries() {
  const {data} = await call("../pharos/v1/queries");
  if (!data.queries.length) return h("div", {class: "panel empty"}, "No query runs now.");
  return h("section", {class: "panel"}, h("table", {}, h("thead", {}, h("tr", {}, ["Query", "State", "Age", "Samples", ""].map(t => h("th", {}, t)))),
    data.queries.map(q => h("tr", {}, h("td", {class: "mono"}, q.query), h("td", {}, q.state), h("td", {}, q.age.toFixed(1) + " s"), h("td", {class: "value"}, String(q.samples)),
      h("td", {}, h("button", {onclick: event => {
        event.target.disabled = true;
        fetch("api/pharos/v1/queries/" + q.id, {method: "DELETE"});
      }}, "Stop"))))));
}
