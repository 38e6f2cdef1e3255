/** The page for machines, read by programs that nobody here wrote. */
import ICAL from "ical.js";
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from "feedsmith";
import { Statuspage } from "statuspage.io";
import { afterEach, describe, expect, it } from "vitest";
import { anUpdate } from "../../support/incidents.ts";
import { boards, now, type VersionedBoard } from "../../support/boards.ts";
import { servePages, type ServedPages } from "../../support/pages.ts";

let pages: ServedPages;
afterEach(async () => {
  expect(pages.errors).toEqual([]);
  await pages.stop();
});

const read = async (path: string) => {
  const answer = await fetch(pages.url + path);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const inDanishToo = (board: VersionedBoard): VersionedBoard => ({
  ...board,
  settings: { ...board.settings, languages: ["en", "da"] },
});
const site = "https://status.example.org";

describe("the Statuspage-compatible API", () => {
  const client = () => {
    const made = new Statuspage("acme");
    made.setApiUrl(pages.url);
    return made.api;
  };

  it("gives nothing the id that something on another platform has", async () => {
    pages = await servePages(boards.outage());
    const idsSince = async (platformSince: number) => {
      pages.show({ ...boards.outage(), platformSince });
      const { page, components, incidents } = await client().getSummary();
      return [page.id, ...components.map(({ id }) => id), ...incidents.map(({ id }) => id)];
    };
    const [here, again, there] = [await idsSince(1), await idsSince(1), await idsSince(2)];
    expect(again).toEqual(here);
    expect(new Set([...here, ...there]).size).toBe(2 * here.length);
  });

  it("tells a client of the original how the page is, in its words", async () => {
    const board = boards.outage();
    pages = await servePages(board);
    const summary = await client().getSummary();
    expect(summary.page).toMatchObject({
      name: board.settings.name,
      url: site,
      time_zone: "Europe/Copenhagen",
    });
    expect(summary.status).toEqual({ indicator: "critical", description: "Major Service Outage" });
    expect(summary.components.filter(({ group }) => !group).map(({ name }) => name)).toEqual(
      board.services.map(({ title }) => title),
    );
    expect(summary.components.find(({ name }) => name === "Sign-in")?.status).toBe("major_outage");
    expect((await client().getStatus()).status).toEqual(summary.status);
    expect((await client().getComponents()).components).toEqual(summary.components);
    const open = board.incidents.filter(({ state }) => state !== "resolved");
    expect(summary.incidents.map(({ name }) => name)).toEqual(open.map(({ title }) => title));
    expect((await client().incidents.getUnresolved()).incidents).toEqual(summary.incidents);
    expect((await client().incidents.getAll()).incidents).toHaveLength(board.incidents.length);
    const upcoming = (await client().scheduledMaintenances.getUpcoming()).scheduled_maintenances;
    expect(upcoming.every(({ status }) => status === "scheduled")).toBe(true);
  });

  it("has every field of the original, of the same kind", async () => {
    pages = await servePages(boards.outage());
    const { incidents } = JSON.parse((await read("/api/v2/incidents.json")).text) as {
      incidents: Record<string, unknown>[];
    };
    const [incident] = incidents;
    expect(Object.keys(incident!).sort()).toEqual(
      [
        ...["id", "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact"],
        ...["shortlink", "started_at", "page_id", "incident_updates", "components", "reminder_intervals"],
      ].sort(),
    );
    const [update] = incident!["incident_updates"] as Record<string, unknown>[];
    expect(Object.keys(update!).sort()).toEqual(
      [
        ...["id", "status", "body", "incident_id", "created_at", "updated_at", "display_at"],
        ...["affected_components", "deliver_notifications", "custom_tweet", "tweet_id"],
      ].sort(),
    );
    expect(incident!["id"]).toMatch(/^[a-z0-9]{12}$/);
  });

  it("tells updates newest first, each with what it changed for every service", async () => {
    const board = boards.outage();
    const incident = board.incidents.find(({ state }) => state !== "resolved")!;
    pages = await servePages(board);
    const [told] = (await client().incidents.getUnresolved()).incidents;
    expect(told!.incident_updates.map(({ body }) => body)).toEqual(
      incident.updates.map(({ message }) => message).reverse(),
    );
    const first = told!.incident_updates.at(-1) as unknown as {
      affected_components: { old_status: string; new_status: string }[];
    };
    expect(first.affected_components[0]).toMatchObject({ old_status: "operational" });
  });

  it("has no field for what the original does not know, a promised update among it", async () => {
    const board = boards.outage();
    pages = await servePages(board);
    const told = async () => (await read("/api/v2/incidents.json")).text;
    const before = await told();
    const open = board.incidents.find(({ state }) => state !== "resolved")!;
    open.updates.at(-1)!.nextUpdateAt = now + 60_000;
    pages.show({ ...board, version: 2 });
    expect((await read("/feed.json")).text).toContain("Next update by");
    expect(await told()).toBe(before);
  });

  it("tells what was learned of an incident as the original does: as its last update, and as its state", async () => {
    const board = boards.outage();
    const over = board.incidents.find(({ state }) => state === "resolved")!;
    const words = { message: "We learned to look twice.", language: "en", translations: {}, author: "Ann" };
    over.postmortem = { ...words, savedAt: now, publishedAt: null };
    pages = await servePages(board);
    const told = async () => {
      const { incidents } = await client().incidents.getAll();
      return incidents.find(({ shortlink }) => shortlink.endsWith(over.reference))!;
    };
    expect((await told()).status).toBe("resolved");
    over.postmortem = { ...words, savedAt: now, publishedAt: now };
    pages.show(board);
    const incident = await told();
    expect([incident.status, incident.incident_updates[0]]).toEqual([
      "postmortem",
      expect.objectContaining({ status: "postmortem", body: words.message }),
    ]);
    expect(new Set(incident.incident_updates.map(({ id }) => id)).size).toBe(over.updates.length + 1);
    const open = (await client().incidents.getUnresolved()).incidents;
    expect(open.some(({ id }) => id === incident.id)).toBe(false);
  });

  it("keeps the ids of what is the same, whatever is said or measured meanwhile", async () => {
    const idsOf = async () => {
      const { components, incidents } = await client().getSummary();
      return [...components.map(({ id }) => id), ...incidents.map(({ id }) => id)];
    };
    pages = await servePages(boards.outage());
    const before = await idsOf();
    expect(new Set(before).size).toBe(before.length);
    const board = boards.outage();
    board.services[0]!.title = "Another name";
    pages.show(board);
    expect(await idsOf()).toEqual(before);
  });

  it("never tells as running what nobody can see", async () => {
    pages = await servePages(boards.noData());
    const { components, status } = await client().getSummary();
    const services = components.filter(({ group }) => !group);
    expect(services.filter((component) => component.status === "operational")).toEqual([]);
    expect([services.length, status.indicator]).toEqual([7, "minor"]);
  });

  it("may be read by scripts of any page, is kept shortly, and answers 304 to whoever has it", async () => {
    pages = await servePages(boards.calm());
    const { headers } = await read("/api/v2/summary.json");
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    const again = await fetch(`${pages.url}/api/v2/summary.json`, {
      headers: { "If-None-Match": headers.get("etag")! },
    });
    expect(again.status).toBe(304);
    expect((await fetch(`${pages.url}/api/v2/summary.json`, { method: "POST" })).status).toBe(405);
    expect((await read("/api/v2/nothing.json")).status).toBe(418);
  });
});

it("what machines ask for and there is not is told to scripts of any page, as is what they may ask", async () => {
  pages = await servePages(inDanishToo(boards.calm()));
  const open = (headers: Headers) => headers.get("access-control-allow-origin");
  for (const path of ["/badge/nothing/status.svg", "/services/nothing/feed.json", "/maintenance/MNT-1.ics"]) {
    const { status, headers } = await read(path);
    expect([path, status, open(headers)]).toEqual([path, 404, "*"]);
  }
  for (const path of ["/api/v2/summary.json", "/da/api/v2/summary.json", "/feed.atom", "/badge/status.svg"]) {
    const { status, headers } = await fetch(pages.url + path, { method: "OPTIONS" });
    expect([path, status, open(headers)]).toEqual([path, 204, "*"]);
    expect(headers.get("access-control-allow-methods")).toBe("GET, HEAD");
  }
  for (const path of ["/services/nothing", "/incidents/nothing"]) {
    expect([path, open((await read(path)).headers)]).toEqual([path, null]);
  }
});

describe("feeds", () => {
  it("tell every incident and window with its address, the latest said first, in three formats", async () => {
    const board = boards.outage();
    pages = await servePages(board);
    const atom = parseAtomFeed((await read("/feed.atom")).text);
    const rss = parseRssFeed((await read("/feed.rss")).text);
    const json = parseJsonFeed((await read("/feed.json")).text);
    const links = atom.entries!.map(({ id }) => id);
    expect([...links].sort()).toEqual(
      [
        ...board.incidents.map(({ reference }) => `${site}/incidents/${reference}`),
        ...board.windows.map(({ reference }) => `${site}/maintenance/${reference}`),
      ].sort(),
    );
    expect(rss.items!.map(({ guid }) => guid?.value)).toEqual(links);
    expect(json.items!.map(({ id }) => id)).toEqual(links);
    const updated = atom.entries!.map((entry) => String(entry.updated));
    expect(updated).toEqual([...updated].sort().reverse());
    expect(atom.updated).toBe(updated[0]);
    expect(atom.authors).toEqual([{ name: board.settings.name }]);
  });

  it("keep an entry's address and raise it when something is added", async () => {
    const board = boards.outage();
    pages = await servePages(board);
    const before = parseAtomFeed((await read("/feed.atom")).text).entries!;
    const oldest = board.incidents.at(-1)!;
    oldest.updates = [
      ...oldest.updates,
      anUpdate({ state: "resolved", message: "One word more.", at: now, author: "Ann" }),
    ];
    pages.show(board);
    const after = parseAtomFeed((await read("/feed.atom")).text).entries!;
    expect(after[0]!.id).toBe(`${site}/incidents/${oldest.reference}`);
    expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
    expect(after[0]!.content!.value).toContain("One word more.");
  });

  it("tell what was learned of an incident once it is published, and raise its entry", async () => {
    const board = boards.outage();
    const oldest = board.incidents.at(-1)!;
    const postmortem = {
      message: "A switch had **failed**.",
      language: "en",
      translations: {},
      author: "Ann",
    };
    oldest.postmortem = { ...postmortem, savedAt: now - 2_000, publishedAt: null };
    pages = await servePages(board);
    expect((await read("/feed.atom")).text).not.toContain("A switch had");
    oldest.postmortem = { ...postmortem, savedAt: now - 2_000, publishedAt: now - 1_000 };
    pages.show(board);
    const [entry] = parseAtomFeed((await read("/feed.atom")).text).entries!;
    expect(entry).toMatchObject({
      id: `${site}/incidents/${oldest.reference}`,
      updated: new Date(now - 1_000).toISOString(),
    });
    expect(entry!.content!.value).toContain("What we learned");
    expect(entry!.content!.value).toContain("A switch had <strong>failed</strong>.");
  });

  it("tell with an incident until when more is promised, while that stands", async () => {
    const board = boards.outage();
    const open = board.incidents.find(({ state }) => state !== "resolved")!;
    pages = await servePages(board);
    const told = async () => {
      const atom = parseAtomFeed((await read("/feed.atom")).text).entries!;
      const rss = parseRssFeed((await read("/feed.rss")).text).items!;
      const json = parseJsonFeed((await read("/feed.json")).text).items!;
      return [
        ...atom.map(({ id, content }) => [id, content!.value]),
        ...rss.map(({ link, content }) => [link, content!.encoded]),
        ...json.map(({ id, content_html }) => [id, content_html]),
      ].filter(([, content]) => content!.includes("Next update by"));
    };
    expect(await told()).toEqual([]);
    open.updates.at(-1)!.nextUpdateAt = Date.parse("2026-06-10T12:50:00Z");
    pages.show({ ...board, version: 2 });
    const entries = await told();
    expect(entries.map(([id]) => id)).toEqual(Array(3).fill(`${site}/incidents/${open.reference}`));
    entries.forEach(([, content]) =>
      expect(content).toMatch(/^<p>Next update by 10 June 2026 at 14:50:00 CEST\.<\/p>/),
    );
    Object.assign(open, { state: "resolved", resolvedAt: now });
    pages.show({ ...board, version: 3 });
    expect(await told()).toEqual([]);
  });

  it("hold markup that people wrote as text", async () => {
    const board = boards.outage();
    board.incidents[0]!.title = "<script>alert(1)</script> & more";
    board.incidents[0]!.updates.at(-1)!.message = "<img src=x onerror=alert(1)>";
    pages = await servePages(board);
    const entry = parseAtomFeed((await read("/feed.atom")).text).entries!.find(({ id }) =>
      id!.endsWith(board.incidents[0]!.reference),
    )!;
    expect(entry.content!.value).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(entry.title!.value).toBe("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
    expect(entry.content!.value).not.toContain("<img");
  });

  it("of a service tell what touches it and nothing else", async () => {
    const board = boards.outage();
    const slug = board.incidents[0]!.impacts[0]!.serviceSlug;
    pages = await servePages(board);
    const told = parseJsonFeed((await read(`/services/${slug}/feed.json`)).text).items!.map(({ id }) => id);
    expect(told).toContain(`${site}/incidents/${board.incidents[0]!.reference}`);
    const others = board.incidents.filter(({ impacts }) => impacts.every((one) => one.serviceSlug !== slug));
    others.forEach(({ reference }) => expect(told).not.toContain(`${site}/incidents/${reference}`));
    expect((await read("/services/nothing/feed.atom")).status).toBe(404);
  });

  it("speak the language of their address", async () => {
    pages = await servePages(inDanishToo(boards.outage()));
    const feed = parseAtomFeed((await read("/da/feed.atom")).text);
    expect(feed.title!.value).toContain("hændelser og vedligeholdelse");
    expect(feed.entries![0]!.links![0]!.href).toMatch(/^https:\/\/status\.example\.org\/da\//);
  });
});

describe("the calendar of maintenance", () => {
  const eventsOf = (text: string) =>
    new ICAL.Component(ICAL.parse(text) as unknown[])
      .getAllSubcomponents("vevent")
      .map((component) => new ICAL.Event(component));

  it("tells every window with its planned times, in UTC", async () => {
    const board = boards.maintenance();
    pages = await servePages(board);
    const { text, headers } = await read("/maintenance.ics");
    expect(headers.get("content-type")).toBe("text/calendar; charset=utf-8; method=PUBLISH");
    const events = eventsOf(text);
    expect(events.map(({ uid }) => uid).sort()).toEqual(
      board.windows.map(({ reference }) => `${reference}@status.example.org`).sort(),
    );
    for (const window of board.windows) {
      const event = events.find(({ uid }) => uid.startsWith(window.reference))!;
      expect(event.startDate.toJSDate().getTime()).toBe(
        Math.floor((window.actualStart ?? window.plannedStart) / 1000) * 1000,
      );
      expect(event.summary).toBe(window.title);
    }
  });

  it("moves an event that is moved and strikes out one that is cancelled, under the same identity", async () => {
    const board = boards.outage();
    const window = board.windows.find(
      ({ actualStart, state }) => actualStart === null && state === "scheduled",
    )!;
    pages = await servePages(board);
    const one = async () => eventsOf((await read(`/maintenance/${window.reference}.ics`)).text)[0]!;
    const before = await one();
    window.plannedStart += 3_600_000;
    window.plannedEnd += 3_600_000;
    window.updates = [...window.updates, { state: "scheduled", message: "Moved.", at: now, author: "Ann" }];
    pages.show(board);
    const moved = await one();
    expect(moved.uid).toBe(before.uid);
    expect(moved.startDate.toJSDate().getTime() - before.startDate.toJSDate().getTime()).toBe(3_600_000);
    expect(moved.sequence).toBeGreaterThan(before.sequence);
    window.state = "cancelled";
    pages.show({ ...board, version: board.version + 2 });
    expect((await one()).component.getFirstPropertyValue("status")).toBe("CANCELLED");
  });
});

describe("badges", () => {
  it("say state and uptime in words, and no uptime where nothing was measured", async () => {
    const board = inDanishToo(boards.outage());
    pages = await servePages(board);
    expect((await read("/badge/status.svg")).text).toContain(`aria-label="${board.settings.name}: Down"`);
    expect((await read("/badge/sign-in/status.svg")).text).toContain("Sign-in: Down");
    for (const period of ["month", "30d", "90d", "365d"]) {
      const { text, headers } = await read(`/badge/sign-in/uptime-${period}.svg`);
      expect(headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
      expect([period, /Sign-in, [^:]+: \d{2,3}\.\d{3}\u00a0%/.test(text)]).toEqual([period, true]);
    }
    expect((await read("/da/badge/sign-in/status.svg")).text).toContain("Sign-in: Nede");
  });

  it("of what was not measured have no colour of what is well", async () => {
    pages = await servePages(boards.noData());
    const { text } = await read("/badge/sign-in/uptime-30d.svg");
    expect(text).toContain("no data");
    expect(text).not.toContain("#2f6f6b");
  });

  it("of a figure do not say by their colour that all is well: it may be less than was promised", async () => {
    pages = await servePages(boards.outage());
    const { text } = await read("/badge/sign-in/uptime-month.svg");
    expect(text).toMatch(/99\.\d{3}\s%/);
    expect(text).not.toContain("#2f6f6b");
  });

  it("hold names of services as text", async () => {
    const board = boards.calm();
    board.services[0]!.title = '"><script>';
    pages = await servePages(board);
    expect((await read(`/badge/${board.services[0]!.slug}/status.svg`)).text).toContain(
      "&quot;&gt;&lt;script&gt;",
    );
  });

  it("of what there is not are not found", async () => {
    pages = await servePages(boards.calm());
    for (const path of [
      "/badge/nothing/status.svg",
      "/badge/uptime-30d.svg",
      "/badge/sign-in/uptime-7d.svg",
    ]) {
      expect([path, (await read(path)).status]).toEqual([path, 404]);
    }
  });
});
