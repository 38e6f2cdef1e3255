/**
 * What a server answers that starts while its database is away: the public page as it was told last, with its age; everything else is put
 * off. Wired here, between the kept board and HTTP, until the server itself takes over.
 */
import type { Config } from "./config.ts";
import { boardUnseenSince } from "./domain/status/unseen.ts";
import type { StatusBoard } from "./domain/status/status-board.ts";
import type { Instant } from "./domain/time/interval.ts";
import { openLook } from "./http/look.ts";
import { openHosts, withHosts } from "./http/hosts.ts";
import { type PageRoutes, pageRoutes } from "./http/pages/routes.ts";
import { openStreamPlaces } from "./http/pages/stream-places.ts";
import { openProxies } from "./http/proxies.ts";
import { putOffRoutes } from "./http/put-off.ts";
import { type HttpServer, startHttp } from "./http/server.ts";

/** For so long what is unseen is told to the same instant: a request looks at the board more than once. */
const toldForMs = 500;

/** Serves the page of a board of earlier. `failed`: told of every page that could not be rendered. */
export async function servePageWithoutDatabase(
  config: Config,
  board: StatusBoard,
  now: () => Instant,
  failed: (error: unknown) => void,
): Promise<HttpServer> {
  let latest = { board: boardUnseenSince(board, now()), toldAt: now() };
  const told = () => {
    const at = now();
    if (at - latest.toldAt >= toldForMs) {
      latest = { board: boardUnseenSince(board, at), toldAt: at };
    }
    return { ...latest.board, version: `kept-${board.at}` };
  };
  const away = new Error("the database does not answer");
  const readClient = openProxies(config.trustedProxies);
  const pages = pageRoutes({
    streamPlaces: openStreamPlaces(readClient, config.eventStreams),
    ...{ look: openLook(), baseUrl: config.baseUrl, now },
    onError: (error) => error !== away && failed(error),
    board: told,
    onChange: () => {},
    responseTimes: () => Promise.resolve([]),
    olderWords: () => Promise.reject(away),
  });
  const { baseUrl, otherHosts } = config;
  const settings = () => latest.board.settings;
  const hostOf = openHosts({ baseUrl, otherHosts, readClient });
  // Who may see the other pages cannot be asked.
  const alone: PageRoutes = {
    ...pages,
    listener(request, response, ...more) {
      if (hostOf(request, settings()).kind !== "page") {
        return pages.listener(request, response, ...more);
      }
      pages.problem(request, response, { status: 503, requestId: null });
      return true;
    },
  };
  return startHttp(config, putOffRoutes(pages), withHosts(alone, { baseUrl, hostOf, settings }));
}
