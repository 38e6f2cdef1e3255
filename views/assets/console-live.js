// Keeps a page of the console current while it is looked at: hears of changes over the event stream, and asks now and then.
import { localizeTimes } from "./times.js";
import { morph } from "./morph.js";

const everyMs = 15_000;
const spreadMs = 1_000;
let timer;

async function refresh() {
  clearTimeout(timer);
  timer = setTimeout(refresh, everyMs);
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-cache" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["main", "#menu"]) {
      const [shown, wanted] = [document.querySelector(part), fresh.querySelector(part)];
      if (shown && wanted) morph(shown, wanted, () => {});
    }
    document.title = fresh.title;
    localizeTimes(document);
  } catch {
    // The server does not answer just now: what is shown stays, and it is asked again.
  }
}

localizeTimes(document);
timer = setTimeout(refresh, everyMs);
const stream = new EventSource("/events");
stream.addEventListener("change", () => {
  clearTimeout(timer);
  timer = setTimeout(refresh, Math.random() * spreadMs);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void refresh();
});
addEventListener("pagehide", () => stream.close());
