// What charts have in common: they are drawn with chart.js, which is fetched only when one comes near the view, in the colours of the page.
let library;

// Draws in this place once it comes near, and anew whenever the page looks otherwise. What was drawn stands at `place.chart`.
export function drawWhenNear(place, draw) {
  place.hidden = false;
  const watcher = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        watcher.disconnect();
        library ??= load(place.dataset.library);
        library.then(() => draw(place));
      }
    },
    { rootMargin: "200px" },
  );
  watcher.observe(place);
  for (const look of [
    "(prefers-color-scheme: dark)",
    "(prefers-contrast: more)",
    "(forced-colors: active)",
  ]) {
    matchMedia(look).addEventListener("change", () => place.chart && draw(place));
  }
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

// Reads colours of the page by their names. chart.js does not know every way of writing one; a canvas does.
export function coloursOf(place) {
  const paint = document.createElement("canvas").getContext("2d");
  return (name) => {
    const sample = document.createElement("i");
    sample.style.color = `var(${name})`;
    place.append(sample);
    paint.fillStyle = getComputedStyle(sample).color;
    paint.fillRect(0, 0, 1, 1);
    sample.remove();
    const [r, g, b] = paint.getImageData(0, 0, 1, 1).data;
    return `rgb(${r}, ${g}, ${b})`;
  };
}

// Puts a chart in the place of what was drawn there, in the type of the page.
export function show(place, chart) {
  place.chart?.destroy();
  Chart.defaults.font.family = getComputedStyle(document.documentElement).fontFamily;
  place.chart = new Chart(place.querySelector("canvas"), chart);
}
