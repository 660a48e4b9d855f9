import {h, replace, formatTime, formatDuration, parseDuration, series, seriesText, notice, isUtc} from "./dom.js";
import {call} from "./api.js";
import {drawGraph} from "./graph.js";

const FUNCTIONS = ["abs", "absent", "absent_over_time", "avg", "avg_over_time", "bottomk", "ceil", "changes", "clamp", "clamp_max", "clamp_min",
  "count", "count_over_time", "count_values", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "delta", "deriv", "exp",
  "first_over_time", "floor", "group", "histogram_avg", "histogram_count", "histogram_fraction", "histogram_quantile", "histogram_stddev",
  "histogram_stdvar", "histogram_sum", "hour", "idelta", "increase", "irate", "label_join", "label_replace", "last_over_time", "ln", "log10",
  "log2", "max", "max_over_time", "min", "min_over_time", "minute", "month", "predict_linear", "present_over_time", "quantile",
  "quantile_over_time", "rate", "resets", "round", "scalar", "sgn", "sort", "sort_by_label", "sort_desc", "sqrt", "stddev", "stddev_over_time",
  "stdvar", "stdvar_over_time", "sum", "sum_over_time", "time", "timestamp", "topk", "vector", "year"];

let names = null;

// Names of metrics, asked for once a page; a failure just means no suggestions.
function metricNames() {
  names ??= call("label/__name__/values", {limit: 20000}).then(a => a.data, () => []);
  return names;
}

// Panels stand in the address as Prometheus' own pages write them (g0.expr, g0.tab, …), so that links of alerts work.
function readPanels() {
  const parameters = new URLSearchParams(location.search);
  const panels = [];
  for (let i = 0; parameters.has(`g${i}.expr`); i++) {
    const get = name => parameters.get(`g${i}.${name}`) ?? "";
    panels.push({
      expression: get("expr"),
      tab: get("tab") === "0" || get("tab") === "graph" ? "graph" : "table",
      range: get("range_input") || "1h",
      end: get("end_input"),
      time: get("moment_input"),
      step: get("step_input"),
    });
  }
  return panels.length ? panels : [{expression: "", tab: "table", range: "1h", end: "", time: "", step: ""}];
}

function writePanels(panels) {
  const parameters = new URLSearchParams();
  panels.forEach((p, i) => {
    parameters.set(`g${i}.expr`, p.expression);
    parameters.set(`g${i}.tab`, p.tab);
    parameters.set(`g${i}.range_input`, p.range);
    if (p.end) parameters.set(`g${i}.end_input`, p.end);
    if (p.time) parameters.set(`g${i}.moment_input`, p.time);
    if (p.step) parameters.set(`g${i}.step_input`, p.step);
  });
  history.replaceState(null, "", "query?" + parameters);
}

const parseTime = text => {
  if (!text.trim()) return null;
  if (/^-?\d+(\.\d+)?$/.test(text.trim())) return Number(text) * 1000;
  const iso = text.trim().replace(" ", "T");
  return Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(iso) || !isUtc() ? iso : iso + "Z");
};

export function queryPage(main) {
  const panels = readPanels();
  const list = h("div");
  const stops = new Set();
  const save = () => writePanels(panels);
  const add = panel => {
    const element = panelView(panel, save, () => {
      panels.splice(panels.indexOf(panel), 1);
      element.remove();
      save();
      if (!panels.length) addEmpty();
    }, stops);
    list.append(element);
  };
  const addEmpty = () => {
    const panel = {expression: "", tab: "table", range: "1h", end: "", time: "", step: ""};
    panels.push(panel);
    add(panel);
    save();
  };
  panels.forEach(add);
  replace(main, list, h("button", {onclick: addEmpty}, "+ Add query"));
  list.querySelector("textarea")?.focus();
  return () => stops.forEach(stop => stop());
}

