/**
 * In which of the offered languages somebody reads, by the Accept-Language header of RFC 9110. For the server and for the Worker that
 * serves its copy alike.
 */

/** The first offered language that a reader accepts, by the Accept-Language header's weights; else the first offered. */
export function chooseLanguage<Chosen extends { code: string }>(
  accepted: string | undefined,
  offered: readonly Chosen[],
): Chosen {
  const wanted = (accepted ?? "")
    .slice(0, 200)
    .split(",")
    .map((part) => {
      const [range = "", ...settings] = part.trim().toLowerCase().split(";");
      const weight = settings.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find((one) => one !== undefined);
      return { range, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ range, weight }) => range !== "" && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { range } of wanted) {
    const code = synonyms[range.split("-")[0]!] ?? range.split("-")[0];
    const found = range === "*" ? offered[0] : offered.find((language) => language.code === code);
    if (found !== undefined) {
      return found;
    }
  }
  return offered[0]!;
}

/** Norwegian without further word is read in bokmål. */
const synonyms: Readonly<Record<string, string>> = { no: "nb", nn: "nb" };
