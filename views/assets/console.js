// Keys of the console: / to search, ? for help, g and a letter to go to a section, j and k from line to line. Nothing needs them.
const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]") !== null;
const waitMs = 1_500;
let isGoing = 0;

/** The first link of each line of the page's lists and tables, in order. */
function lines() {
  const rows = document.querySelectorAll("main li, main tbody tr");
  return [...rows].map((row) => row.querySelector("a[href]")).filter((link) => link?.offsetParent);
}

function step(by) {
  const links = [...new Set(lines())];
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
  links[next]?.focus();
  return links[next] !== undefined;
}

function goTo(key) {
  const link = [...document.querySelectorAll("#menu a[data-key]")].find((one) => one.dataset.key === key);
  link?.click();
  return link !== undefined;
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "Escape" && isTyping(event.target)) {
    event.target.blur();
    return false;
  }
  if (isTyping(event.target)) return false;
  if (performance.now() < isGoing) {
    isGoing = 0;
    return goTo(event.key);
  }
  switch (event.key) {
    case "/": {
      const field = document.querySelector("#everything");
      field?.focus();
      field?.select();
      return field !== null;
    }
    case "?":
      document.querySelector("#keys")?.click();
      return true;
    case "g":
      isGoing = performance.now() + waitMs;
      return true;
    case "j":
      return step(1);
    case "k":
      return step(-1);
    default:
      return false;
  }
}

document.addEventListener("keydown", (event) => {
  if (pressed(event)) event.preventDefault();
});
