import {h, replace, ago, formatDuration, labelBadges, notice} from "./dom.js";
import {call} from "./api.js";

const KIND = {up: "good", down: "bad", unknown: "warn"};

export function targetsPage(main) {
  const list = h("div");
  const summary = h("span", {class: "soft"});
  let filter = "";
  let health = "";
  let answer = null;

  const draw = () => {
    const {activeTargets, droppedTargetCounts} = answer.data;
    const wanted = activeTargets.filter(t => (!health || t.health === health)
      && (!filter || JSON.stringify(t.labels).toLowerCase().includes(filter) || t.scrapeUrl.toLowerCase().includes(filter)));
    const up = activeTargets.filter(t => t.health === "up").length;
    summary.textContent = `${up} of ${activeTargets.length} up`;
    const pools = Map.groupBy ? Map.groupBy(wanted, t => t.scrapePool) : wanted.reduce((m, t) => m.set(t.scrapePool, [...(m.get(t.scrapePool) ?? []), t]), new Map());
    replace(list, pools.size ? [...pools].map(([pool, targets]) => poolView(pool, targets, droppedTargetCounts?.[pool]))
      : h("div", {class: "panel empty"}, activeTargets.length ? "No target matches the filter." : "No targets yet. Name some under scrape_configs."));
  };
  const load = async () => {
    try {
      answer = await call("targets", {state: "active"});
      draw();
    } catch (e) {
      replace(list, notice("bad", e.message));
    }
  };
  replace(main, h("h1", {}, "Targets"),
    h("div", {class: "row", style: "margin-bottom:14px"},
      h("input", {type: "text", placeholder: "Filter by label or address", size: 34, "aria-label": "Filter", oninput: e => {
        filter = e.target.value.toLowerCase();
        if (answer) draw();
      }}),
      h("select", {"aria-label": "Health", onchange: e => {
        health = e.target.value;
        if (answer) draw();
      }}, h("option", {value: ""}, "any health"), ["up", "down", "unknown"].map(s => h("option", {value: s}, s))),
      h("button", {onclick: load}, "Refresh"), summary), list);
  load();
  const timer = setInterval(load, 15000);
  return () => clearInterval(timer);
}

function poolView(pool, targets, dropped) {
  const up = targets.filter(t => t.health === "up").length;
  return h("details", {class: "panel", open: true},
    h("summary", {}, h("h2", {style: "display:inline"}, pool), " ",
      h("span", {class: "badge " + (up === targets.length ? "good" : up ? "warn" : "bad")}, `${up} / ${targets.length} up`),
      dropped ? h("span", {class: "soft"}, `  ${dropped} dropped`) : null),
    h("div", {class: "scroll"}, h("table", {},
      h("thead", {}, h("tr", {}, ["Endpoint", "Health", "Labels", "Last scrape", "Took"].map(t => h("th", {}, t)))),
      h("tbody", {}, targets.map(t => h("tr", {},
        h("td", {}, h("a", {href: t.globalUrl, class: "mono"}, t.scrapeUrl), t.lastError ? notice("bad", t.lastError) : null),
        h("td", {}, h("span", {class: "badge " + (KIND[t.health] ?? "plain")}, t.health)),
        h("td", {}, h("details", {}, h("summary", {}, labelBadges(t.labels)), h("div", {class: "soft"}, "before relabelling"), labelBadges(t.discoveredLabels))),
        h("td", {}, ago(t.lastScrape), h("div", {class: "soft"}, `every ${t.scrapeInterval}`)),
        h("td", {}, formatDuration(t.lastScrapeDuration))))))));
}
