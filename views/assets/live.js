// Keeps an open page current: hears of changes over an event stream, asks by itself where there is none, and never all readers at once.
import { morph } from "./morph.js";

const pollMs = 30_000;
const spreadMs = 1_500;
/** Ages are written by the server, so a quiet page is fetched anew now and then. */
const quietMs = 60_000;

/** Fetches and applies the page whenever it may have changed; `dress` readies what is new. */
export function keepCurrent(dress) {
  let version = document.body.dataset.version;
  let timer;
  let isFetching = false;
  let lastAt = Date.now();

  const soon = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(refresh, ms);
  };
  const refresh = async () => {
    if (isFetching || document.hidden) return;
    isFetching = true;
    try {
      const answer = await fetch(location.pathname + location.search, {
        headers: { Accept: "text/html" },
        cache: "no-cache",
      });
      if (answer.ok) {
        version = apply(new DOMParser().parseFromString(await answer.text(), "text/html"), dress);
        lastAt = Date.now();
      } else if (answer.status === 401 || answer.status === 403) {
        // Whatever let the reader in does not hold any more: the door says what does.
        location.reload();
      }
      document.body.classList.remove("lost");
    } catch {
      document.body.classList.add("lost");
    } finally {
      isFetching = false;
    }
  };

  let stream;
  let poll;
  let refusals = 0;
  const listen = () => {
    stream = new EventSource(document.body.dataset.events);
    stream.addEventListener("open", () => {
      clearInterval(poll);
      poll = undefined;
      refusals = 0;
    });
    stream.addEventListener("change", (event) => {
      if (event.data !== version) soon(Math.random() * spreadMs);
    });
    stream.addEventListener("error", () => {
      poll ??= setInterval(refresh, pollMs + Math.random() * spreadMs);
      // The browser reconnects by itself unless it was refused; then only we do, the more rarely the more often it was.
      if (stream.readyState === EventSource.CLOSED) {
        setTimeout(listen, (5_000 + Math.random() * 25_000) * 2 ** Math.min(refusals++, 3));
      }
    });
  };
  if (typeof EventSource === "function") listen();
  else poll = setInterval(refresh, pollMs);

  setInterval(() => {
    if (Date.now() - lastAt > quietMs) void refresh();
  }, quietMs / 4);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - lastAt > 10_000) soon(0);
  });
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      listen();
      soon(0);
    }
  });
}

/** Takes over title, icon and content of a freshly fetched page; gives its version. */
function apply(fresh, dress) {
  const touched = new Set();
  morph(document.querySelector("main"), fresh.querySelector("main"), (element) => touched.add(element));
  const brand = document.querySelector(".brand");
  const freshBrand = fresh.querySelector(".brand");
  if (brand.innerHTML !== freshBrand.innerHTML) brand.replaceWith(document.importNode(freshBrand, true));
  document.title = fresh.title;
  const icon = document.querySelector("link[rel=icon]");
  const href = fresh.querySelector("link[rel=icon]").getAttribute("href");
  if (icon.getAttribute("href") !== href) icon.setAttribute("href", href);
  document.body.dataset.version = fresh.body.dataset.version;
  dress();
  for (const element of touched) {
    const shown = element.closest(".card, .row, .answer, .line");
    if (shown && !element.closest(".fresh")) {
      shown.classList.remove("changed");
      void shown.offsetWidth;
      shown.classList.add("changed");
    }
  }
  return fresh.body.dataset.version;
}
