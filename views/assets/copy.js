// What a page of the copy gains by running scripts: the same as the page itself, but for staying current; instead, it tells its age.
import { enliven } from "./bars.js";
import { localizeTimes } from "./times.js";
import { offerSearch } from "./search.js";

const tellEveryMs = 15_000;
const lookEveryMs = 30_000;

localizeTimes(document);
enliven(document);
offerSearch(document);
tellAge(document.querySelector("#copy"));

/** Keeps the age up to date; where the server is only away, goes back to its page once it answers. */
function tellAge(banner) {
  if (!banner) return;
  const time = banner.querySelector("time");
  const age = banner.querySelector(".age");
  const tell = () => {
    age.textContent = ` (${ageOf(Date.now() - new Date(time.dateTime).getTime(), banner.dataset.lang)})`;
    age.hidden = false;
  };
  tell();
  setInterval(tell, tellEveryMs);
  if (banner.dataset.away === undefined) void findLatest(banner, time, tell);
  else setInterval(() => void returnToPage(), lookEveryMs + Math.random() * lookEveryMs);
}

/** This page may have stayed the same for many copies: of which instant the latest is, a small file beside them tells. */
async function findLatest(banner, time, tell) {
  try {
    const answer = await fetch(banner.dataset.latest, { cache: "no-cache" });
    const { at } = await answer.json();
    if (new Date(at) <= new Date(time.dateTime)) return;
    time.dateTime = at;
    localizeTimes(document);
    tell();
  } catch {
    // What the page itself says stays true.
  }
}

async function returnToPage() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-cache" });
    if (answer.ok && !answer.headers.has("Fournines-Copy")) location.reload();
  } catch {
    // Asked again in a moment.
  }
}

/** "12 minutes ago", cut to whole units. */
function ageOf(ms, language) {
  const units = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
    ["second", 1_000],
  ];
  const [unit, length] = units.find(([, one]) => ms >= one) ?? units.at(-1);
  return new Intl.RelativeTimeFormat(language).format(-Math.max(0, Math.floor(ms / length)), unit);
}
