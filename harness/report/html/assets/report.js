"use strict";
// Draws the charts that the page holds as data. What is drawn, and in which words, was decided when it was written.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const printing = matchMedia("print");
  const drawn = [];
  let zooming = false;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const trimmed = (value, digits) => String(Number(value.toPrecision(digits)));

  function duration(ms) {
    if (ms === 0) return "0 ms";
    if (ms < 1000) return `${trimmed(ms, ms < 10 ? 2 : 3)} ms`;
    return ms < 60000 ? `${trimmed(ms / 1000, 3)} s` : `${trimmed(ms / 60000, 3)} min`;
  }

  function clock(seconds) {
    const sign = seconds < 0 ? "-" : "";
    const whole = Math.round(Math.abs(seconds));
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const two = (value) => String(value).padStart(2, "0");
    return sign + (hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`);
  }

  function number(value) {
    if (Math.abs(value) >= 1e6) return `${trimmed(value / 1e6, 3)} M`;
    return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : trimmed(value, 3);
  }

  function written(value, unit) {
    switch (unit) {
      case "ms": return duration(value);
      case "s": return clock(value);
      case "%": return `${trimmed(value, value > 99 && value < 100 ? 4 : 3)}%`;
      case "/s": return `${number(value)} /s`;
      default: return number(value);
    }
  }

  // On a logarithmic axis: as many round values of each decade as there is room for.
  function splits(low, high, room) {
    let found = [];
    for (const digits of [[1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]) {
      found = [];
      for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
        found.push(...digits.map((digit) => Number((digit * 10 ** power).toPrecision(3))));
      }
      found = found.filter((value) => value >= low && value <= high);
      if (found.length <= room) break;
    }
    return found;
  }

  // Points bring their own x: one row for each of them, sorted.
  function rowsOf(chart) {
    if (!chart.series.some((one) => one.x)) {
      const x = chart.x || data.axes[chart.group];
      return [chart.xLog ? x.map((value) => Math.max(value, 0.001)) : x, ...chart.series.map((one) => one.y)];
    }
    const points = chart.series.flatMap((one, at) => one.x.map((x, index) => [x, at, one.y[index]]));
    points.sort((a, b) => a[0] - b[0]);
    const columns = chart.series.map((_, at) => points.map((point) => (point[1] === at ? point[2] : null)));
    return [points.map((point) => point[0]), ...columns];
  }

  function stacked(rows) {
    const sums = new Array(rows[0].length).fill(0);
    return [rows[0], ...rows.slice(1).map((row) => row.map((value, index) => (sums[index] += value || 0)))];
  }

  function alone(u, at) {
    const values = u.data[at];
    const known = (index) => values[index] !== null && values[index] !== undefined;
    const found = [];
    for (let index = 0; index < values.length; index++) {
      if (known(index) && !known(index - 1) && !known(index + 1)) found.push(index);
    }
    return found;
  }

  function line(one, chart, value) {
    const stroke = colour(one.tone);
    const common = { label: one.name, stroke, value, width: 1.75, points: { show: false } };
    if (one.kind === "points") {
      return { ...common, paths: () => null, points: { show: true, size: 4, width: 0, fill: `${stroke}99` } };
    }
    if (chart.stacked) return { ...common, width: 0, fill: stroke, paths: uPlot.paths.stepped({ align: 1 }) };
    const single = { show: true, size: 4, fill: stroke, filter: alone };
    return {
      ...common,
      points: single,
      fill: one.kind === "area" ? `${stroke}26` : undefined,
      dash: one.dash ? [5, 4] : undefined,
      spanGaps: Boolean(one.x),
    };
  }

  // What a warm-up leaves out is hatched, so that it is told apart from a phase below it.
  function hatch(ctx, bbox, to) {
    const ratio = devicePixelRatio;
    const { left, top, height } = bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, to - left, height);
    ctx.clip();
    ctx.strokeStyle = `${colour("grey")}66`;
    ctx.lineWidth = ratio;
    ctx.beginPath();
    for (let x = left - height; x < to; x += 7 * ratio) {
      ctx.moveTo(x, top + height);
      ctx.lineTo(x + height, top);
    }
    ctx.stroke();
    ctx.restore();
  }

  // Phases are shaded, stages begin at a dashed line; the first chart of the group names them.
  function shade(names) {
    return (u) => {
      const { ctx, bbox } = u;
      const right = bbox.left + bbox.width;
      const place = (seconds) => Math.min(Math.max(u.valToPos(seconds, "x", true), bbox.left), right);
      const ratio = devicePixelRatio;
      const kinds = [...new Set(data.phases.map(([name]) => name))];
      ctx.save();
      ctx.font = `${11 * ratio}px system-ui, sans-serif`;
      ctx.textBaseline = "top";
      ctx.textAlign = "left";
      const label = (text, from, to, row) => {
        if (!names || ctx.measureText(text).width + 8 * ratio > to - from) return;
        ctx.fillStyle = colour("quiet");
        ctx.fillText(text, from + 4 * ratio, bbox.top + (3 + 14 * row) * ratio);
      };
      for (const [name, begins, ends] of data.phases) {
        const [from, to] = [place(begins), ends === null ? right : place(ends)];
        const kind = kinds.indexOf(name);
        if (kind > 0) {
          ctx.fillStyle = colour(`phase${((kind - 1) % 4) + 1}`);
          ctx.fillRect(from, bbox.top, to - from, bbox.height);
        }
        label(name, from, to, 0);
      }
      if (data.warmUp !== null && place(data.warmUp) > bbox.left) {
        hatch(ctx, bbox, place(data.warmUp));
        label("warm-up", bbox.left, place(data.warmUp), Math.floor(bbox.height / ratio / 14) - 1);
      }
      ctx.strokeStyle = colour("grey");
      ctx.setLineDash([3 * ratio, 3 * ratio]);
      for (const [name, begins, ends] of data.stages) {
        const [from, to] = [place(begins), ends === null ? right : place(ends)];
        if (from > bbox.left && from < right) {
          ctx.beginPath();
          ctx.moveTo(from, bbox.top);
          ctx.lineTo(from, bbox.top + bbox.height);
          ctx.stroke();
        }
        label(name, from, to, data.phases.length ? 1 : 0);
      }
      ctx.restore();
    };
  }

  function zoomTogether(u, key) {
    if (key !== "x" || zooming) return;
    zooming = true;
    const { min, max } = u.scales.x;
    for (const other of drawn) {
      if (other.plot !== u && other.chart.group && other.chart.group === u.group) other.plot.setScale("x", { min, max });
    }
    zooming = false;
  }

  function options(chart, raw, width, isFirst) {
    const value = (_, shown, at, index) => {
      const exact = index === null || index === undefined ? null : raw[at][index];
      return shown === null || exact === null || exact === undefined ? "" : written(exact, at ? chart.unit : chart.xUnit);
    };
    const axis = { stroke: colour("quiet"), font: "11px system-ui, sans-serif", grid: { stroke: colour("grid"), width: 1 }, ticks: { show: false } };
    const timed = Boolean(chart.group);
    const words = (unit) => (_, values) => values.map((one) => (one === null ? "" : written(one, unit)));
    const x = { ...axis, gap: 7, size: 29, space: 56, values: words(chart.xUnit) };
    if (chart.xLog) Object.assign(x, { splits: (u) => splits(u.scales.x.min, u.scales.x.max, u.width / 72), filter: (_, all) => all });
    if (chart.xUnit === "turn") x.incrs = [1, 2, 5, 10, 20];
    if (chart.xUnit === "s") x.incrs = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];
    const series = chart.series.map((one) => line(one, chart, value));
    // Where several points have the greatest x, uPlot looks at the first of them only.
    const most = Math.max(...(chart.series.some((one) => one.x) ? chart.series.flatMap((one) => one.y) : [0]));
    return {
      width,
      height: chart.height,
      padding: [8, 12, 0, 0],
      focus: { alpha: 1 },
      cursor: { sync: timed ? { key: chart.group, scales: ["x", null] } : undefined, drag: { x: timed, y: false }, points: { size: 6 }, y: false },
      legend: { live: chart.series.every((one) => one.kind !== "points"), isolate: true, markers: { width: 0, fill: (_, at) => (at ? colour(chart.series[at - 1].tone) : "transparent") } },
      scales: {
        x: { time: false, distr: chart.xLog ? 3 : 1, range: (_, low, high) => (chart.xLog ? [low * 0.95, high * 1.05] : low === high ? [low - 1, high + 1] : [low, high]) },
        y: { range: (_, low, high) => [0, chart.yMax || Math.max(high, most) * 1.08 || 1] },
      },
      axes: [x, { ...axis, gap: 6, size: 62, space: 32, values: words(chart.unit) }],
      series: [{ label: timed ? "at" : chart.xUnit === "turn" ? "turn" : "at most", value }, ...series],
      hooks: timed ? { drawClear: [shade(isFirst)], setScale: [zoomTogether] } : {},
    };
  }

  // A stack is drawn from its top, so that every area lies over the one above it.
  function upsideDown(chart, raw, rows) {
    if (!chart.stacked) return [chart, raw, rows];
    const turned = (list) => [list[0], ...list.slice(1).reverse()];
    return [{ ...chart, series: [...chart.series].reverse() }, turned(raw), turned(rows)];
  }

  function widthOf(place, chart) {
    if (!printing.matches) return place.clientWidth;
    return place.closest(".grid") ? 330 : 680;
  }

  function draw(place, given, isFirst) {
    const raw = rowsOf(given);
    const [chart, exact, rows] = upsideDown(given, raw, given.stacked ? stacked(raw) : raw);
    const plot = new uPlot(options(chart, exact, widthOf(place, chart), isFirst), rows, place);
    plot.group = chart.group;
    drawn.push({ plot, chart, place });
  }

  function drawAll() {
    for (const { plot } of drawn.splice(0)) plot.destroy();
    const seen = new Set();
    for (const chart of data.charts) {
      const place = document.querySelector(`[data-chart="${chart.name}"]`);
      draw(place, chart, !seen.has(chart.group));
      seen.add(chart.group);
    }
    document.documentElement.dataset.drawn = drawn.length;
  }

  function move(event) {
    const { plot, chart } = drawn.find(({ place }) => place === event.currentTarget);
    const together = drawn.filter((one) => one.plot === plot || (chart.group && one.chart.group === chart.group));
    const x = plot.data[0];
    const last = x.length - 1;
    const now = plot.cursor.idx;
    const none = now === null || now === undefined;
    const steps = { ArrowRight: none ? 0 : now + 1, ArrowLeft: none ? last : now - 1, Home: 0, End: last };
    if (event.key === "Escape") {
      for (const one of together) one.plot.setCursor({ left: -10, top: -10 });
    } else if (event.key in steps) {
      event.preventDefault();
      const at = x[Math.min(Math.max(steps[event.key], 0), last)];
      for (const one of together) one.plot.setCursor({ left: one.plot.valToPos(at, "x"), top: 10 });
    }
  }

  drawAll();
  for (const place of document.querySelectorAll("[data-chart]")) place.addEventListener("keydown", move);
  new ResizeObserver(() => {
    for (const { plot, chart, place } of drawn) {
      const width = widthOf(place, chart);
      if (width && plot.width !== width) plot.setSize({ width, height: chart.height });
    }
  }).observe(document.body);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  printing.addEventListener("change", drawAll);
})();
