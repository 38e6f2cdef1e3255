/** How the platform looks to its customers, as the platform file says it: logo, colour, type, style sheet, links. */
import { brandFonts, surfaces } from "../domain/status/brand.ts";
import { leastContrast, nearestReadable, readableContrast, toColour } from "../domain/status/colour.ts";
import { besideFile } from "./includes.ts";
import { quote, text, turned, word, wrong } from "./scalars.ts";
import { choice, key, list, section, table } from "./shapes.ts";
import { languages, title, webOrMail } from "./words.ts";

const colour = turned(
  text({ what: 'a colour like "#0b5fff"', pattern: "#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})", max: 7 }),
  (written) => ({ value: toColour(written)! }),
);

/** A colour that text may have on the surfaces of one half of the page. */
const accentOn = (half: keyof typeof surfaces) =>
  turned(colour, (chosen) => {
    const least = leastContrast(chosen, surfaces[half]);
    const nearest = nearestReadable(chosen, surfaces[half]);
    return nearest === chosen
      ? { value: chosen }
      : wrong(
          `must stand out by ${readableContrast}:1 on ${half} pages (WCAG AA), not by ${floored(least)}:1; the nearest that does is ${quote(nearest)}`,
        );
  });

/** Cut, never rounded: what falls short by little must not read as if it were enough. */
function floored(ratio: number): string {
  return (Math.floor(ratio * 10) / 10).toFixed(1);
}

const picture = besideFile("an .svg or .png file, relative to this one", ["svg", "png"]);

/** A page of somebody else's that may show ours in a frame: scheme, host, port. */
const origin = turned(
  text({
    what: "an origin like https://intranet.example.com",
    pattern: "https?://[^\\s/?#;,'\"*]+/?",
    max: 260,
  }),
  (written) => {
    const url = URL.parse(written);
    return url === null || url.username !== ""
      ? wrong(`must be an origin like https://intranet.example.com, not ${quote(written)}`)
      : { value: url.origin };
  },
);

const link = section(
  "a link",
  {
    title: key(
      choice("a title, or one for each language", {
        scalar: title,
        mapping: table("titles by language", word(languages), title, 1),
      }),
      "Its words, in the first language of the page or in each.",
    ),
    address: key(webOrMail, "Where it leads: https:// or mailto:."),
  },
  { required: ["title", "address"] },
);

export const brand = section("what the platform looks like", {
  logo: key(
    choice("a file, or a section", {
      scalar: picture,
      mapping: section(
        "a logo",
        {
          light: key(picture, "An .svg or .png file of at most 64 KiB, for light pages."),
          dark: key(picture, "The same for dark pages. Default: the one for light pages."),
          name: key(
            word(["beside", "hidden"]),
            "Whether the name of the platform stands beside it; a logo that says the name needs none. Default: beside.",
          ),
        },
        { required: ["light"] },
      ),
    }),
    "In the place of the mark, at the top of every page and letter. Default: the mark, which shows the state.",
  ),
  favicon: key(
    picture,
    "In the tab of the browser; while something is wrong, the mark's fourth stroke stands on it. Default: the mark.",
  ),
  accent: key(
    choice("a colour, or a section", {
      scalar: accentOn("light"),
      mapping: section(
        "a colour for each half",
        {
          light: key(accentOn("light"), "On light pages."),
          dark: key(accentOn("dark"), "On dark pages."),
        },
        { required: ["light", "dark"] },
      ),
    }),
    'Colour of links and buttons, "#0b5fff"; one alone is made as light as dark pages need. States keep their own colours. Default: ink.',
  ),
  font: key(word(brandFonts), "Family of type, of those that machines have by themselves. Default: sans."),
  css: key(
    besideFile("a .css file, relative to this one", ["css"]),
    "A style sheet of at most 64 KiB that comes after ours, for what the rest cannot say. It may ask for nothing from elsewhere.",
  ),
  links: key(list("a list of links", link), "At the foot of every page. Default: none."),
  support: key(webOrMail, "Where readers find help: https:// or mailto:. Default: none beside /report."),
  framed_by: key(
    list("a list of origins", origin),
    "Whose pages may show /embed in a frame. Default: all; an empty list is none.",
  ),
});