function panelView(panel, save, remove, stops) {
  const results = h("div");
  const controls = h("div", {class: "row"});
  const status = h("span", {class: "soft"});
  let running = null;
  let dispose = () => {};
  stops.add(() => {
    running?.abort();
    dispose();
  });

  const run = async () => {
    running?.abort();
    const mine = running = new AbortController();
    panel.expression = text.value;
    save();
    if (!panel.expression.trim()) {
      status.textContent = "";
      return replace(results, h("div", {class: "empty"}, "Type an expression and press Enter."));
    }
    status.textContent = "…";
    const begun = performance.now();
    try {
      const answer = panel.tab === "graph" ? await askRange(panel, mine.signal) : await askInstant(panel, mine.signal);
      if (mine !== running) return;
      const {resultType, result} = answer.data;
      const count = Array.isArray(result) && (resultType === "vector" || resultType === "matrix") ? ` · ${result.length} series` : "";
      status.textContent = `${Math.round(performance.now() - begun)} ms${count}`;
      dispose();
      const box = h("div");
      dispose = panel.tab === "graph"
        ? drawGraph(box, result, answer.start, answer.end, answer.step, (from, to) => {
          panel.range = formatDuration((to - from) / 1000);
          panel.end = formatTime(to);
          drawControls();
          run();
        })
        : (box.append(table(answer.data)), () => {});
      replace(results, (answer.warnings ?? []).map(w => notice("warn", w)), (answer.infos ?? []).map(i => notice("info", i)), box);
    } catch (e) {
      if (e.name === "AbortError" || mine !== running) return;
      status.textContent = "";
      replace(results, notice("bad", e.message));
    }
  };

  const text = expressionBox(panel.expression, run);
  const format = async () => {
    try {
      text.set((await call("format_query", {query: text.value}, {post: true})).data);
    } catch (e) {
      replace(results, notice("bad", e.message));
    }
  };
  const tabs = h("div", {class: "tabs", role: "tablist"});
  const drawTabs = () => replace(tabs, [["table", "Table"], ["graph", "Graph"]].map(([tab, title]) =>
    h("button", {role: "tab", class: panel.tab === tab ? "here" : null, "aria-selected": String(panel.tab === tab), onclick: () => {
      panel.tab = tab;
      drawTabs();
      drawControls();
      run();
    }}, title)), h("span", {class: "grow"}), status);

  const field = (name, placeholder, size, title) => h("input", {type: "text", value: panel[name], placeholder, size, title, "aria-label": title,
    onchange: event => {
      panel[name] = event.target.value.trim();
      run();
    }});
  const shift = factor => () => {
    const seconds = parseDuration(panel.range);
    const now = parseTime(panel.end) ?? Date.now();
    panel.end = formatTime(now + factor * seconds * 1000);
    drawControls();
    run();
  };
  const zoom = factor => () => {
    const steps = [60, 300, 900, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800, 1209600, 2419200, 4838400, 31536000];
    const seconds = parseDuration(panel.range);
    const next = factor > 0 ? steps.find(s => s > seconds) : steps.findLast(s => s < seconds);
    if (next) panel.range = formatDuration(next);
    drawControls();
    run();
  };
  const drawControls = () => replace(controls, panel.tab === "graph"
    ? [h("button", {onclick: zoom(-1), title: "Shorter range"}, "−"), field("range", "1h", 6, "Range"),
      h("button", {onclick: zoom(1), title: "Longer range"}, "+"), h("button", {onclick: shift(-0.5), title: "Earlier"}, "‹"),
      field("end", "end: now", 20, "End of the range"), h("button", {onclick: shift(0.5), title: "Later"}, "›"),
      panel.end ? h("button", {class: "quiet", onclick: () => { panel.end = ""; drawControls(); run(); }}, "now") : null,
      field("step", "step: auto", 10, "Resolution")]
    : [field("time", "time: now", 20, "Evaluation time")]);

  drawTabs();
  drawControls();
  run();
  return h("section", {class: "panel"},
    h("div", {class: "row", style: "align-items:flex-start"}, text.element,
      h("button", {class: "main", onclick: run}, "Execute"), h("button", {onclick: format, title: "Lay the expression out"}, "Format"),
      h("button", {class: "quiet", onclick: remove, title: "Remove this query", "aria-label": "Remove this query"}, "✕")),
    tabs, controls, results);
}

async function askInstant(panel, signal) {
  const time = parseTime(panel.time);
  if (Number.isNaN(time)) throw new Error(`"${panel.time}" is no time; write 2025-01-31 12:00:00 or seconds since 1970`);
  return call("query", {query: panel.expression, time: time === null ? Date.now() / 1000 : time / 1000}, {post: true, signal});
}

async function askRange(panel, signal) {
  const seconds = parseDuration(panel.range);
  if (!(seconds > 0)) throw new Error(`"${panel.range}" is no range; write for instance 30m, 6h or 2d`);
  const at = parseTime(panel.end);
  if (Number.isNaN(at)) throw new Error(`"${panel.end}" is no time; write 2025-01-31 12:00:00 or seconds since 1970`);
  const step = panel.step ? parseDuration(panel.step) : Math.max(Math.ceil(seconds / 300 * 1000) / 1000, 1);
  if (!(step > 0)) throw new Error(`"${panel.step}" is no step; write for instance 15s`);
  const end = (at ?? Date.now()) / 1000;
  const start = end - seconds;
  const answer = await call("query_range", {query: panel.expression, start, end, step}, {post: true, signal});
  return {...answer, start: start * 1000, end: end * 1000, step: step * 1000};
}

