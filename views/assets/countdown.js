// Countdowns go on: what the server wrote is written anew each second, in the words that the page brings along.
const words = document.querySelector("[data-clock-words]")?.dataset;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The two largest units, cut off: as the server writes durations. */
function lengthOf(ms) {
  const [large, small, largeUnit, smallUnit] =
    ms < hour ? [minute, second, "min", "s"] : ms < day ? [hour, minute, "h", "min"] : [day, hour, "d", "h"];
  const [larges, smalls] = [Math.floor(ms / large), Math.floor((ms % large) / small)];
  return [
    ...(larges > 0 ? [`${larges}\u00a0${words[largeUnit]}`] : []),
    ...(smalls > 0 || larges === 0 ? [`${smalls}\u00a0${words[smallUnit]}`] : []),
  ].join("\u00a0");
}

function tick() {
  const now = Date.now();
  for (const clock of document.querySelectorAll("[data-due]")) {
    const left = Date.parse(clock.dataset.due) - now;
    const text = (left >= 0 ? words.left : words.over).replace("{length}", lengthOf(Math.abs(left)));
    if (clock.textContent !== text) clock.textContent = text;
    const mood = clock.closest("[data-mood]");
    if (left < 0 && mood) mood.dataset.mood = "missed";
  }
}

if (words) {
  tick();
  setInterval(tick, second);
}
