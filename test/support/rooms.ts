/**
 * The console and the portal over a real socket, with what their pages refer to; and with the public pages, as a server has them. For tests
 * that open a browser.
 */
import { createToken } from "../../src/actions/create-token.ts";
import { webApp } from "../../src/http/app.ts";
import { openAdmission } from "../../src/http/pages/admission.ts";
import { withAudiences } from "../../src/http/pages/audiences.ts";
import { type PageDeps, pageRoutes } from "../../src/http/pages/routes.ts";
import { openStreamPlaces } from "../../src/http/pages/stream-places.ts";
import { readOwnFigures } from "../../src/http/portal/own-months.ts";
import { openHosts } from "../../src/http/hosts.ts";
import { openProxies } from "../../src/http/proxies.ts";
import { startHttp } from "../../src/http/server.ts";
import { readOlderWords } from "../../src/store/older-words.ts";
import type { TestApi } from "./api.ts";
import { type TestBrowser, testBrowser } from "./browsers.ts";
import { usualStreams } from "./pages.ts";

export interface ServedRooms {
  url: string;
  stop(): Promise<void>;
}

/**
 * Serves them and the public pages, until stopped. Under a name: keys are made for names, not for numbers.
 *
 * @param onError told of a page that could not be made
 */
export async function serveWhole({ deps }: TestApi, onError: (error: unknown) => void): Promise<ServedRooms> {
  const pageDeps = {
    ...{ look: deps.look, now: deps.now, baseUrl: null, onError },
    streamPlaces: openStreamPlaces(openProxies([]), usualStreams),
    onChange: () => {},
    responseTimes: () => Promise.resolve([]),
  };
  const olderWords: PageDeps["olderWords"] = (asked) => readOlderWords(deps.db, asked);
  const publicPage = pageRoutes({
    ...{ ...pageDeps, olderWords, board: () => ({ ...deps.publicBoard()!, version: 0 }) },
  });
  const pages = withAudiences(publicPage, {
    ...{ ...pageDeps, olderWordsFor: () => olderWords, whole: () => ({ ...deps.board(), version: 0 }) },
    ownFiguresOf(customer, _, code, at) {
      const { timeZone } = deps.board().settings;
      return readOwnFigures({ ...deps, timeZone }, { customer, rooms: "", code }, at);
    },
    admission: openAdmission({ ...deps, readClient: openProxies([]) }),
    hostOf: openHosts({ baseUrl: null, otherHosts: [], readClient: openProxies([]) }),
  });
  const http = await startHttp({ host: "127.0.0.1", port: 0 }, webApp(deps), pages);
  return { url: `http://localhost:${http.address.port}`, stop: () => http.stop() };
}

/** What the cookie of a browser holds that is signed in to the console. */
export async function consoleSession(api: TestApi, name: string): Promise<string> {
  return (await consoleBrowser(api, name)).cookies.get("fn_session")!;
}

/** A browser without a window that is signed in to the console. */
export async function consoleBrowser(api: TestApi, name: string): Promise<TestBrowser> {
  const browser = testBrowser(api);
  const token = await createToken(api.deps.db, name, api.clock.now);
  await browser.post("/console/sign-in", { token });
  return browser;
}
