import { describe, expect, it } from "vitest";
import { readLanguages } from "../../../src/http/language.ts";
import type { PageContext } from "../../../src/http/pages/markup.ts";
import { historyPage } from "../../../src/http/pages/history-page.ts";
import { servicePage } from "../../../src/http/pages/service-page.ts";
import { statusPage } from "../../../src/http/pages/status-page.ts";
import { eventfulDays } from "../../../src/domain/status/service-day.ts";
import { localDayOf, localDaysBefore } from "../../../src/domain/time/local-day.ts";
import {
  boards,
  day,
  hour,
  incident,
  measured,
  minute,
  now,
  type VersionedBoard,
} from "../../support/boards.ts";

const context: PageContext = {
  language: readLanguages().get("en")!,
  base: "",
  timeZone: "Europe/Copenhagen",
  now,
};
const page = (board: VersionedBoard) => statusPage(board, context);
const words = (markup: { html: string }) =>
  markup.html
    .replace(/<[^>]+>/g, "")
    .replaceAll("&#39;", "'")
    .replaceAll("\u00a0", " ");
const sentence = (board: VersionedBoard) => words(page(board).headline.sentence);
const rows = (board: VersionedBoard) => page(board).groups.flatMap((group) => group.rows);
const row = (board: VersionedBoard, slug: string) => rows(board).find((one) => one.slug === slug)!;

describe("the days that are shown", () => {
  it.each([
    [null, 90],
    [30, 30],
    [365, 365],
  ] as const)("are %s by choice: %s", (chosen, count) => {
    const shown = statusPage(boards.calm(), context, chosen);
    const [first] = shown.groups.flatMap((group) => group.rows);
    expect([first!.count, first!.width]).toEqual([count, count * 7 - 2]);
    expect(shown.spans.map(({ address, isHere }) => [address, isHere])).toEqual([
      ["/days/30", chosen === 30],
      ["/days/90", false],
      ["/days/365", chosen === 365],
    ]);
  });

  it("reach outages that ninety days do not", () => {
    const board = boards.calm();
    board.services[0] = measured("beacon", "Beacon", null, [
      { agoMs: 200 * day, lengthMs: 40 * minute, state: "down" },
    ]);
    const [short, long] = ([90, 365] as const).map((span) => servicePage(board, "beacon", [], context, span));
    expect([short!.outages, short!.row.days]).toEqual([[], []]);
    expect(long!.outages).toHaveLength(1);
    expect(long!.row.days.map(({ kind }) => kind)).toEqual(["down"]);
  });
});

describe("the first sentence", () => {
  it.each([
    ["calm", "All services are running"],
    ["degraded", "Search is not working well since 14:18"],
    ["outage", "Sign-in and Public interface are down since 14:02; we are on it"],
    ["maintenance", "Files and Search are under planned maintenance since 14:10"],
    ["noData", "The first measurements are on their way"],
    ["empty", "Nothing is watched here yet"],
    ["databaseAway", "All services were running at 14:26"],
  ] as const)("of a board that is %s is: %s", (state, expected) => {
    expect(sentence(boards[state]())).toBe(expected);
  });

  it("dates nothing back that did not begin together", () => {
    const board = boards.degraded();
    const files = board.services.find(({ slug }) => slug === "files")!;
    Object.assign(files, { reading: "degraded", readingSince: now - 3 * hour });
    expect(sentence(board)).toBe("Files and Search are not working well, the first since 11:30");
    files.readingSince = now - 17 * minute;
    expect(sentence(board)).toBe("Files and Search are not working well since 14:13");
  });

  it.each([
    ["da", "Sign-in og Public interface har været nede siden kl. 14.02; vi arbejder på det"],
    ["nb", "Sign-in og Public interface har vært nede siden kl. 14:02; vi arbeider med det"],
    ["fr", "Sign-in et Public interface sont en panne depuis 14:02 ; nous y travaillons"],
  ])("says in %s since when as one says it there", (code, expected) => {
    const there = { ...context, language: readLanguages().get(code)! };
    expect(words(statusPage(boards.outage(), there).headline.sentence)).toBe(expected);
    expect(statusPage(boards.outage(), there).headline.title).not.toMatch(/har v|14/);
  });

  it("counts services instead of naming more than two", () => {
    const board = boards.calm();
    board.services = board.services.map((service, i) =>
      i < 3 ? { ...service, reading: "down", readingSince: now - hour } : service,
    );
    expect(sentence(board)).toMatch(/^3 services are down since/);
    expect(page(board).headline.counted.map(words)).toEqual(["Beacon", "Sign-in", "Files"]);
    board.services = board.services.map((service) => ({
      ...service,
      reading: "down",
      readingSince: now - hour,
    }));
    expect(sentence(board)).toMatch(/^All services are down since/);
    expect(page(board).headline.counted).toEqual([]);
  });

  it("names the only service there is", () => {
    const board = boards.calm();
    board.services = board.services.slice(0, 1);
    expect(sentence(board)).toBe("Beacon is running");
    const away = boards.databaseAway();
    away.services = away.services.slice(0, 1);
    expect(sentence(away)).toBe("Beacon was running at 14:26");
  });

  it("leaves out a service that was never measured, unless people say something about it", () => {
    const board = boards.calm();
    board.services.push(measured("new", "Newcomer", null, [], null));
    expect(sentence(board)).toBe("All services that are measured are running");
    board.incidents.unshift(incident("INC-2026-0010", "Newcomer is down", ["new"], 5 * minute, null));
    expect(sentence(board)).toBe("Newcomer is down since 14:25; we are on it");
  });

  it("says unknown where measurements are missing, and does not guess", () => {
    const board = boards.calm();
    board.services[1]!.reading = "unknown";
    expect(sentence(board)).toMatch(/^We cannot see Sign-in since/);
    expect(page(board).headline.state).toBe("unknown");
  });
});

