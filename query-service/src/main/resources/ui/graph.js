import {h, replace, formatTime, series, seriesText} from "./dom.js";

const MAX_LINES = 1000;

// Colours far apart in hue that read on light and dark grounds.
const color = i => `hsl(${(210 + i * 137.508) % 360} ${i % 3 === 1 ? 55 : 68}% ${document.documentElement.dataset.theme === "dark" ? 62 : 45}%)`;

const number = v => v === "+Inf" ? Infinity : v === "-Inf" ? -Infinity : Number(v);

// Draws a matrix on a canvas with axes, a tip under the pointer, and a legend that switches lines. Dragging picks a range. Returns how to
// let go of it.
export function drawGraph(box, matrix, start, end, step, pickRange) {
  if (!Array.isArray(matrix) || !matrix.length) {
    replace(box, h("div", {class: "empty"}, "Empty result: no series matches."));
    return () => {};
  }
  const lines = matrix.slice(0, MAX_LINES).map((one, i) => ({
    labels: one.metric, text: seriesText(one.metric), color: color(i), on: true,
    points: (one.values ?? []).map(([t, v]) => [t * 1000, number(v)]),
  }));
  const hasHistograms = matrix.some(one => one.histograms?.length);
  const canvas = h("canvas", {role: "img", "aria-label": "Graph of the result"});
  const tip = h("div", {class: "tip", hidden: true});
  const legend = h("div", {class: "legend"});
  let only = null;
  let pointer = null;
  let dragFrom = null;
  let frame = null;

  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const visible = () => lines.filter(l => l.on);

  function layout() {
    const values = visible().flatMap(l => l.points.map(p => p[1])).filter(Number.isFinite);
    let low = values.reduce((a, b) => Math.min(a, b), Infinity);
    let high = values.reduce((a, b) => Math.max(a, b), -Infinity);
    if (!Number.isFinite(low)) [low, high] = [0, 1];
    if (low === high) {
      const around = Math.abs(low) * 0.1 || 1;
      low -= around;
      high += around;
    }
    if (low > 0 && low < 0.4 * high) low = 0;
    const ticks = niceTicks(low, high, Math.max(3, Math.floor(canvas.clientHeight / 56)));
    return {low: Math.min(low, ticks[0]), high: Math.max(high, ticks.at(-1)), ticks};
  }

  function draw() {
    frame = null;
    const ratio = devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (!width) return;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const c = canvas.getContext("2d");
    c.scale(ratio, ratio);
    c.font = "11.5px system-ui, sans-serif";
    const {low, high, ticks} = layout();
    const texts = ticks.map(t => axisText(t, ticks[1] - ticks[0]));
    const left = Math.max(...texts.map(t => c.measureText(t).width)) + 16;
    const [right, top, bottom] = [12, 10, 24];
    const x = t => left + (t - start) / (end - start) * (width - left - right);
    const y = v => top + (high - v) / (high - low) * (height - top - bottom);
    Object.assign(canvas, {timeAt: px => start + (px - left) / (width - left - right) * (end - start), xAt: x, yAt: y});
    c.strokeStyle = style("--line");
    c.fillStyle = style("--soft");
    c.lineWidth = 1;
    c.textAlign = "right";
    c.textBaseline = "middle";
    ticks.forEach((t, i) => {
      c.beginPath();
      c.moveTo(left, Math.round(y(t)) + 0.5);
      c.lineTo(width - right, Math.round(y(t)) + 0.5);
      c.stroke();
      c.fillText(texts[i], left - 8, y(t));
    });
    c.textBaseline = "top";
    const many = Math.max(2, Math.floor((width - left) / 110));
    const days = end - start > 20 * 3600 * 1000;
    for (const t of timeTicks(start, end, many)) {
      c.textAlign = x(t) > width - 60 ? "right" : "center";
      c.fillText(days ? formatTime(t).slice(5, 16) : formatTime(t, false).slice(0, end - start < 600000 ? 8 : 5), x(t), height - bottom + 7);
      c.beginPath();
      c.moveTo(Math.round(x(t)) + 0.5, height - bottom);
      c.lineTo(Math.round(x(t)) + 0.5, height - bottom + 4);
      c.stroke();
    }
    c.save();
    c.beginPath();
    c.rect(left, top - 4, width - left - right, height - top - bottom + 8);
    c.clip();
    c.lineJoin = "round";
    for (const line of visible()) {
      c.strokeStyle = c.fillStyle = line.color;
      c.lineWidth = line === only ? 2.6 : 1.6;
      c.globalAlpha = only && line !== only ? 0.25 : 1;
      c.beginPath();
      let before = null;
      line.points.forEach(([t, v], i) => {
        if (!Number.isFinite(v)) return before = null;
        const gap = before === null || t - before > step * 1.5;
        if (gap) c.moveTo(x(t), y(v));
        else c.lineTo(x(t), y(v));
        const next = line.points[i + 1];
        if (gap && (!next || next[0] - t > step * 1.5 || !Number.isFinite(next[1]))) {
          c.moveTo(x(t) + 2, y(v));
          c.arc(x(t), y(v), 2, 0, 7);
        }
        before = t;
      });
      c.stroke();
    }
    c.globalAlpha = 1;
    if (dragFrom !== null && pointer) {
      c.fillStyle = style("--accent");
      c.globalAlpha = 0.15;
      c.fillRect(Math.min(dragFrom, pointer.x), top, Math.abs(pointer.x - dragFrom), height - top - bottom);
      c.globalAlpha = 1;
    }
    c.restore();
    if (pointer) showTip(c, left, width - right, top, height - bottom);
  }

  function showTip(c, left, right, top, bottom) {
    const nearest = findNearest();
    if (!nearest || pointer.x < left || pointer.x > right) {
      tip.hidden = true;
      return;
    }
    const {line, point} = nearest;
    const px = canvas.xAt(point[0]);
    const py = canvas.yAt(point[1]);
    c.strokeStyle = style("--soft");
    c.globalAlpha = 0.5;
    c.beginPath();
    c.moveTo(px, top);
    c.lineTo(px, bottom);
    c.stroke();
    c.globalAlpha = 1;
    c.fillStyle = line.color;
    c.beginPath();
    c.arc(px, py, 4, 0, 7);
    c.fill();
    tip.hidden = false;
    replace(tip, h("div", {class: "soft"}, formatTime(point[0])), h("div", {}, h("b", {}, String(point[1]))), series(line.labels));
    const flip = px > canvas.clientWidth / 2;
    tip.style.left = flip ? "" : px + 14 + "px";
    tip.style.right = flip ? canvas.clientWidth - px + 14 + "px" : "";
    tip.style.top = Math.max(0, py - 30) + "px";
  }

  function findNearest() {
    const t = canvas.timeAt(pointer.x);
    let best = null;
    for (const line of only ? [only] : visible()) {
      const points = line.points;
      let [a, b] = [0, points.length - 1];
      while (a < b) {
        const mid = (a + b) >> 1;
        if (points[mid][0] < t) a = mid + 1;
        else b = mid;
      }
      for (const point of [points[a - 1], points[a]]) {
        if (!point || !Number.isFinite(point[1])) continue;
        const away = Math.hypot(3 * (canvas.xAt(point[0]) - pointer.x), canvas.yAt(point[1]) - pointer.y);
        if (!best || away < best.away) best = {line, point, away};
      }
    }
    return best;
  }

  const redraw = () => frame ??= requestAnimationFrame(draw);
  const at = event => {
    const bounds = canvas.getBoundingClientRect();
    return {x: event.clientX - bounds.left, y: event.clientY - bounds.top};
  };
  canvas.addEventListener("pointermove", event => {
    pointer = at(event);
    redraw();
  });
  canvas.addEventListener("pointerleave", () => {
    pointer = null;
    tip.hidden = true;
    redraw();
  });
  canvas.addEventListener("pointerdown", event => {
    dragFrom = at(event).x;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointerup", event => {
    const to = at(event).x;
    const from = dragFrom;
    dragFrom = null;
    if (from !== null && Math.abs(to - from) > 8) pickRange(canvas.timeAt(Math.min(from, to)), canvas.timeAt(Math.max(from, to)));
    redraw();
  });

  function drawLegend() {
    replace(legend, lines.map(line => h("div", {class: line.on ? null : "off", title: "Click shows this one alone, Ctrl+click switches it",
      onclick: event => {
        if (event.ctrlKey || event.metaKey) line.on = !line.on;
        else {
          const alone = visible().length === 1 && line.on;
          lines.forEach(l => l.on = alone || l === line);
        }
        drawLegend();
        redraw();
      },
      onmouseenter: () => {
        only = line.on ? line : null;
        redraw();
      },
      onmouseleave: () => {
        only = null;
        redraw();
      }}, h("span", {class: "swatch", style: `background:${line.color}`}), series(line.labels))));
  }

  replace(box, h("div", {class: "graph"}, canvas, tip),
    matrix.length > MAX_LINES ? h("div", {class: "notice info"}, `Only the first ${MAX_LINES} of ${matrix.length} series are drawn.`) : null,
    hasHistograms ? h("div", {class: "notice info"}, "Native histograms are not drawn; ask for histogram_quantile, histogram_count or histogram_sum, or see the table.") : null,
    legend);
  drawLegend();
  const observer = new ResizeObserver(redraw);
  observer.observe(canvas);
  return () => observer.disconnect();
}

function niceTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(m => m * power).find(s => s >= rough) ?? rough;
  const ticks = [];
  for (let i = Math.floor(low / step); ticks.length < 40; i++) {
    ticks.push(i * step);
    if (i * step >= high) break;
  }
  return ticks;
}

function timeTicks(start, end, count) {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 31536000];
  const step = (steps.find(s => s * 1000 * count >= end - start) ?? steps.at(-1)) * 1000;
  const ticks = [];
  for (let t = Math.ceil(start / step) * step; t <= end; t += step) ticks.push(t);
  return ticks;
}

function axisText(value, step) {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || Math.abs(value) < step / 1e6) return "0";
  for (const [size, unit] of [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (magnitude >= size && magnitude < 1e18) return trim(value / size, step / size) + unit;
  }
  if (magnitude >= 1e18 || magnitude < 1e-4) return value.toExponential(2);
  return trim(value, step);
}

const trim = (value, step) => value.toFixed(Math.max(0, Math.min(8, 1 - Math.floor(Math.log10(step))))).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