function histogramCell(histogram) {
  const buckets = histogram.buckets ?? [];
  const most = Math.max(...buckets.map(b => Number(b[3])), 0);
  return h("div", {}, `count ${histogram.count}  sum ${histogram.sum}`,
    h("div", {class: "bars"}, buckets.map(([, from, to, n]) => h("i", {style: `height:${most ? Math.max(2, 100 * n / most) : 0}%`, title: `${from} … ${to}: ${n}`}))));
}

function table({resultType, result}) {
  if (resultType === "scalar" || resultType === "string") {
    return h("table", {}, h("tr", {}, h("td", {class: "soft"}, resultType), h("td", {class: "value"}, result[1])));
  }
  if (!result.length) return h("div", {class: "empty"}, "Empty result: no series matches.");
  const shown = result.slice(0, 5000);
  const rows = shown.map(one => {
    let value;
    if (one.value) value = one.value[1];
    else if (one.histogram) value = histogramCell(one.histogram[1]);
    else {
      value = [...(one.values ?? []).map(([t, v]) => `${v} @ ${formatTime(t * 1000)}\n`),
        ...(one.histograms ?? []).map(([t, v]) => h("div", {}, histogramCell(v), `@ ${formatTime(t * 1000)}`))];
    }
    return h("tr", {}, h("td", {}, series(one.metric)), h("td", {class: "value"}, value));
  });
  return h("div", {class: "scroll"}, h("table", {}, rows),
    shown.length < result.length ? notice("info", `${result.length - shown.length} more series are not shown.`) : null);
}

// A text area that grows, runs on Enter and suggests names.
function expressionBox(value, run) {
  const list = h("ul", {class: "suggestions", hidden: true});
  let here = -1;
  const hide = () => {
    list.hidden = true;
    here = -1;
  };
  const grow = () => {
    area.style.height = "auto";
    area.style.height = area.scrollHeight + 2 + "px";
  };
  const word = () => /[a-zA-Z_:][\w:]*$/.exec(area.value.slice(0, area.selectionStart))?.[0] ?? "";
  const accept = (name, isFunction) => {
    const end = area.selectionStart;
    area.setRangeText(name + (isFunction ? "(" : ""), end - word().length, end, "end");
    hide();
    grow();
    area.focus();
  };
  const suggest = async () => {
    grow();
    const prefix = word().toLowerCase();
    if (prefix.length < 2) return hide();
    const metrics = await metricNames();
    if (prefix !== word().toLowerCase()) return;
    const starts = (list, kind) => list.filter(n => n.toLowerCase().startsWith(prefix)).map(n => [n, kind]);
    const inside = metrics.filter(n => n.toLowerCase().indexOf(prefix) > 0).map(n => [n, "metric"]);
    const found = [...starts(FUNCTIONS, "function"), ...starts(metrics, "metric"), ...inside].slice(0, 40);
    if (!found.length || (found.length === 1 && found[0][0] === word())) return hide();
    here = -1;
    list.hidden = false;
    replace(list, found.map(([name, kind]) => h("li", {onmousedown: event => {
      event.preventDefault();
      accept(name, kind === "function");
    }}, name, h("span", {}, kind))));
  };
  const area = h("textarea", {rows: 1, spellcheck: "false", autocomplete: "off", autocapitalize: "off", placeholder: "Expression (Enter runs, Shift+Enter breaks the line)",
    "aria-label": "PromQL expression", oninput: suggest, onblur: hide, onkeydown: event => {
      const items = [...list.children];
      if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        here = (here + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
        items.forEach((li, i) => li.classList.toggle("here", i === here));
        items[here].scrollIntoView({block: "nearest"});
      } else if (!list.hidden && (event.key === "Tab" || event.key === "Enter") && here >= 0) {
        event.preventDefault();
        items[here].dispatchEvent(new MouseEvent("mousedown", {cancelable: true}));
      } else if (event.key === "Escape") hide();
      else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        hide();
        run();
      }
    }});
  area.value = value;
  requestAnimationFrame(grow);
  return {
    element: h("div", {class: "expression"}, area, list),
    get value() { return area.value; },
    set(text) {
      area.value = text;
      grow();
    },
  };
}

export {seriesText};
