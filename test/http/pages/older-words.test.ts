import { afterEach, expect, it } from "vitest";
import { noOlderWords, type OlderAsked, type OlderWords } from "../../../src/domain/status/older-words.ts";
import type { MaintenanceWindow } from "../../../src/domain/status/maintenance-window.ts";
import { boards, day, now } from "../../support/boards.ts";
import { anIncident } from "../../support/incidents.ts";
import { servePages, type ServedPages } from "../../support/pages.ts";

const old = anIncident({
  ...{ reference: "INC-2024-0007", title: "Sign-in failed long ago" },
  ...{ startedAt: now - 800 * day, resolvedAt: now - 800 * day + 3_600_000 },
  parts: [{ reference: "INC-2024-0008", title: "The same", mergedAt: now - 800 * day }],
});
const window = {
  ...boards.maintenance().windows[0]!,
  ...{ reference: "MNT-2024-0003", title: "Moved long ago", state: "completed" as const },
  ...{ plannedStart: now - 790 * day, plannedEnd: now - 790 * day + 3_600_000 },
  ...{ actualStart: now - 790 * day, actualEnd: now - 790 * day + 3_600_000 },
} satisfies MaintenanceWindow;
const wordsSince = Date.UTC(2025, 9, 1);

let pages: ServedPages;
let asked: OlderAsked[] = [];
let answer: (asked: OlderAsked) => Promise<OlderWords>;
afterEach(() => pages.stop());

async function open() {
  asked = [];
  answer = async (one) => ({
    incidents:
      one.kind === "incident" && !["INC-2024-0007", "INC-2024-0008"].includes(one.reference) ? [] : [old],
    windows: one.kind === "window" && one.reference !== window.reference ? [] : [window],
    firstAt: one.kind === "stretch" ? now - 900 * day : null,
  });
  const calm = boards.calm();
  const board = { ...calm, settings: { ...calm.settings, languages: ["en", "da"] }, wordsSince };
  pages = await servePages(board, undefined, "", (one) => {
    asked.push(one);
    return answer(one);
  });
}
const get = (path: string, init?: RequestInit) => fetch(pages.url + path, { redirect: "manual", ...init });

it("are answered at their addresses in every language, and read once for many readers", async () => {
  await open();
  const answers = await Promise.all(
    ["", "", "/da"].map((code) =>
      get(`${code}/incidents/INC-2024-0007`, { headers: { "Accept-Language": "en" } }),
    ),
  );
  for (const one of answers) {
    expect(one.status).toBe(200);
    expect(await one.text()).toContain("Sign-in failed long ago");
  }
  expect(asked).toEqual([{ kind: "incident", reference: "INC-2024-0007" }]);
  const again = await get("/incidents/INC-2024-0007", {
    headers: { "If-None-Match": answers[0]!.headers.get("ETag")!, "Accept-Language": "en" },
  });
  expect(again.status).toBe(304);
  expect(asked).toHaveLength(1);
  expect(await (await get("/maintenance/MNT-2024-0003")).text()).toContain("Moved long ago");
  expect(await (await get("/maintenance/MNT-2024-0003.ics")).text()).toContain("SUMMARY:Moved long ago");
});

it("lead to the incident that one became part of", async () => {
  await open();
  const moved = await get("/incidents/INC-2024-0008");
  expect([moved.status, moved.headers.get("Location")]).toEqual([301, "/incidents/INC-2024-0007"]);
});

it("are told by month, each leading to the month before while anything was ever said", async () => {
  await open();
  const month = (await (await get("/history/2024-09")).text()).replaceAll("\u00a0", " ");
  expect(month).toContain("Sign-in failed long ago");
  expect(month).toContain("Moved long ago");
  expect(month).toContain('rel="prev" href="/history/2024-08"');
  expect(asked).toEqual([
    {
      kind: "stretch",
      stretch: { start: Date.parse("2024-08-31T22:00:00Z"), end: Date.parse("2024-09-30T22:00:00Z") },
    },
  ]);
  const last = (await (await get("/history/2024-06")).text()).replaceAll("\u00a0", " ");
  expect(last).not.toContain('rel="prev"');
  expect((await get("/history/2024-05")).status).toBe(404);
  // What the board remembers is asked of nobody.
  await get("/history/2026-10");
  expect(asked.filter((one) => one.kind === "stretch")).toHaveLength(3);
});

it("are asked for only where an address could be one of theirs", async () => {
  await open();
  for (const path of [
    "/incidents/none",
    "/incidents/INC-2024-1'--",
    "/maintenance/x.ics",
    "/history/2024-13",
    "/nothing",
  ]) {
    await get(path);
  }
  expect(asked).toEqual([]);
  expect((await get("/incidents/INC-2023-0001")).status).toBe(404);
  expect((await get("/incidents/INC-2023-0001")).status).toBe(404);
  expect(asked).toHaveLength(1);
});

it("say that they cannot be told, not that they are gone, while nobody answers, and are tried again", async () => {
  await open();
  const working = answer;
  answer = () => Promise.reject(new Error("away"));
  expect((await get("/incidents/INC-2024-0007")).status).toBe(503);
  expect((await get("/incidents/INC-2024-0007")).status).toBe(503);
  expect([asked.length, pages.errors.length]).toEqual([1, 1]);
  answer = working;
  pages.advance(5_000);
  expect((await get("/incidents/INC-2024-0007")).status).toBe(200);
  answer = () => Promise.reject(new Error("away"));
  pages.advance(60_000);
  expect(await (await get("/incidents/INC-2024-0007")).text()).toContain("Sign-in failed long ago");
});

it("are told as they stand now within a minute", async () => {
  await open();
  await get("/incidents/INC-2024-0007");
  answer = async () => ({ ...noOlderWords, incidents: [{ ...old, title: "Told better" }] });
  pages.advance(60_000);
  expect(await (await get("/incidents/INC-2024-0007")).text()).toContain("Told better");
});

it("are read few at a time, however many are asked for at once", async () => {
  await open();
  let running = 0;
  let most = 0;
  answer = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return noOlderWords;
  };
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async (_, i) => (await get(`/incidents/INC-2020-${1000 + i}`)).status),
  );
  expect(new Set(statuses)).toEqual(new Set([404]));
  expect([asked.length, most <= 4]).toEqual([60, true]);
});
