// Keeps the frame in somebody else's page current: fetched anew once a minute while it is seen, and only what differs is touched.
import { morph } from "./morph.js";

const everyMs = 60_000;

setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-cache" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    morph(document.querySelector("main"), fresh.querySelector("main"), () => {});
    document.title = fresh.title;
  } catch {
    // What it said last stays, with its link to the page; in a minute it asks again.
  }
}, everyMs);
