// The state of a platform in a page of somebody else's: one script tag, no cookies, nothing from a third party, styles in a shadow of its own.
//   <script async src="https://status.example.com/widget.js"></script>
// data-service="slug": of one service; data-hide-when-well: shown only while something is wrong; data-theme="light" or "dark".
{
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const { service, theme } = script.dataset;
  const hidesWhenWell = "hideWhenWell" in script.dataset;
  const language = script.closest("[lang]")?.lang || navigator.language || "en";
  const source = `${origin}${service ? `/services/${encodeURIComponent(service)}` : ""}/widget.json`;
  const everyMs = 60_000;

  const dark = "--paper:#191c21;--ink:#ecebe6;--rule:#3a3e46;--odd:#ff8a75";
  const light = "--paper:#fff;--ink:#1e2129;--rule:#d7d4ce;--odd:#b3231b";
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { ${theme === "dark" ? dark : light}; display: inline-block; max-width: 100%; }
    :host([hidden]) { display: none; }
    ${theme ? "" : `@media (prefers-color-scheme: dark) { :host { ${dark} } }`}
    a { display: inline-flex; gap: .6em; align-items: center; max-width: 100%; padding: .5em .8em; border: 1px solid var(--rule); border-radius: .25em;
      background: var(--paper); color: var(--ink); font: 500 .875rem/1.3 system-ui, sans-serif; text-decoration: none; }
    a:hover span { text-decoration: underline; }
    a:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
    svg { flex: none; width: 1em; height: 1em; fill: none; stroke: currentColor; stroke-width: 4; }
    .odd { stroke: var(--odd); }
  `);

  const upright = "M6 4v24M13 4v24M20 4v24";
  const fourth = {
    operational: "M27 4v24",
    degraded_performance: "M27 16v12",
    partial_outage: "M23 27l7-16",
    major_outage: "M4 29h24",
    under_maintenance: "M27 4v6m0 3v6m0 3v6",
    unknown: "M25.5 4.75h3v22.5h-3z",
  };
  const drawn = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  const place = document.createElement("div");
  place.hidden = true;
  const shadow = place.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [style];
  const told = document.createElement("div");
  told.setAttribute("role", "status");
  shadow.append(told);
  script.after(place);

  let shown = "";
  const show = ({ state, headline, address, isWell, language: tag }) => {
    place.hidden = hidesWhenWell && isWell;
    if (shown === state + headline) return;
    shown = state + headline;
    const mark = drawn("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" });
    const rest = state === "major_outage" ? "M6 2v21M13 2v21M20 2v21" : upright;
    mark.append(
      drawn("path", { d: rest }),
      drawn("path", {
        d: fourth[state] ?? fourth.unknown,
        ...(state === "operational" ? {} : { class: "odd" }),
        ...(state === "unknown" ? { "stroke-width": "1.5" } : {}),
      }),
    );
    const words = document.createElement("span");
    words.textContent = headline;
    const link = document.createElement("a");
    // Wherever the answer came from, the link leads to the page that the script came from.
    link.href = new URL(new URL(address).pathname, origin).href;
    link.lang = tag;
    link.append(mark, words);
    told.replaceChildren(link);
  };
  const refresh = async (cache) => {
    if (document.hidden) return;
    try {
      const answer = await fetch(source, {
        cache,
        credentials: "omit",
        headers: { "Accept-Language": language },
      });
      if (answer.ok) show(await answer.json());
    } catch {
      // What was shown stays; what was never known is not shown.
    }
  };
  // Every visit of the page may be told what another one learned a moment ago; whoever stays asks anew.
  void refresh("default");
  const anew = () => void refresh("no-cache");
  setInterval(anew, everyMs);
  document.addEventListener("visibilitychange", anew);
}
