// A span of the timeline that is dragged over becomes the span of the form below it; the fields alone do as well.
const timeline = document.querySelector(".timeline");
const [start, end] = ["start", "end"].map((id) => document.getElementById(id));
if (timeline && start && end) {
  const day = { start: Number(timeline.dataset.start), end: Number(timeline.dataset.end) };
  const first = Date.parse(`${start.value}:00Z`);
  const minute = 60_000;
  let from = null;
  const at = (event) => {
    const lane = timeline.querySelector(".lane").getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - lane.left) / lane.width));
    return Math.round((part * (day.end - day.start)) / minute) * minute;
  };
  const field = (ms) => new Date(first + ms).toISOString().slice(0, 16);
  const latest = end.value;
  const mark = (a, b) => {
    const [low, high] = [field(Math.min(a, b)), field(Math.max(a, b))];
    start.value = low;
    end.value = high > latest ? latest : high;
    for (const lane of timeline.querySelectorAll(".lane")) {
      let band = lane.querySelector(".l-marked");
      if (!band) {
        band = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        band.setAttribute("class", "l-marked");
        band.setAttribute("y", "0");
        band.setAttribute("height", "20");
        lane.append(band);
      }
      const scale = 1000 / (day.end - day.start);
      band.setAttribute("x", String(Math.min(a, b) * scale));
      band.setAttribute("width", String(Math.abs(b - a) * scale));
    }
  };
  timeline.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".lane") || event.button !== 0) return;
    from = at(event);
    timeline.setPointerCapture(event.pointerId);
  });
  timeline.addEventListener("pointermove", (event) => {
    if (from !== null && Math.abs(at(event) - from) >= minute) mark(from, at(event));
  });
  timeline.addEventListener("pointerup", () => (from = null));
  timeline.addEventListener("pointercancel", () => (from = null));
}
