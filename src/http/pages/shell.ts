/**
 * What surrounds every page: title, mark in the state of the platform, navigation, languages. Wraps a view model for layout.eta.
 */
import type { ShownState } from "../../domain/status/service.ts";
import type { WordKey } from "../language.ts";
import { copyBanner, liveAddress } from "./copy-banner.ts";
import { mark } from "./mark.ts";
import type { PageContext } from "./markup.ts";
import { pictureSize } from "./preview-drawing.ts";
import { pictureOf, type PreviewWords } from "./preview.ts";
import { isServed, type Site } from "./site.ts";

export interface PageHead {
  title: string;
  /** What it says of itself where it is not open; absent: its title. */
  preview?: PreviewWords;
  /** Path of the page whose picture stands for it; absent, and in a copy: the whole platform's. */
  pictured?: string;
  /** Without base and language: "/services/beacon"; null: it has no address of its own. */
  path: string | null;
  /** Path of the page that this one shows otherwise, for whoever lists pages; absent: itself. */
  canonical?: string;
  state: ShownState;
  scripts?: readonly string[];
  styles?: readonly string[];
  /** It does not change under its reader, who types into it. */
  isStill?: boolean;
}

/** `isLive`: it takes the server. `isElsewhere`: every page leads there from within, too, so that a narrow head goes without. */
const links: readonly { path: string; word: WordKey; isLive?: true; isElsewhere?: true }[] = [
  { path: "/", word: "nav.status" },
  { path: "/history", word: "nav.history" },
  { path: "/methodology", word: "nav.method" },
  { path: "/subscribe", word: "nav.subscribe", isLive: true },
  { path: "/report", word: "nav.report", isLive: true, isElsewhere: true },
];

/** The model of a template: the page's own members and those of the layout. */
export function shell<Model extends object>(
  model: Model,
  head: PageHead,
  site: Site,
  context: PageContext,
): object {
  const { language, base } = context;
  const { path } = head;
  const live = path === null ? null : liveAddress(site.address, head.canonical ?? path, context);
  const isCopy = site.copiedAt !== undefined;
  const hasServer = isServed(site);
  return {
    ...model,
    say: language.say,
    language,
    base,
    timeZone: context.timeZone,
    root: site.root,
    asset: site.assets.address,
    version: site.version,
    events: `${site.root}/events`,
    platform: site.platform,
    title: language.say("page.title", { title: head.title, platform: site.platform }),
    description:
      head.preview?.summary ||
      language.say("page.description", { title: head.title, platform: site.platform }),
    preview: live === null ? null : previewOf(head, live, site, context),
    state: head.state,
    mark: mark(head.state),
    logo: site.brand.logo,
    icon: site.brand.icon(head.state) ?? site.assets.address(`mark-${head.state}.svg`),
    brandStyle: site.brand.style,
    brandLinks: site.brand.links(language),
    support: site.brand.support,
    largeMark: mark(head.state),
    scripts: [...(head.isStill === true ? [] : [isCopy ? "copy.js" : "page.js"]), ...(head.scripts ?? [])],
    styles: head.styles ?? [],
    copy: isCopy ? copyBanner(site.copiedAt!, liveAddress(site.address, path, context), context) : "",
    canonical: live ?? "",
    // Where readers subscribe; empty in a copy that knows no server.
    subscribe: hasServer ? `${base}/subscribe` : "",
    // Where a problem is reported; empty on that page, on others that are typed into, and in a copy that knows no server.
    report: hasServer && head.isStill !== true ? `${base}/report` : "",
    nav: links
      .filter(({ isLive }) => isLive !== true || hasServer)
      .map((link) => ({
        address: `${base}${link.path}`,
        text: language.say(link.word),
        isElsewhere: link.isElsewhere === true,
        isHere:
          path !== null && (link.path === "/" ? /^\/(days\/|$)/.test(path) : path.startsWith(link.path)),
      })),
    alternates:
      path === null || site.languages.length < 2
        ? []
        : site.languages.map((other) => ({
            address: `${site.root}/${other.code}${path}`,
            tag: other.tag,
            name: other.name,
            isHere: other.code === language.code,
          })),
  };
}

/** What chats read of a page: title, address, picture, the language and the others there are. */
function previewOf(head: PageHead, address: string, site: Site, context: PageContext) {
  const { language } = context;
  const pictured = site.copiedAt === undefined ? head.pictured : undefined;
  return {
    address,
    headline: head.preview?.headline ?? head.title,
    picture: liveAddress(site.address, pictureOf(pictured ?? "/"), context),
    ...pictureSize,
    locale: localeOf(language),
    otherLocales: site.languages.filter(({ code }) => code !== language.code).map(localeOf),
  };
}

/** "en_GB", as OpenGraph writes it. */
function localeOf({ tag }: { tag: string }): string {
  return tag.replace("-", "_");
}
