/**
 * The API, the console and the portal over a database, with a board of the cast: Beacon and Lamp of Acme's platform. Time stands still unless a test moves it.
 */
import { Registry } from "prom-client";
import { createToken } from "../../src/actions/create-token.ts";
import { noOlderWords } from "../../src/domain/status/older-words.ts";
import { boardOf } from "../../src/domain/status/page.ts";
import type { StatusBoard } from "../../src/domain/status/status-board.ts";
import type { MeasuredService } from "../../src/domain/status/service.ts";
import { webApp } from "../../src/http/app.ts";
import type { ConsoleDeps } from "../../src/http/console/deps.ts";
import { openLook } from "../../src/http/look.ts";
import { openPageCopies } from "../../src/http/pages/page-copies.ts";
import { holdPageKeys } from "../../src/live/page-keys.ts";
import { openMonthClosings } from "../../src/live/month-closings.ts";
import { office } from "./closing.ts";
import type { Database } from "../../src/store/database.ts";
import { listIncidentsSince } from "../../src/store/incidents.ts";
import { listWindowsSince } from "../../src/store/maintenance-windows.ts";

export interface TestApi {
  deps: ConsoleDeps;
  /** Defects that were logged. */
  defects: unknown[];
  /** What the API asks of the rest of the program, in order. */
  calls: unknown[];
  /** The instant that `now()` gives. */
  clock: { now: number };
  request(path: string | Request, init?: RequestInit): Promise<Response>;
  /** The same with a token and a JSON body. */
  send(method: string, path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

const look = openLook();

/** The API over this database; the token is made for the test. */
export async function testApi(db: Database, now: number, over: Partial<ConsoleDeps> = {}): Promise<TestApi> {
  const clock = { now };
  const defects: unknown[] = [];
  const calls: unknown[] = [];
  let board = boardAt(now);
  const pageKeys = await holdPageKeys(db);
  const deps: ConsoleDeps = {
    look,
    closings: openMonthClosings({
      ...{ db, office, now: () => clock.now },
      failed: (error) => defects.push(error),
    }),
    pageCopies: openPageCopies({
      ...{ look, board: () => deps.board(), now: () => clock.now, baseUrl: null, sealer: office.seal },
      olderWords: () => Promise.resolve(noOlderWords),
      ...{ responseTimes: () => Promise.resolve([]), onError: (error) => defects.push(error) },
    }),
    baseUrl: null,
    db,
    now: () => clock.now,
    board: () => board,
    publicBoard: () => boardOf(deps.board(), "public"),
    changed: async () => {
      await pageKeys.read();
      board = {
        ...boardAt(clock.now),
        incidents: await listIncidentsSince(db, clock.now - 400 * 86_400_000),
        windows: await listWindowsSince(db, clock.now - 400 * 86_400_000),
      };
    },
    recordBatch: (batch, at) => {
      calls.push({ batch, at });
      return Promise.resolve({ acknowledged: 7, isNew: true });
    },
    pollAssignments: () => Promise.reject(new Error("no probe polls here")),
    sawProbe: () => Promise.resolve(),
    refusedProbe: (what, probe, { code }) => {
      calls.push({ refused: what, probe, code });
    },
    checkedIn: (checkId, at, outcome) => {
      calls.push({ checkId, at, outcome });
      return Promise.resolve();
    },
    secretKey: "a secret of the test",
    office,
    ask: async (request) => app.fetch(request),
    installation: { version: "1.2.3", runtime: "26.0.0", variables: [] },
    askOnce: () => Promise.reject(new Error("nothing is asked here")),
    identityProvider: null,
    accountPost: null,
    channels: { list: () => [], find: () => Promise.resolve(null) },
    pageKeys,
    controlToken: "control-of-this-run",
    readiness: () => Promise.resolve([{ part: "database", trouble: null }]),
    readSecret: () => undefined,
    mailTrouble: null,
    supportMail: null,
    bounceMail: null,
    internalSubscribers: false,
    capabilities: { icmp: false },
    metrics: new Registry(),
    logDefect: (defect) => defects.push(defect),
    ...over,
  };
  const app = webApp(deps);
  const token = await createToken(db, `test ${crypto.randomUUID()}`, now);
  const request: TestApi["request"] = async (path, init) => app.request(path, init);
  return {
    deps,
    defects,
    calls,
    clock,
    request,
    send: (method, path, body, headers) =>
      request(path, {
        method,
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers },
      }),
  };
}

/** A platform in Copenhagen that promises 99.99 %. */
export function boardAt(at: number): StatusBoard {
  return {
    settings: {
      name: "Acme",
      address: "https://status.example",
      timeZone: "Europe/Copenhagen",
      languages: ["en"],
      commitment: { targetPercent: "99.99", anchorDay: 1 },
    },
    groups: [],
    services: [measuredService("beacon", at), measuredService("lamp", at)],
    incidents: [],
    windows: [],
    at,
    databaseAwaySince: null,
  };
}

/** A service that was observed for 40 days and is up. */
export function measuredService(
  slug: string,
  at: number,
  over: Partial<MeasuredService> = {},
): MeasuredService {
  return {
    slug,
    title: slug,
    description: "",
    groupSlug: null,
    createdAt: at - 40 * 86_400_000,
    archivedAt: null,
    observedFrom: at - 40 * 86_400_000,
    lastSampleAt: at - 5_000,
    reading: "up",
    readingSince: at - 40 * 86_400_000,
    segments: [],
    outages: [],
    checks: [],
    ...over,
  };
}
