// Draws the response times of a service with chart.js, which is fetched only when the chart comes near the view.
const place = document.querySelector(".chart[data-series]");

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
  // After an update of the page the series may be another one.
  new MutationObserver(() => place.chart && draw(place)).observe(place, { attributeFilter: ["data-series"] });
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
  const { start, p50, p95, p99 } = JSON.parse(element.dataset.series);
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
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const line = (label, values, name, width, dash) => ({
    label,
    data: values,
    borderColor: colour(name),
    backgroundColor: colour(name),
    borderWidth: width,
    borderDash: dash,
    pointRadius: 0,
    pointHitRadius: 8,
    spanGaps: false,
    tension: 0,
  });
  const soft = colour("--ink-soft");
  element.chart?.destroy();
  Chart.defaults.font.family = style.fontFamily;
  element.chart = new Chart(element.querySelector("canvas"), {
    type: "line",
    data: {
      labels: start.map((at) => time.format(at)),
      datasets: [
        line(element.dataset.p50, p50, "--ink", 2, []),
        line(element.dataset.p95, p95, "--up", 1.5, []),
        line(element.dataset.p99, p99, "--degraded", 1, [3, 3]),
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      locale: language,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          ticks: { color: soft, maxTicksLimit: 9, maxRotation: 0 },
          grid: { display: false },
          border: { color: soft },
        },
        y: {
          beginAtZero: true,
          ticks: { color: soft, maxTicksLimit: 5, callback: (ms) => `${ms} ms` },
          grid: { color: colour("--rule") },
          border: { display: false },
        },
      },
      plugins: {
        legend: { align: "start", labels: { color: soft, boxWidth: 18, boxHeight: 1 } },
        tooltip: {
          callbacks: { label: ({ dataset, parsed }) => `${dataset.label}: ${Math.floor(parsed.y)} ms` },
        },
      },
    },
  });
}
