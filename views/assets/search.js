// Finding a service by its name on a page with many.

/** Shows the search where the page has one, and makes it filter. */
export function offerSearch(root) {
  const place = root.querySelector(".search");
  if (!place || !place.hidden) return;
  place.hidden = false;
  const input = place.querySelector("input");
  const answer = place.querySelector("[role=status]");
  input.addEventListener("input", () => filter(place, input, answer));
}

function filter(place, input, answer) {
  const wanted = input.value.trim().toLocaleLowerCase();
  let found = 0;
  for (const row of place.parentElement.querySelectorAll(".row")) {
    const isWanted = row.querySelector(".name").textContent.toLocaleLowerCase().includes(wanted);
    row.hidden = !isWanted;
    found += isWanted ? 1 : 0;
  }
  for (const group of place.parentElement.querySelectorAll(".group")) {
    group.hidden = wanted !== "" && !group.querySelector(".row:not([hidden])");
    if (wanted !== "" && !group.hidden && !group.open) {
      group.open = true;
      group.dataset.opened = "search";
    } else if (wanted === "" && group.dataset.opened) {
      group.open = false;
      delete group.dataset.opened;
    }
  }
  answer.textContent = found === 0 ? input.dataset.none : "";
}
