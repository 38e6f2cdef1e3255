import { describe, expect, it } from "vitest";
import type { LiveCheck } from "../../src/live/live-check.ts";
import { type BoardWords, openBoard } from "../../src/live/live-board.ts";
import { horizonOf, wordsCycles } from "../../src/live/horizon.ts";
import type { MeasuredService } from "../../src/domain/status/service.ts";
import { arrive, arriveSteadily, liveCheck } from "../support/live-checks.ts";
import { sample } from "../support/watched.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const t0 = Date.UTC(2026, 2, 10, 12);
/** 2.5 × the interval of 15 s. */
const holdsMs = 37_500;

function words(...slugs: string[]): BoardWords {
  return {
    settings: {
      name: "Acme",
      address: null,
      timeZone: "UTC",
      languages: ["en"],
      commitment: { targetPercent: "99.99", anchorDay: 1 },
    },
    groups: [],
    services: slugs.map((slug) => ({
      slug,
      title: slug,
      description: "",
      groupSlug: null,
      createdAt: 0,
      archivedAt: null,
    })),
    incidents: [],
    windows: [],
  };
}

/** A board over these checks, with a count of its changes; a service a slug among them. */
function boardOf(checks: readonly LiveCheck[], horizon = 0) {
  const slugs = [...new Set(checks.map(({ serviceSlug }) => serviceSlug))];
  const live = { checks: new Map(checks.map((check) => [check.id, check])), since: horizon };
  const board = openBoard(live, words(...slugs), () => live.since);
  const told = { changes: 0 };
  board.onChange(() => told.changes++);
  return { board, told, live };
}

function serviceOf(checks: readonly LiveCheck[], now: number, horizon = 0): MeasuredService {
  return boardOf(checks, horizon).board.at(now).services[0]!;
}

describe("a service out of its checks", () => {
  it("is unknown, with nothing to tell, before any sample", () => {
    expect(serviceOf([liveCheck("beacon", "web")], t0)).toMatchObject({
      reading: "unknown",
      readingSince: null,
      observedFrom: null,
      lastSampleAt: null,
      segments: [],
      outages: [],
    });
  });

  it("a check added to a service of long standing leaves its past as it was", () => {
    const web = liveCheck("beacon", "web");
    arriveSteadily(web, t0, t0 + hour);
    const before = serviceOf([web], t0 + hour);
    const mail = liveCheck("beacon", "mail", {}, t0 + hour);
    // Not asked yet: it has no say at all.
    expect(serviceOf([web, mail], t0 + hour)).toMatchObject({
      reading: "up",
      readingSince: before.readingSince,
      observedFrom: t0,
      segments: [],
    });
    arrive(mail, [
      sample(mail.id, t0 + hour + 5 * second, "fail"),
      sample(mail.id, t0 + hour + 6 * second, "fail"),
    ]);
    expect(serviceOf([web, mail], t0 + hour + 10 * second)).toMatchObject({
      reading: "down",
      readingSince: t0 + hour + 5 * second,
      observedFrom: t0,
      segments: [{ state: "down", start: t0 + hour + 5 * second, end: t0 + hour + 10 * second }],
    });
  });

  it("the worst counting check speaks, and outages of all stand in order with the check's name", () => {
    const web = liveCheck("beacon", "web");
    const mail = liveCheck("beacon", "mail");
    arriveSteadily(web, t0, t0 + 2 * minute);
    arriveSteadily(mail, t0, t0 + minute);
    arriveSteadily(mail, t0 + minute + 15 * second, t0 + 2 * minute, "fail");
    arrive(web, [sample(web.id, t0 + 121 * second, "fail"), sample(web.id, t0 + 122 * second, "fail")]);
    const service = serviceOf([web, mail], t0 + 123 * second);
    expect(service.outages.map(({ checkSlug, start, end }) => ({ checkSlug, start, end }))).toEqual([
      { checkSlug: "mail", start: t0 + 75 * second, end: null },
      { checkSlug: "web", start: t0 + 121 * second, end: null },
    ]);
    expect(service.segments).toEqual([{ state: "down", start: t0 + 75 * second, end: t0 + 123 * second }]);
  });

  it("a check with counts: false takes no part, and is still told of", () => {
    const web = liveCheck("beacon", "web");
    const certificate = liveCheck("beacon", "certificate", { counts: false });
    arriveSteadily(web, t0, t0 + minute);
    arriveSteadily(certificate, t0 - hour, t0 + minute, "fail");
    expect(serviceOf([web, certificate], t0 + minute)).toMatchObject({
      reading: "up",
      observedFrom: t0,
      segments: [],
      outages: [],
      checks: [
        { slug: "web", counts: true, reading: "up", trouble: null },
        {
          slug: "certificate",
          counts: false,
          reading: "down",
          trouble: "no answer in time",
        },
      ],
    });
  });

  it("an archived check keeps its past and has no say afterwards", () => {
    const web = liveCheck("beacon", "web");
    const old = liveCheck("beacon", "old");
    arriveSteadily(web, t0, t0 + 10 * minute);
    arriveSteadily(old, t0, t0 + minute);
    arriveSteadily(old, t0 + minute + 15 * second, t0 + 2 * minute, "fail");
    old.archivedAt = t0 + 2 * minute;
    const service = serviceOf([web, old], t0 + 10 * minute);
    expect(service.reading).toBe("up");
    expect(service.segments).toEqual([{ state: "down", start: t0 + 75 * second, end: t0 + 2 * minute }]);
    expect(service.checks.map(({ slug }) => slug)).toEqual(["web"]);
  });

  it("tells the latest sample of any of its checks", () => {
    const web = liveCheck("beacon", "web");
    const certificate = liveCheck("beacon", "certificate", { counts: false });
    arrive(web, [sample(web.id, t0)]);
    arrive(certificate, [sample(certificate.id, t0 + 3 * second)]);
    expect(serviceOf([web, certificate], t0 + 5 * second).lastSampleAt).toBe(t0 + 3 * second);
  });

  it("observed for years, it tells nothing before the horizon, and whole cycles from there", () => {
    const web = liveCheck("beacon", "web");
    const horizon = horizonOf(t0, words().settings, wordsCycles);
    // Down over the horizon's first midnight: the part after it is told, with the outage it belongs to.
    web.changes = [
      { at: horizon - hour, state: "down" },
      { at: horizon + hour, state: "up" },
    ];
    const outage = {
      start: horizon - hour,
      end: horizon + hour,
      lastFailAt: horizon + hour - second,
      lastOkBeforeAt: horizon - hour - second,
      firstOkAfterAt: horizon + hour,
    };
    web.outages = [outage];
    web.observedFrom = t0 - 3 * 365 * day;
    arriveSteadily(web, t0, t0);
    const service = serviceOf([web], t0, horizon);
    expect(service.observedFrom).toBe(Date.UTC(2025, 1, 1));
    expect(service.segments[0]).toEqual({ state: "down", start: horizon, end: horizon + hour });
    expect(service.outages).toEqual([{ ...outage, checkSlug: "web" }]);
  });
});

