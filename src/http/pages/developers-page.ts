/**
 * What others may build on, with snippets to copy: the widget, badges, feeds, calendars, the API. From the board to addresses and samples;
 * every address here is one that is answered.
 */
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { PageContext } from "./markup.ts";
import { isServed, type Site } from "./site.ts";

export interface Sample {
  title: string;
  /** To be copied as it is. */
  code: string;
}

export interface DevelopersPage {
  title: string;
  /** Empty on a private page, of which it is not true. */
  lead: string;
  /** That the addresses hold on the server's own machine alone, because nobody said what it is called; else empty. */
  caution: string;
  /** Empty on a private page, as are badges. */
  widget: Sample[];
  badges: { address: string; alt: string; samples: Sample[] }[];
  feeds: { address: string; text: string }[];
  /** Address of the same for one service, as an example; empty: there is no service. */
  feedOfService: string;
  api: { address: string; text: string }[];
}

/** What is private is read by those who may, in feeds that hold a key of theirs: nothing of it is shown in pages of others. */
export function developersPage(board: StatusBoard, site: Site, context: PageContext): DevelopersPage {
  const { language, base } = context;
  const { isPrivate, root } = site;
  const address = `${site.origin}${root}`;
  const { say } = language;
  const service = board.services[0];
  const badge = (path: string, alt: string, leadsTo: string) => ({
    address: `${base}${path}`,
    alt,
    samples: [
      {
        title: "HTML",
        code: `<a href="${address}${leadsTo}"><img src="${address}${path}" alt="${alt}" height="22"></a>`,
      },
      { title: "Markdown", code: `[![${alt}](${address}${path})](${address}${leadsTo})` },
    ],
  });
  const plain = (text: string) => text.replace(/[<>"&[\]()]/g, "");
  return {
    title: say("developers.title"),
    lead: isPrivate ? "" : say("developers.lead"),
    caution: site.address === null && !isPrivate ? say("developers.unnamed") : "",
    widget: isPrivate
      ? []
      : [
          { title: say("developers.script"), code: `<script async src="${address}/widget.js"></script>` },
          {
            title: say("developers.scriptQuiet"),
            code: `<script async src="${address}/widget.js" data-hide-when-well${service === undefined ? "" : ` data-service="${service.slug}"`}></script>`,
          },
          {
            title: say("developers.frame"),
            code: `<iframe src="${address}/${language.code}/embed" title="${plain(board.settings.name)}" width="360" height="96"></iframe>`,
          },
        ],
    badges: isPrivate
      ? []
      : [
          badge("/badge/status.svg", plain(board.settings.name), "/"),
          ...(service === undefined
            ? []
            : ["status", "uptime-month", "uptime-30d", "uptime-90d", "uptime-365d"].map((what) =>
                badge(
                  `/badge/${service.slug}/${what}.svg`,
                  plain(service.title),
                  `/services/${service.slug}`,
                ),
              )),
        ],
    feeds: [
      { address: `${base}/feed.atom`, text: "Atom" },
      { address: `${base}/feed.rss`, text: "RSS" },
      { address: `${base}/feed.json`, text: "JSON Feed" },
      { address: `${base}/maintenance.ics`, text: say("calendar.subscribe") },
    ],
    feedOfService: service === undefined ? "" : `${base}/services/${service.slug}/feed.atom`,
    api: [
      ...(isServed(site)
        ? [
            { address: "/api/docs", text: say("developers.docs") },
            { address: "/api/v1/openapi.json", text: "OpenAPI 3.1" },
          ]
        : []),
      { address: `${root}/api/v2/summary.json`, text: say("developers.statuspage") },
    ],
  };
}
