// Draws the months of a contract against its target with chart.js, which is fetched only when the chart comes near the view.
const place = document.querySelector(".chart[data-months]");

if (place) {
  place.hidden = false;
  const watcher = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        watcher.disconnect();
        load(place.dataset.library).then(() => draw(place));
      }
    },
    { rootMargin: "200px" },
  );
  watcher.observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => place.chart && draw(place));
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

function draw(element) {
  const { labels, percents, targets } = JSON.parse(element.dataset.months);
  const style = getComputedStyle(document.documentElement);
  const paint = document.createElement("canvas").getContext("2d");
  // chart.js does not know every way of writing a colour; a canvas does.
  const colour = (name) => {
    const sample = document.createElement("i");
    sample.style.color = `var(${name})`;
    element.append(sample);
    paint.fillStyle = getComputedStyle(sample).color;
    paint.fillRect(0, 0, 1, 1);
    sample.remove();
    const [r, g, b] = paint.getImageData(0, 0, 1, 1).data;
    return `rgb(${r}, ${g}, ${b})`;
  };
  const language = document.body.dataset.lang;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 6 });
  const soft = colour("--ink-soft");
  const isMissed = (i) => targets[i] !== null && percents[i] !== null && percents[i] < targets[i];
  const paints = percents.map((_, i) => colour(isMissed(i) ? "--down" : "--up"));
  element.chart?.destroy();
  Chart.defaults.font.family = style.fontFamily;
  element.chart = new Chart(element.querySelector("canvas"), {
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
