// How far a closing is, while somebody watches: the words and the bar move, and the page comes anew when it is over.
const shown = document.querySelector("[data-progress]");
const everyMs = 1_000;

async function look() {
  try {
    const answer = await fetch(shown.dataset.progress, { cache: "no-store" });
    if (answer.ok) {
      const { isOver, closed, total, words } = await answer.json();
      if (isOver) {
        location.reload();
        return;
      }
      const bar = shown.querySelector("progress");
      bar.max = Math.max(1, total);
      bar.value = closed;
      const said = shown.querySelector("[role=status]");
      if (said.textContent !== words) said.textContent = words;
    }
  } catch {
    // The server does not answer just now; the closing goes on or is told as over when it does.
  }
  setTimeout(look, everyMs);
}

if (shown) setTimeout(look, everyMs);
