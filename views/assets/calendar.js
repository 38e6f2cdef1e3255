// Arrow keys move between the days of the month, Page Up and Page Down between months; the links alone do as well.
const days = [...document.querySelectorAll(".planner .date")];
const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const here = days.indexOf(document.activeElement);
  if (event.key in move && here >= 0) {
    event.preventDefault();
    days[Math.min(days.length - 1, Math.max(0, here + move[event.key]))].focus();
  } else if ((event.key === "PageUp" || event.key === "PageDown") && here >= 0) {
    event.preventDefault();
    document.querySelector(`.years [rel="${event.key === "PageUp" ? "prev" : "next"}"]`).click();
  }
});
