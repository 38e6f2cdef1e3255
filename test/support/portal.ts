/** A portal over a real socket: Acme with two contracts, closed months, a credit to claim, an incident and planned work. */
import { noOlderWords } from "../../src/domain/status/older-words.ts";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { makeAccessLink, pathOfAccessLink } from "../../src/actions/access-link.ts";
import { closeCycle } from "../../src/actions/close-cycle.ts";
import { explainDifferences } from "../../src/actions/explain-differences.ts";
import { pageRoutes } from "../../src/http/pages/routes.ts";
import { openStreamPlaces } from "../../src/http/pages/stream-places.ts";
import { openProxies } from "../../src/http/proxies.ts";
import type { Database } from "../../src/store/database.ts";
import { boardAt, measuredService, testApi } from "./api.ts";
import { incident, maintenance, now as boardNow } from "./boards.ts";
import { agree, closablePlatform, goDown, goSilent, office } from "./closing.ts";
import { comeIn } from "./people.ts";
import { usualStreams } from "./pages.ts";

const terms = `target: 99.99
fee: 4000.00 DKK
credit: { bands: [{ below: 99.99, percent: 10 }, { below: 99.9, percent: 25 }], mode: on_claim, claim: { days_after_cycle: 90 } }`;

export interface ServedPortal {
  url: string;
  /** Of the link that lets Acme in. */
  link: string;
  /** Secret of the session of a person of Acme's. */
  session: string;
  stop(): Promise<void>;
}

/** Fills the database, then serves portal and pages on a port of the loopback until stopped. */
export async function servePortal(db: Database): Promise<ServedPortal> {
  const checks = await closablePlatform(db);
  await agree(db, "acme-gold", `title: Skarv Learning, Gold\ncovers: [beacon, lamp]\n${terms}`);
  await agree(db, "acme-base", `title: Skarv, base services\ncovers: [lamp]\ntarget: 99.9`);
  const [beacon, lamp] = [checks.get("beacon")!, checks.get("lamp")!];
  const at = (text: string) => Date.parse(text);
  await goDown(db, beacon, at("2026-09-10T10:00:00Z"), at("2026-09-10T10:09:40Z"));
  await goDown(db, lamp, at("2026-10-03T03:00:00Z"), at("2026-10-03T03:01:25Z"));
  await goDown(db, beacon, at("2026-11-12T08:10:00Z"), at("2026-11-12T08:11:17Z"));
  await goSilent(db, lamp, at("2026-11-15T01:00:00Z"), at("2026-11-15T01:20:00Z"));
  for (const label of ["2026-09", "2026-10"]) {
    for (const contract of ["acme-gold", "acme-base"]) {
      const reason = "A switch was exchanged.";
      const choices = ["beacon", "lamp"].map((service) => ({ service, incident: null, start: null }));
      for (const choice of choices) {
        const wanted = { contract, label, reason, choices: [choice] };
        await explainDifferences(db, office.engine, wanted, "Olga Operator", boardNow).catch(() => []);
      }
      await closeCycle(db, office, { contract, label, author: "Olga Operator" }, boardNow);
    }
  }
  const board = {
    ...boardAt(boardNow),
    version: 1,
    services: [
      measuredService("beacon", boardNow, {
        title: "Sign-in",
        reading: "down",
        readingSince: boardNow - 240_000,
      }),
      measuredService("lamp", boardNow, { title: "Search" }),
      measuredService("other", boardNow, { title: "Somebody else’s" }),
    ],
    incidents: [incident("INC-2026-0031", "Sign-in does not answer", ["beacon", "other"], 240_000, null)],
    windows: [
      maintenance("MNT-2026-0007", "Database moves to new machines", ["lamp"], 3 * 86_400_000, 1_800_000),
    ],
  };
  const api = await testApi(db, boardNow, { board: () => board });
  const pages = pageRoutes({
    streamPlaces: openStreamPlaces(openProxies([]), usualStreams),
    look: api.deps.look,
    board: () => board,
    onChange: () => {},
    responseTimes: () => Promise.resolve([]),
    olderWords: () => Promise.resolve(noOlderWords),
    now: () => boardNow,
    baseUrl: null,
    onError: () => {},
  });
  const portal = getRequestListener((request) => api.request(request));
  const server = createServer((request, response) => {
    if (!pages.listener(request, response)) {
      void portal(request, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const link = await makeAccessLink(db, { customer: "acme" }, "Olga Operator", boardNow);
  const { browser } = await comeIn(api, "Ole", "customer", "acme");
  return {
    url,
    session: browser.cookies.get("fn_session")!,
    link: `${url}${pathOfAccessLink(api.deps.secretKey, link)}`,
    async stop() {
      pages.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
