// Draws the months of a contract against its target.
import { coloursOf, drawWhenNear, show } from "./charts.js";

const place = document.querySelector(".chart[data-months]");
if (place) {
  drawWhenNear(place, draw);
}

function draw(element) {
  const { labels, percents, targets } = JSON.parse(element.dataset.months);
  const colour = coloursOf(element);
  const language = document.body.dataset.lang;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 6 });
  const soft = colour("--ink-soft");
  const isMissed = (i) => targets[i] !== null && percents[i] !== null && percents[i] < targets[i];
  const paints = percents.map((_, i) => colour(isMissed(i) ? "--down" : "--up"));
  show(element, {
    type: "line",
    data: {
      labels,
      datasets: [
        {
          label: element.dataset.percent,
          data: percents,
          borderColor: colour("--ink-soft"),
          backgroundColor: paints,
          pointBackgroundColor: paints,
          pointBorderColor: paints,
          // A missed month has another shape, not only another colour.
          pointStyle: percents.map((_, i) => (isMissed(i) ? "rectRot" : "circle")),
          pointRadius: percents.map((_, i) => (isMissed(i) ? 7 : 4)),
          borderWidth: 1,
          tension: 0,
        },
        {
          label: element.dataset.target,
          data: targets,
          borderColor: colour("--ink"),
          borderWidth: 1.5,
          borderDash: [5, 4],
          pointRadius: 0,
          stepped: "middle",
        },
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      locale: language,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          ticks: { color: soft, maxRotation: 0, autoSkip: true },
          grid: { display: false },
          border: { color: soft },
        },
        y: {
          suggestedMax: 100,
          ticks: { color: soft, maxTicksLimit: 5, callback: (value) => `${number.format(value)} %` },
          grid: { color: colour("--rule") },
          border: { display: false },
        },
      },
      plugins: {
        legend: { align: "start", labels: { color: soft, boxWidth: 18, boxHeight: 1 } },
        tooltip: {
          callbacks: { label: ({ dataset, parsed }) => `${dataset.label}: ${number.format(parsed.y)} %` },
        },
      },
    },
  });
}
