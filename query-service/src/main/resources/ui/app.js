import {h, replace, notice, isUtc} from "./dom.js";
import {queryPage} from "./query.js";
import {silencesPage} from "./silences.js";
import {targetsPage} from "./targets.js";
import {rulesPage, alertsPage} from "./rules.js";
import {statusPage} from "./status.js";

const PAGES = [
  ["query", "Query", queryPage],
  ["alerts", "Alerts", alertsPage],
  ["silences", "Silences", silencesPage],
  ["rules", "Rules", rulesPage],
  ["targets", "Targets", targetsPage],
  ["status", "Status", statusPage],
];

// Where notifications link to when the alertmanager runs in this process: its pages are below these.
if (/^#\/(alerts|silences|status|settings)\b/.test(location.hash)) location.replace("alertmanager/" + location.hash);

const main = document.getElementById("main");
let leave = () => {};

function show() {
  leave();
  leave = () => {};
  const word = location.pathname.split("/").pop();
  const [path, title, page] = PAGES.find(([p]) => p === word) ?? (/config|flags|tsdb/.test(word) ? PAGES.at(-1) : PAGES[0]);
  document.title = title + " · Pharos";
  replace(document.getElementById("nav"), PAGES.map(([p, t]) =>
    h("a", {href: p, class: p === path ? "here" : null, "aria-current": p === path ? "page" : null}, t)));
  replace(main);
  try {
    leave = page(main) ?? (() => {});
  } catch (e) {
    replace(main, notice("bad", String(e)));
  }
}

document.addEventListener("click", event => {
  const link = event.target.closest?.("a");
  const href = link?.getAttribute("href");
  if (!href || event.metaKey || event.ctrlKey || event.shiftKey || event.button || !PAGES.some(([p]) => href === p || href.startsWith(p + "?"))) return;
  event.preventDefault();
  history.pushState(null, "", href);
  show();
});
addEventListener("popstate", show);

const utc = document.getElementById("utc");
utc.checked = isUtc();
utc.addEventListener("change", () => {
  localStorage.setItem("utc", utc.checked);
  show();
});

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
}
setTheme(localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
document.getElementById("theme").addEventListener("click", () => {
  setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  show();
});
show();
