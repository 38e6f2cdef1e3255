// Instants in the reader's own time zone; the platform's stays in the title.
const styles = {
  time: { hour: "2-digit", minute: "2-digit" },
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  moment: { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" },
  dated: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  full: { dateStyle: "long", timeStyle: "medium" },
};
const formatters = new Map();
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const formatterOf = (style, language) => {
  if (!formatters.has(style)) {
    formatters.set(style, new Intl.DateTimeFormat(language, { ...styles[style], hourCycle: "h23" }));
  }
  return formatters.get(style);
};

/** Rewrites every `<time data-as>` that tells a time of day. Days and months are the platform's and stay. */
export function localizeTimes(root) {
  const language = document.body.dataset.lang;
  for (const time of root.querySelectorAll("time[data-as]")) {
    const style = time.dataset.as;
    if (styles[style]) {
      const words = formatterOf(style, language).format(new Date(time.dateTime));
      if (time.textContent !== words) time.textContent = words;
    }
  }
  const said = root.querySelector("[data-zone-words]");
  if (said && zone) said.textContent = said.dataset.zoneWords.replace("{zone}", zone);
}
