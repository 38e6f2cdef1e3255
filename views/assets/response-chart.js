// Draws the response times of a service.
import { coloursOf, drawWhenNear, show } from "./charts.js";

for (const place of document.querySelectorAll(".chart[data-series]")) {
  drawWhenNear(place, draw);
  // After an update of the page the series may be another one.
  new MutationObserver(() => place.chart && draw(place)).observe(place, { attributeFilter: ["data-series"] });
}

/** Each line has a colour and a way of being drawn, so that neither carries the meaning alone. */
const pens = [
  { colour: "--ink", width: 2, dash: [] },
  { colour: "--maintenance", width: 1.5, dash: [7, 3] },
  { colour: "--degraded", width: 1.5, dash: [2, 3] },
  { colour: "--up", width: 1.5, dash: [10, 3, 2, 3] },
  { colour: "--unknown", width: 2, dash: [1, 5] },
  { colour: "--ink-soft", width: 1, dash: [] },
];

function draw(element) {
  const { start, lines } = JSON.parse(element.dataset.series);
  const colour = coloursOf(element);
  const language = document.body.dataset.lang;
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const line = ({ name, values }, { colour: ink, width, dash }) => ({
    label: name,
    data: values,
    borderColor: colour(ink),
    backgroundColor: colour(ink),
    borderWidth: width,
    borderDash: dash,
    // Between two gaps there is no line to be seen.
    pointRadius: ({ dataIndex: i }) =>
      (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? 2 : 0,
    pointHitRadius: 8,
    spanGaps: false,
    tension: 0,
  });
  const number = new Intl.NumberFormat(language);
  const soft = colour("--ink-soft");
  // As each line is drawn: the library's own would show its colour alone.
  const samples = (chart) =>
    chart.data.datasets.map(({ label, borderColor, borderWidth, borderDash }, datasetIndex) => ({
      ...{ text: label, datasetIndex, fontColor: soft, pointStyle: "line" },
      ...{ strokeStyle: borderColor, lineWidth: borderWidth, lineDash: borderDash },
      hidden: !chart.isDatasetVisible(datasetIndex),
    }));
  show(element, {
    type: "line",
    data: {
      labels: start.map((at) => time.format(at)),
      datasets: lines.map((one, i) => line(one, pens[i % pens.length])),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      locale: language,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          ticks: { color: soft, maxTicksLimit: element.clientWidth < 480 ? 5 : 9, maxRotation: 0 },
          grid: { display: false },
          border: { color: soft },
        },
        y: {
          beginAtZero: true,
          ticks: { color: soft, maxTicksLimit: 5, callback: (ms) => `${number.format(ms)} ms` },
          grid: { color: colour("--rule") },
          border: { display: false },
        },
      },
      plugins: {
        legend: {
          align: "start",
          labels: { color: soft, usePointStyle: true, pointStyleWidth: 28, generateLabels: samples },
        },
        tooltip: {
          callbacks: {
            label: ({ dataset, parsed }) => `${dataset.label}: ${number.format(Math.floor(parsed.y))} ms`,
          },
        },
      },
    },
  });
}