describe("a line of the timetable", () => {
  it("tells the month's percentage cut after three decimals and the budget left to the second", () => {
    const { month } = row(boards.calm(), "mail");
    // 61 s of the 21 d 14 h 30 min 12 s that November has lasted: 99.99673… %
    expect(month).toMatchObject({ percent: "99.996", verdict: "on_track" });
    expect(month.budget!.left.replaceAll("\u00a0", " ")).toBe("3 min 18 s");
  });

  it("says 100 only where nothing was down, and no figure where nothing was measured", () => {
    expect(row(boards.calm(), "beacon").month.percent).toBe("100.000");
    const board = boards.calm();
    board.services = [measured("beacon", "Beacon", null, [{ agoMs: hour, lengthMs: 10, state: "down" }])];
    expect(row(board, "beacon").month.percent).toBe("99.999");
    expect(row(boards.noData(), "beacon").month).toMatchObject({
      percent: null,
      verdict: "no_data",
      budget: null,
    });
  });

  it("lists each day with something to tell, newest first, with bounds and links", () => {
    const { days } = row(boards.calm(), "sign-in");
    expect(days.map(({ date, kind }) => [date, kind])).toEqual([
      ["2026-11-02", "dented"],
      ["2026-10-06", "down"],
      ["2026-09-21", "degraded"],
      ["2026-09-12", "part"],
    ]);
    expect(days[0]!.measured.replaceAll("\u00a0", " ")).toBe(
      "down 1 min 35 s (at least 1 min 30 s, at most 1 min 45 s)",
    );
    expect(days[1]!.links).toEqual([
      { address: "/incidents/INC-2026-0007", text: "Sign-in fails for many", kind: "incident" },
    ]);
  });

  it("draws days without observation as nothing at all, never as up", () => {
    const { shapes, observed } = row(boards.calm(), "search");
    expect(words(observed)).toBe("Observed since 12 October at 15:30");
    expect(shapes.find(({ kind }) => kind === "before")!.path).toBe("M0 27h334");
    expect(shapes.find(({ kind }) => kind === "up")!.path).toBe("M336 14h292");
    expect(row(boards.noData(), "beacon").shapes.map(({ kind }) => kind)).toEqual(["before"]);
  });
});

describe("a service whose parent is down too", () => {
  const inherited = (): VersionedBoard => {
    const board = boards.outage();
    const child = board.services.find(({ slug }) => slug === "api")!;
    child.checks = child.checks.map((check) =>
      check.slug === "web" ? { ...check, parent: "sign-in/web", reading: "down" as const } : check,
    );
    return board;
  };

  it("says which service is behind it, with a link, and keeps its own measurement", () => {
    const { behind, state, month } = row(inherited(), "api");
    expect(behind.html).toBe('behind it: <a href="/services/sign-in">Sign-in</a>');
    expect({ state, month }).toEqual(withoutBehind(row(boards.outage(), "api")));
    expect(row(inherited(), "sign-in").behind.html).toBe("");
    expect(servicePage(inherited(), "api", [], context).row.behind.html).toBe(behind.html);
  });

  it.each([
    ["da", 'skyldes: <a href="/da/services/sign-in">'],
    ["nb", 'skyldes: <a href="/nb/services/sign-in">'],
    ["fr", 'en cause\u00a0: <a href="/fr/services/sign-in">'],
  ])("says so in %s", (code, expected) => {
    const other = { ...context, language: readLanguages().get(code)!, base: `/${code}` };
    const found = statusPage(inherited(), other).groups.flatMap((group) => group.rows);
    expect(found.find(({ slug }) => slug === "api")!.behind.html).toContain(expected);
  });

  function withoutBehind({ state, month }: ReturnType<typeof row>) {
    return { state, month };
  }
});