describe("since when a service is observed", () => {
  it("moves back when something earlier arrives out of order", () => {
    const web = liveCheck("beacon", "web", { locations: ["lisbon", "osaka"], quorumFail: 1 });
    arrive(web, [sample(web.id, t0 + 10 * second)], "lisbon");
    expect(web.observedFrom).toBe(t0 + 10 * second);
    arrive(web, [sample(web.id, t0)], "osaka");
    expect(web.observedFrom).toBe(t0);
    expect(serviceOf([web], t0 + 11 * second)).toMatchObject({ observedFrom: t0, readingSince: t0 });
  });

  it("moves forward when what arrives takes the first reading back", () => {
    const web = liveCheck("beacon", "web", { locations: ["lisbon", "osaka"], quorumFail: 2 });
    arrive(web, [sample(web.id, t0 + 5 * second)], "osaka");
    arrive(web, [sample(web.id, t0 + 20 * second)], "osaka");
    arrive(web, [sample(web.id, t0)], "lisbon");
    expect(web.observedFrom).toBe(t0 + 5 * second);
    // Lisbon could not ask for itself then: a round of one alone says nothing.
    arrive(web, [sample(web.id, t0 + 2 * second, "probe_error"), sample(web.id, t0 + 18 * second)], "lisbon");
    expect(web.observedFrom).toBe(t0 + 18 * second);
  });
});

describe("silence", () => {
  const last = t0 + minute;
  function steady() {
    const web = liveCheck("beacon", "web");
    arriveSteadily(web, t0, last);
    return web;
  }

  it.each([
    ["at stale_after the reading still holds", holdsMs, "up", t0],
    ["one ms later it is unknown, since stale_after", holdsMs + 1, "unknown", last + holdsMs],
  ])("%s", (_, afterMs, reading, readingSince) => {
    const service = serviceOf([steady()], last + afterMs);
    expect(service).toMatchObject({ reading, readingSince, checks: [{ reading }] });
  });

  it("turns the page without any event: the look notices it once, and the unknown time grows", () => {
    const { board, told } = boardOf([steady()]);
    board.at(last);
    board.tick(last + holdsMs);
    expect(told.changes).toBe(0);
    board.tick(last + holdsMs + 1);
    expect(told.changes).toBe(1);
    const unknownUntil = (now: number) => board.at(now).services[0]!.segments.at(-1);
    for (const now of [last + holdsMs + second, last + holdsMs + 10 * second]) {
      expect(unknownUntil(now)).toEqual({ state: "unknown", start: last + holdsMs, end: now });
      board.tick(now);
    }
    expect(told.changes).toBe(1);
  });

  it("ends a running outage as far as it was measured", () => {
    const web = liveCheck("beacon", "web");
    arriveSteadily(web, t0, t0);
    arriveSteadily(web, t0 + 15 * second, t0 + minute, "fail");
    const now = t0 + minute + holdsMs + minute;
    expect(serviceOf([web], now)).toMatchObject({
      reading: "unknown",
      segments: [
        { state: "down", start: t0 + 15 * second, end: t0 + minute + holdsMs },
        { state: "unknown", start: t0 + minute + holdsMs, end: now },
      ],
      outages: [{ start: t0 + 15 * second, end: t0 + minute + holdsMs, firstOkAfterAt: null }],
    });
  });

  it("of an archived check, or of one never asked, is no event", () => {
    const archived = { ...steady(), archivedAt: last };
    const { board, told } = boardOf([archived, liveCheck("lamp", "web")]);
    board.at(last);
    board.tick(last + day);
    expect(told.changes).toBe(0);
  });

  it("that ends leaves its unknown time behind", () => {
    const web = steady();
    const { board } = boardOf([web]);
    board.at(last + minute);
    expect(arrive(web, [sample(web.id, last + 2 * minute)])).toBe(true);
    board.touch(["beacon"]);
    expect(board.at(last + 2 * minute + 20).services[0]).toMatchObject({
      reading: "up",
      readingSince: last + 2 * minute,
      segments: [{ state: "unknown", start: last + holdsMs, end: last + 2 * minute }],
    });
  });
});

