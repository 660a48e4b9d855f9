// Builds elements: h("td", {class: "value"}, "text", child). Text is never read as HTML.
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter(c => c !== null && c !== undefined && c !== false));
  return element;
}

export function replace(parent, ...children) {
  parent.replaceChildren(...children.flat(3).filter(c => c !== null && c !== undefined && c !== false));
}

export const isUtc = () => localStorage.getItem("utc") !== "false";

const pad = n => String(n).padStart(2, "0");

// A time in ms, in UTC or the local zone as the user chose.
export function formatTime(ms, withDate = true) {
  const at = new Date(ms);
  if (!Number.isFinite(at.getTime())) return "–";
  const utc = isUtc();
  const date = utc
    ? `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}`
    : `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  const time = utc
    ? `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`
    : `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  return withDate ? `${date} ${time}` : time;
}

// "3s ago" of an RFC 3339 text; "never" for Go's zero time.
export function ago(text) {
  const ms = Date.parse(text);
  if (!text || text.startsWith("0001-") || !Number.isFinite(ms)) return "never";
  return formatDuration((Date.now() - ms) / 1000) + " ago";
}

export function formatDuration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const s = Math.abs(seconds);
  if (s < 0.001) return (seconds * 1e6).toFixed(0) + "µs";
  if (s < 1) return (seconds * 1000).toFixed(s < 0.01 ? 2 : 0) + "ms";
  if (s < 60) return seconds.toFixed(s < 10 ? 1 : 0) + "s";
  let rest = Math.round(s);
  let text = seconds < 0 ? "-" : "";
  for (const [unit, size] of [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]]) {
    const n = Math.floor(rest / size);
    if (n > 0) text += n + unit;
    rest -= n * size;
  }
  return text;
}

const UNITS = {ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800, y: 31536000};

// Seconds of "1h30m" or "90"; NaN of anything else.
export function parseDuration(text) {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (!/^(\d+(ms|s|m|h|d|w|y))+$/.test(trimmed)) return NaN;
  let sum = 0;
  for (const [, n, unit] of trimmed.matchAll(/(\d+)(ms|s|m|h|d|w|y)/g)) sum += n * UNITS[unit];
  return sum;
}

// A label set the way PromQL writes it.
export function seriesText(labels) {
  const name = labels.__name__ ?? "";
  const others = Object.entries(labels).filter(([k]) => k !== "__name__");
  const inner = others.map(([k, v]) => `${/^[a-zA-Z_]\w*$/.test(k) ? k : JSON.stringify(k)}=${JSON.stringify(v)}`).join(", ");
  return others.length || !name ? `${name}{${inner}}` : name;
}

export function series(labels) {
  const others = Object.entries(labels).filter(([k]) => k !== "__name__");
  const parts = others.map(([k, v], i) => [i ? h("i", {}, ", ") : null, h("i", {}, k + "="), JSON.stringify(v)]);
  return h("span", {class: "series"}, h("b", {}, labels.__name__ ?? ""),
    others.length || !labels.__name__ ? ["{", parts, "}"] : []);
}

export function labelBadges(labels, without = []) {
  return Object.entries(labels ?? {}).filter(([k]) => !without.includes(k)).map(([k, v]) => h("span", {class: "label"}, `${k}="${v}"`));
}

export function notice(kind, text) {
  return h("div", {class: "notice " + kind, role: kind === "bad" ? "alert" : "status"}, text);
}
