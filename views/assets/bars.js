// Strips of days that answer: hover, tap or arrow keys open a day's own words. One tab stop a strip, read out as a slider of days.
const dayMs = 86_400_000;
const pitch = 7;
const svgNames = "http://www.w3.org/2000/svg";

let note = null;
let noteOf = null;

/** Makes every strip below `root` answer that does not yet. */
export function enliven(root) {
  for (const strip of root.querySelectorAll(".strip:not([role])")) {
    strip.setAttribute("role", "slider");
    strip.setAttribute("tabindex", "0");
    strip.setAttribute("aria-readonly", "true");
    strip.setAttribute("aria-label", strip.dataset.label);
    strip.setAttribute("aria-valuemin", "1");
    strip.setAttribute("aria-valuemax", String(daysOf(strip)));
    describe(strip, daysOf(strip) - 1);
  }
}

document.addEventListener("keydown", (event) => {
  const strip = event.target.closest?.(".strip[role]");
  if (event.key === "Escape") hide();
  if (!strip || event.altKey || event.ctrlKey || event.metaKey) return;
  const here = Number(strip.getAttribute("aria-valuenow")) - 1;
  const last = daysOf(strip) - 1;
  const there = {
    ArrowLeft: here - 1,
    ArrowDown: here - 1,
    ArrowRight: here + 1,
    ArrowUp: here + 1,
    PageDown: here - 7,
    PageUp: here + 7,
    Home: firstShown(strip),
    End: last,
  }[event.key];
  if (there === undefined) {
    if ((event.key === "Enter" || event.key === " ") && noteOf === strip) {
      const link = note?.querySelector("a");
      if (link) link.click();
    }
    return;
  }
  event.preventDefault();
  show(strip, Math.min(last, Math.max(firstShown(strip), there)));
});
document.addEventListener("focusin", (event) => {
  const strip = event.target.closest?.(".strip[role]");
  if (strip && strip.matches(":focus-visible")) show(strip, Number(strip.getAttribute("aria-valuenow")) - 1);
});
document.addEventListener("focusout", (event) => {
  if (event.target.closest?.(".strip[role]") && !note?.contains(event.relatedTarget)) hide();
});
document.addEventListener("pointermove", (event) => {
  if (event.pointerType !== "mouse") return;
  const strip = event.target.closest?.(".strip[role]");
  if (strip) show(strip, dayUnder(strip, event.clientX));
  else if (note && !note.contains(event.target) && document.activeElement !== noteOf) hide();
});
document.addEventListener("click", (event) => {
  const strip = event.target.closest?.(".strip[role]");
  if (strip) show(strip, dayUnder(strip, event.clientX));
  else if (note && !note.contains(event.target)) hide();
});

function daysOf(strip) {
  return Number(strip.dataset.count);
}

/** The drawing is wider than the strip on a phone, where only its last days are in view, unless the strip scrolls. */
function firstShown(strip) {
  if (getComputedStyle(strip).overflowX === "auto") return 0;
  const drawing = strip.querySelector("svg").getBoundingClientRect();
  const hidden = strip.getBoundingClientRect().left - drawing.left;
  return Math.max(0, Math.ceil((hidden / drawing.width) * daysOf(strip) - 0.5));
}

function dayUnder(strip, x) {
  const drawing = strip.querySelector("svg").getBoundingClientRect();
  const index = Math.floor(((x - drawing.left) / drawing.width) * daysOf(strip));
  return Math.min(daysOf(strip) - 1, Math.max(0, index));
}

/** The words of a day: those of the list under the strip, or that it was calm. */
function wordsOf(strip, index) {
  const section = strip.closest("[data-calm]");
  const days = strip.closest(".days");
  const language = document.body.dataset.lang;
  const today = Date.parse(`${section.dataset.date}T00:00:00Z`);
  const date = new Date(today - (daysOf(strip) - 1 - index) * dayMs);
  const iso = date.toISOString().slice(0, 10);
  const told = days.querySelector(`li[data-date="${iso}"]`);
  const label = date.toLocaleDateString(language, {
    timeZone: "UTC",
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(iso.slice(0, 4) === section.dataset.date.slice(0, 4) ? {} : { year: "numeric" }),
  });
  const before = strip.dataset.from !== undefined && iso < strip.dataset.from;
  const calm = before ? section.dataset.before : section.dataset.calm;
  return {
    label,
    text: told?.querySelector("span").textContent || (told?.querySelector("a") ? "" : calm),
    links: told ? [...told.querySelectorAll("a")] : [],
  };
}

function describe(strip, index) {
  const { label, text, links } = wordsOf(strip, index);
  const whole = [label, text, ...links.map((link) => link.textContent)].filter(Boolean).join(", ");
  strip.setAttribute("aria-valuenow", String(index + 1));
  strip.setAttribute("aria-valuetext", whole);
  return { label, text, links };
}

function show(strip, index) {
  if (noteOf === strip && note?.dataset.index === String(index)) return;
  hide();
  const { label, text, links } = describe(strip, index);
  note = document.createElement("div");
  note.className = "day-note";
  note.dataset.index = String(index);
  const heading = document.createElement("b");
  heading.textContent = label;
  note.append(heading, text);
  for (const link of links) {
    const copy = link.cloneNode(true);
    copy.tabIndex = -1;
    note.append(copy);
  }
  // Read out already as the slider's value; the note is for eyes and pointers.
  note.setAttribute("aria-hidden", "true");
  document.body.append(note);
  noteOf = strip;
  const drawing = strip.querySelector("svg");
  bringIntoView(strip, drawing, index);
  const box = drawing.getBoundingClientRect();
  const x = box.left + ((index + 0.36) / daysOf(strip)) * box.width;
  const left = Math.min(
    Math.max(8, x - note.offsetWidth / 2),
    document.documentElement.clientWidth - note.offsetWidth - 8,
  );
  note.style.left = `${left + scrollX}px`;
  note.style.top = `${box.bottom + scrollY + 4}px`;
  const here = document.createElementNS(svgNames, "rect");
  here.setAttribute("class", "b-here");
  here.setAttribute("x", String(index * pitch - 0.25));
  here.setAttribute("y", "-0.5");
  here.setAttribute("width", "5.5");
  here.setAttribute("height", "29");
  here.setAttribute("vector-effect", "non-scaling-stroke");
  drawing.append(here);
}

/** Where a strip scrolls, a day that is asked for by key is moved to. */
function bringIntoView(strip, drawing, index) {
  const [view, box] = [strip.getBoundingClientRect(), drawing.getBoundingClientRect()];
  const [left, right] = [index, index + 1].map((edge) => box.left + (edge / daysOf(strip)) * box.width);
  if (left < view.left) strip.scrollLeft -= view.left - left;
  else if (right > view.right) strip.scrollLeft += right - view.right;
}

function hide() {
  noteOf?.querySelector(".b-here")?.remove();
  note?.remove();
  note = null;
  noteOf = null;
}