describe("what is kept between two looks", () => {
  function two() {
    const beacon = liveCheck("beacon", "web");
    const lamp = liveCheck("lamp", "web");
    arriveSteadily(beacon, t0, t0 + minute);
    arriveSteadily(lamp, t0, t0 + minute);
    return { beacon, lamp, ...boardOf([beacon, lamp]) };
  }

  it("an unchanged service is the same object, and only its latest sample moves", () => {
    const { board, beacon } = two();
    const before = board.at(t0 + minute);
    const [first] = before.services;
    expect(arrive(beacon, [sample(beacon.id, t0 + minute + 15 * second)])).toBe(false);
    const after = board.at(t0 + minute + 16 * second);
    expect(after.services[0]).toBe(first);
    expect(after.services[0]!.lastSampleAt).toBe(t0 + minute + 15 * second);
    expect(after.version).toBe(before.version);
    expect(after.at).toBe(t0 + minute + 16 * second);
  });

  it("a touched service is made anew, its neighbour is not", () => {
    const { board, beacon } = two();
    const before = board.at(t0 + minute);
    const failing = [1, 2].map((s) => sample(beacon.id, t0 + minute + s * second, "fail"));
    expect(arrive(beacon, failing)).toBe(true);
    board.touch(["beacon"]);
    const after = board.at(t0 + minute + 3 * second);
    expect(after.version).toBe(before.version + 1);
    expect(after.services.map(({ reading }) => reading)).toEqual(["down", "up"]);
    expect(after.services[1]).toBe(before.services[1]);
  });

  it("a change dated after the look, by a clock that is ahead, is told when its instant has passed", () => {
    const { board, told, beacon } = two();
    const now = t0 + minute + second;
    board.at(now);
    arrive(beacon, [
      sample(beacon.id, now + 2 * second, "fail"),
      sample(beacon.id, now + 3 * second, "fail"),
    ]);
    board.touch(["beacon"]);
    const reading = (at: number) => board.at(at).services[0]!.reading;
    expect(reading(now)).toBe("up");
    board.tick(now + 2 * second);
    expect(told.changes).toBe(1);
    board.tick(now + 2 * second + 1);
    expect(told.changes).toBe(2);
    expect(reading(now + 2 * second + 1)).toBe("down");
    board.tick(now + 4 * second);
    expect(told.changes).toBe(2);
  });

  it("one look serves everybody for half a second, unless something changes or the clock is set back", () => {
    const { board } = two();
    const look = board.at(t0 + minute);
    expect(board.at(t0 + minute + 499)).toBe(look);
    expect(board.at(t0 + minute + 500)).not.toBe(look);
    expect(board.at(t0 + minute - hour).at).toBe(t0 + minute - hour);
  });

  it("the version rises exactly when something changed, and listeners hear of it", () => {
    const { board, told } = two();
    const version = () => board.at(t0 + minute).version;
    const first = version();
    board.touch([]);
    board.tick(t0 + minute);
    board.setDatabaseAway(null);
    expect([version(), told.changes]).toEqual([first, 0]);
    board.touch(["lamp"]);
    expect([version(), told.changes]).toEqual([first + 1, 1]);
    board.setWords(words("lamp"));
    expect([version(), told.changes]).toEqual([first + 2, 2]);
    expect(board.at(t0 + minute).services.map(({ slug }) => slug)).toEqual(["lamp"]);
  });

  it("a database that is away is told once, with its first instant, until it is back", () => {
    const { board, told } = two();
    const away = () => board.at(t0 + minute).databaseAwaySince;
    expect(away()).toBeNull();
    board.setDatabaseAway(t0);
    board.setDatabaseAway(t0 + second);
    expect(away()).toBe(t0);
    expect(told.changes).toBe(1);
    board.setDatabaseAway(null);
    expect(away()).toBeNull();
    expect(told.changes).toBe(2);
  });

  it("changed words reach every service", () => {
    const { board } = two();
    board.at(t0 + minute);
    const fresh = words("beacon", "lamp");
    fresh.services[0]!.title = "Lighthouse";
    board.setWords(fresh);
    expect(board.at(t0 + minute).services[0]).toMatchObject({ title: "Lighthouse", reading: "up" });
  });
});
