// Alerts as they stand, while somebody looks: what is shown follows, and nobody's focus or typing is lost.
import { morph } from "./morph.js";

const shown = ["live", "happenings"];
const everyMs = 5_000;

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.ok && !answer.redirected) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const id of shown) {
          const [old, wanted] = [document.getElementById(id), fresh.getElementById(id)];
          if (old && wanted) morph(old, wanted, () => {});
        }
      }
    } catch {
      // The server does not answer just now: what is shown stays, with the time it was told at.
    }
  }
  setTimeout(look, everyMs);
}

// A page that a form brought back with what is wrong with it stays as it is.
if (!document.querySelector(".refusal")) setTimeout(look, everyMs);
