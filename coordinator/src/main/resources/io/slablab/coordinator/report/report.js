"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const palette = 8;
  const drawn = new Map();

  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colour = variant => style("--v" + (variant % palette));
  const fade = (hex, alpha) => hex + Math.round(alpha * 255).toString(16).padStart(2, "0");

  function digits(v, n = 3) {
    return v === 0 ? "0" : Number(v.toPrecision(n)).toLocaleString("en", {maximumSignificantDigits: n, useGrouping: false});
  }
  function scaled(v, step, units) {
    let i = 0;
    while (Math.abs(v) >= step && i < units.length - 1) { v /= step; i++; }
    return digits(v) + "\u00a0" + units[i];
  }
  const rate = v => v == null ? "\u2013" : scaled(v, 1000, ["/s", "k/s", "M/s", "G/s"]);
  const time = v => v == null ? "\u2013" : scaled(v, 1000, ["ns", "\u00b5s", "ms", "s"]);
  const percentile = beyond => {
    const nines = Math.max(0, Math.ceil(Math.log10(beyond)) - 1);
    return (100 * (1 - 1 / beyond)).toFixed(Math.min(6, nines)).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "") + "\u00a0%";
  };

  const axis = (extra = {}) => ({
    stroke: style("--faint"), font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif", labelSize: 20,
    grid: {stroke: style("--line"), width: 1}, ticks: {stroke: style("--line"), width: 1, size: 4}, ...extra});

  const decades = () => ({stroke: style("--line"), width: 1, filter: (u, s) => s.map(v => v != null && Math.abs(Math.log10(v) % 1) < 1e-9 ? v : null)});

  /** A plot with a legend of our own that follows the cursor. keys: series to name in the legend. */
  function plot(box, options, values, keys, title, show) {
    const old = drawn.get(box);
    if (old) { old.observer.disconnect(); old.chart.destroy(); }
    box.textContent = "";
    const legend = document.createElement("div");
    legend.className = "legend";
    const spans = keys.map(k => {
      const item = document.createElement("span");
      const swatch = document.createElement("i");
      swatch.className = k.dash ? "swatch dash" : "swatch";
      if (!k.dash) swatch.style.background = k.colour;
      const value = document.createElement("b");
      item.append(swatch, k.name, value);
      legend.append(item);
      return value;
    });
    const at = document.createElement("span");
    legend.append(at);
    const holder = document.createElement("div");
    box.append(legend, holder);
    const cursor = u => {
      const i = u.cursor.idx;
      at.textContent = i == null ? "" : title(u.data[0][i]);
      keys.forEach((k, n) => {
        const v = i == null ? null : u.data[k.series][i];
        spans[n].textContent = v == null ? "" : show(v);
      });
    };
    const chart = new uPlot({
      width: Math.max(260, box.clientWidth), height: 280, legend: {show: false}, padding: [12, 14, 0, 0],
      cursor: {drag: {x: true, y: false}, points: {size: 7}}, hooks: {setCursor: [cursor]}, ...options}, values, holder);
    const observer = new ResizeObserver(() => {
      if (box.clientWidth > 0 && Math.abs(box.clientWidth - chart.width) > 1) chart.setSize({width: box.clientWidth, height: 280});
    });
    observer.observe(box);
    drawn.set(box, {chart, observer});
    document.documentElement.dataset.charts = drawn.size;
  }

  function scaling(box) {
    const curve = data.scaling[box.dataset.scaling];
    const values = [curve.cores], series = [{}], bands = [], keys = [];
    let top = 0;
    for (const line of curve.lines) {
      const c = colour(line.variant);
      const n = values.length;
      values.push(line.level, line.high, line.low);
      for (const v of [...line.level, ...line.high]) if (v > top) top = v;
      // the baseline lies broad and pale below, so that a line on it hides nothing
      const below = line.variant === 0;
      series.push({stroke: below ? fade(c, .55) : c, width: below ? 6 : 2, points: {show: true, size: below ? 9 : 6, fill: c, stroke: c}},
        {stroke: "transparent", points: {show: false}}, {stroke: "transparent", points: {show: false}});
      bands.push({series: [n + 1, n + 2], fill: fade(c, .16)});
      keys.push({name: data.variants[line.variant], colour: c, series: n});
    }
    if (curve.ideal.length) {
      keys.push({name: "ideal", dash: true, series: values.length});
      values.push(curve.ideal);
      for (const v of curve.ideal) if (v > top) top = v;
      series.push({stroke: style("--faint"), width: 1.2, dash: [5, 4], points: {show: false}});
    }
    const last = curve.cores[curve.cores.length - 1];
    const splits = curve.cores.filter((c, i) => i === 0 || curve.cores.length < 8 || c / last > .06);
    plot(box, {
      series, bands,
      scales: {x: {time: false, range: (u, lo, hi) => [lo - (hi - lo) * .04, hi + (hi - lo) * .04]}, y: {range: (u, lo, hi) => [0, Math.max(hi, 1e-9) * 1.06]}},
      axes: [axis({label: "cores", size: 34, splits: () => splits, values: (u, s) => s.map(v => Number.isInteger(v) ? v : "")}),
        axis({label: "operations per second", size: 66, values: (u, s) => s.map(v => v == null ? "" : rate(v))})]
    }, values, keys, c => c + (c === 1 ? " core" : " cores"), rate);
  }

  function percentiles(box) {
    const lines = data.cells[box.dataset.percentiles].percentiles;
    const values = uPlot.join(lines.map(l => [l.beyond, l.ns]));
    const series = [{}], keys = [];
    lines.forEach((l, i) => {
      const c = colour(l.variant);
      series.push({stroke: c, width: 2, spanGaps: true, points: {show: false}});
      keys.push({name: data.variants[l.variant] + ", n\u00a0=\u00a0" + l.count.toLocaleString("en"), colour: c, series: i + 1});
    });
    plot(box, {
      series,
      scales: {x: {time: false, distr: 3, log: 10, range: (u, lo, hi) => [lo, hi > lo ? hi : lo * 10]}, y: {distr: 3, log: 10}}, padding: [12, 30, 0, 0],
      axes: [axis({label: "percentile, log of 1 / (1 \u2212 p)", size: 34, grid: decades(), ticks: decades(), values: (u, s) => s.map(v => v != null && Math.abs(Math.log10(v) % 1) < 1e-9 ? percentile(v) : "")}),
        axis({label: "time per operation", size: 66, grid: decades(), ticks: decades(), values: (u, s) => s.map(v => v != null && /^[125]/.test(v.toExponential()) ? time(v) : "")})]
    }, values, keys, percentile, time);
  }

  function order(box) {
    const lines = data.cells[box.dataset.order].order;
    const values = uPlot.join(lines.map(l => [l.at, l.rate]));
    const series = [{}], keys = [];
    lines.forEach((l, i) => {
      const c = colour(l.variant);
      series.push({stroke: c, width: 0, paths: () => null, points: {show: true, size: 7, fill: c, width: 1}});
      keys.push({name: data.variants[l.variant], colour: c, series: i + 1});
    });
    plot(box, {
      series,
      scales: {x: {time: false, range: (u, lo, hi) => [lo - 1, hi + 1]}, y: {range: (u, lo, hi) => { const m = (hi - lo || hi || 1) * .12; return [lo - m, hi + m]; }}},
      axes: [axis({label: "trial, in the order they ran", size: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]}),
        axis({label: "operations per second", size: 66, values: (u, s) => s.map(v => v == null ? "" : rate(v))})]
    }, values, keys, v => "trial " + v, rate);
  }

  const kinds = {scaling, percentiles, order};
  function draw(root) {
    for (const [kind, render] of Object.entries(kinds)) {
      for (const box of root.querySelectorAll("[data-" + kind + "]")) {
        if (!box.closest("details:not([open])")) render(box);
      }
    }
  }
  document.documentElement.dataset.charts = 0;
  draw(document);
  document.querySelectorAll("details.cell").forEach(d => d.addEventListener("toggle", () => {
    if (d.open && ![...d.querySelectorAll(".chart")].some(b => drawn.has(b))) draw(d);
  }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(document));
})();