describe("the page of a service", () => {
  it("tells bounds that wrong clocks widened, and by how much those were off", () => {
    const board = boards.calm();
    const service = board.services.find(({ slug }) => slug === "mail")!;
    const line = () => servicePage(board, "mail", [], context).outages[0]!;
    const certain = line();
    expect(certain.clocks).toBe("");
    service.outages = service.outages.map((outage) => ({ ...outage, uncertaintyMs: 7_000 }));
    const plain = (text: string) => text.replaceAll("\u00a0", " ");
    expect(plain(certain.bounds)).toBe("56 s – 1 min 11 s");
    expect(plain(line().bounds)).toBe("42 s – 1 min 25 s");
    expect(plain(line().clocks)).toBe("clocks off by up to 7 s");
    expect(line().length).toBe(certain.length);
  });

  it("tells what was judged anew, as what it counts and why, and its bars follow", () => {
    const board = boards.calm();
    const service = board.services.find(({ slug }) => slug === "mail")!;
    expect(servicePage(boards.calm(), "mail", [], context).corrections).toEqual([]);
    const outage = service.segments.find(({ state }) => state === "down")!;
    service.corrections = [
      {
        ...{ id: "COR-2026-0001", start: outage.start, end: outage.end, state: "up", recordedAt: now },
        reason: "The probe stood behind a broken switch.",
      },
    ];
    service.measuredSegments = service.segments;
    service.segments = service.segments.filter((segment) => segment !== outage);
    const told = servicePage(board, "mail", [], context);
    expect(told.corrections).toMatchObject([{ reference: "COR-2026-0001", stateWord: "Up" }]);
    const days = localDaysBefore(now, 90, "Europe/Copenhagen");
    const eventful = eventfulDays(service, days, [], [], now);
    const day = eventful.find(
      ({ index }) => days[index]!.start <= outage.start && outage.start < days[index]!.end,
    );
    expect([day!.downMs, day!.lowerMs, day!.corrections.length]).toEqual([0, 0, 1]);
    expect(told.row.shapes.filter(({ kind }) => kind === "corrected")).toHaveLength(1);
    const words = told.row.days.map(({ measured }) => measured);
    expect(words).toContain("corrected: The probe stood behind a broken switch.");
    const label = localDayOf(outage.start, "Europe/Copenhagen").date.slice(0, 7);
    expect(historyPage(board, label, context).corrections).toMatchObject([
      {
        reference: "COR-2026-0001",
        service: service.title,
        stateWord: "Up",
        address: "/services/mail#corrections",
      },
    ]);
  });
});

describe("the page", () => {
  it("opens groups in which something is wrong, and closes calm ones only where there are many services", () => {
    expect(page(boards.calm()).groups.every(({ isOpen }) => isOpen)).toBe(true);
    const board = boards.large(40);
    board.services[3]!.reading = "down";
    const open = page(board).groups.filter(({ isOpen }) => isOpen);
    expect(open.map(({ slug }) => slug)).toEqual(["group-3"]);
    expect(page(board).hasSearch).toBe(true);
  });

  it("shows open incidents with their latest words first, and keeps them apart from past ones", () => {
    const { incidents, past } = page(boards.outage());
    expect(incidents.map(({ reference }) => reference)).toEqual(["INC-2026-0009"]);
    expect(incidents[0]!.updates[0]!.stateWord).toBe("Identified");
    expect(past.map(({ reference }) => reference)).toEqual(["INC-2026-0008"]);
  });

  it("admits that the database is away and measurements are old", () => {
    const away = page(boards.databaseAway());
    expect(words(away.freshness.warning)).toBe(
      "Our database has not answered since 14:26. This page shows what was known at 14:26.",
    );
    const board = boards.calm();
    board.services = board.services.map((service) => ({ ...service, lastSampleAt: now - 3 * minute }));
    expect(words(page(board).freshness.warning)).toBe("The latest measurement is 3 min old.");
    expect(words(page(boards.calm()).freshness.warning)).toBe("");
  });

  it("puts a service whose group is gone among those that stand alone", () => {
    const board = boards.calm();
    board.groups = board.groups.slice(0, 1);
    expect(page(board).groups.map(({ slug, rows: inside }) => [slug, inside.length])).toEqual([
      ["", 3],
      ["front", 4],
    ]);
  });
});
