// Makes one tree of elements equal to another by touching only what differs, so that focus, selection, open details and scrolling stay.

/** What scripts and readers have put on an element and the server does not know of. */
const kept = new Set([
  "role",
  "tabindex",
  "aria-readonly",
  "aria-valuemin",
  "aria-valuemax",
  "aria-valuenow",
  "aria-valuetext",
]);

/** Makes `old` equal to `fresh`; calls `changed` for elements whose words differ. */
export function morph(old, fresh, changed) {
  morphAttributes(old, fresh);
  const keyed = new Map();
  for (const child of old.children) if (keyOf(child)) keyed.set(keyOf(child), child);
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const same = keyOf(wanted) ? keyed.get(keyOf(wanted)) : isAlike(place, wanted) ? place : null;
    if (same) {
      if (same !== place) old.insertBefore(same, place);
      else place = place.nextSibling;
      if (same.nodeType === Node.ELEMENT_NODE) morph(same, wanted, changed);
      else if (isOther(same, wanted)) {
        same.data = wanted.data;
        changed(old);
      }
    } else {
      const added = document.importNode(wanted, true);
      old.insertBefore(added, place);
      if (added.nodeType === Node.ELEMENT_NODE) changed(added);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/** What an element is, wherever it stands: its name, or that of the section it is. */
function keyOf(node) {
  return node.id || (node.nodeName === "SECTION" && node.getAttribute("aria-labelledby")) || "";
}

function isAlike(old, fresh) {
  return (
    old && old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && !keyOf(old) && !keyOf(fresh)
  );
}

/** A time is written in the reader's zone by then; it differs when its instant does. */
function isOther(old, fresh) {
  return (
    old.data !== fresh.data && old.parentElement?.nodeName !== "TIME" && !old.parentElement?.dataset.zoneWords
  );
}

function morphAttributes(old, fresh) {
  const isTime = old.nodeName === "TIME" && old.getAttribute("datetime") !== fresh.getAttribute("datetime");
  for (const { name, value } of [...fresh.attributes]) {
    // A reader's own opening and closing outlasts an update, unless the server changes its mind.
    if (name === "open" && old.dataset.said === "open") continue;
    if (name === "hidden" && old.classList.contains("search")) continue;
    if (name === "hidden" && old.classList.contains("chart")) continue;
    if (name === "aria-label" && old.classList.contains("strip")) continue;
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (fresh.hasAttribute(name) || name === "data-opened" || name === "data-said") continue;
    if (name === "open" && old.dataset.said !== "open") continue;
    if (name === "hidden" && old.classList.contains("row")) continue;
    if (kept.has(name) || (name === "aria-label" && old.classList.contains("strip"))) continue;
    if (name === "class" || name === "style") continue;
    // A canvas is as large as what was drawn on it, and another size would empty it.
    if (old.nodeName === "CANVAS") continue;
    old.removeAttribute(name);
  }
  if (old.nodeName === "DETAILS") old.dataset.said = fresh.open ? "open" : "closed";
  if (isTime) old.textContent = fresh.textContent;
}
