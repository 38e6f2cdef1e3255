import { afterEach, expect, it } from "vitest";
import { anUpdate } from "../../support/incidents.ts";
import { boards, day, incident, minute, now, type VersionedBoard } from "../../support/boards.ts";
import { servePages, type ServedPages } from "../../support/pages.ts";

let pages: ServedPages;
afterEach(async () => {
  expect(pages.errors).toEqual([]);
  await pages.stop();
});

const read = async (path: string) => (await fetch(pages.url + path)).text();

function told(): VersionedBoard {
  const board = boards.outage();
  const [open, ...others] = board.incidents;
  return {
    ...board,
    settings: { ...board.settings, languages: ["en", "da", "nb"] },
    incidents: [
      {
        ...open!,
        titles: { da: "Login er nede" },
        updates: [
          anUpdate({
            state: "investigating",
            at: now - 9_000,
            message: "We **look**.",
            translations: { da: "Vi **kigger**." },
          }),
          anUpdate({
            state: "investigating",
            at: now - 6_000,
            message: "Said elsewhere.",
            from: "INC-2026-0012",
            editedAt: now - 5_000,
          }),
        ],
        parts: [{ reference: "INC-2026-0012", title: "Interface fails", mergedAt: now - 4_000 }],
        postmortem: {
          message: "## Cause\n\nA switch.",
          language: "en",
          translations: {},
          author: "Ann",
          savedAt: now - 2_000,
          publishedAt: null,
        },
      },
      ...others,
    ],
  };
}

it("is told in the reader's language where it was translated, and else marked with its own", async () => {
  pages = await servePages(told());
  const { reference } = told().incidents[0]!;
  const danish = await read(`/da/incidents/${reference}`);
  expect(danish).toContain("<h1>Login er nede</h1>");
  expect(danish).toContain('<div class="said"><p>Vi <strong>kigger</strong>.</p></div>');
  expect(danish).toContain('<div class="said" lang="en"><p>Said elsewhere.</p></div>');
  const norwegian = await read(`/nb/incidents/${reference}`);
  expect(norwegian).toContain('<h1 lang="en">Sign-in is down</h1>');
  expect(norwegian).toContain('<div class="said" lang="en"><p>We <strong>look</strong>.</p></div>');
  expect(await read("/da/feed.atom")).toContain("Login er nede");
  expect(await read("/da/")).toContain("Login er nede");
});

it("tells where an update was said and that it was edited", async () => {
  pages = await servePages(told());
  const page = await read(`/incidents/${told().incidents[0]!.reference}`);
  expect(page).toContain("said in INC-2026-0012, now part of this incident");
  expect(page).toMatch(/edited <time/);
});

it("stands at its own address and at those of its parts, in every language", async () => {
  pages = await servePages(told());
  const answer = await fetch(`${pages.url}/da/incidents/INC-2026-0012`, { redirect: "manual" });
  expect([answer.status, answer.headers.get("Location")]).toEqual([301, "/da/incidents/INC-2026-0009"]);
  expect((await fetch(`${pages.url}/incidents/INC-2026-0012`)).status).toBe(200);
});

it("shows what was learned once it is published, and not before", async () => {
  const board = told();
  pages = await servePages(board);
  const path = `/incidents/${board.incidents[0]!.reference}`;
  expect(await read(path)).not.toContain("A switch.");
  board.incidents[0]!.postmortem!.publishedAt = now - 1_000;
  pages.show({ ...board, version: 2 });
  const page = await read(path);
  expect(page).toContain("What we learned");
  expect(page).toContain("<h3>Cause</h3>");
});

it("an incident says until when more is promised, and that it is late where it did not come", async () => {
  const board = boards.outage();
  const [open] = board.incidents;
  const promising = (nextUpdateAt: number): VersionedBoard => ({
    ...board,
    incidents: [{ ...open!, updates: [{ ...open!.updates.at(-1)!, nextUpdateAt }] }],
  });
  const plain = async (path: string) => (await read(path)).replace(/<[^>]+>/g, "");
  pages = await servePages(promising(now + 20 * 60_000));
  expect(await plain("/")).toContain("Next update by 14:50.");
  expect(await plain(`/incidents/${open!.reference}`)).toContain("Next update by 14:50.");
  pages.show(promising(now - 10 * 60_000));
  expect(await plain("/")).toContain("The next update was due by 14:20.");
});

it("says what is done while planned work is under way, and lets the state speak for the clock in every language", async () => {
  const board = boards.maintenance();
  board.settings = { ...board.settings, languages: ["en", "da"] };
  pages = await servePages(board);
  const paths = ["/da/", "/da/maintenance/MNT-2026-0005", "/da/feed.atom"];
  for (const path of paths) {
    const text = await read(path);
    expect(text).toContain("The database moves to a new version.");
    expect(text).toContain("I gang");
    expect(text).not.toContain("The planned work has begun.");
  }
  const window = board.windows.find(({ reference }) => reference === "MNT-2026-0005")!;
  const said = {
    state: "in_progress",
    message: "Half of it is done.",
    at: now - minute,
    author: "ann",
  } as const;
  pages.show({ ...board, windows: [{ ...window, updates: [...window.updates, said] }] });
  for (const path of paths) {
    expect(await read(path)).toContain("Half of it is done.");
  }
});

it("tells what was long ago with its year and with its time of day", async () => {
  const board = boards.calm();
  const old = incident("INC-2025-0001", "Search is slow", ["search"], 400 * day, 30 * minute);
  pages = await servePages({ ...board, incidents: [...board.incidents, old] });
  const page = (await read("/incidents/INC-2025-0001")).replace(/<[^>]+>/g, "");
  expect(page).toContain("18 October 2025 at 15:30 – 16:00 (30\u00a0min)");
  expect(page).toContain("18 October 2025 at 15:41");
});
