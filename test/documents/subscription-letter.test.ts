import { expect, it } from "vitest";
import { newsLetter, newsLines, type SubscriptionLetter } from "../../src/documents/subscription-letter.ts";
import type { ToldNotice } from "../../src/domain/mailing/told-notice.ts";
import { customerLanguages } from "../../src/domain/sla/promise/customer.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;
const address = "https://status.acme.example";
const told = (language: SubscriptionLetter["language"]): SubscriptionLetter => ({
  ...{ platform: "Acme", language, timeZone: "Europe/Copenhagen", now, recipient: "ann@acme.example" },
  ...{ address, linkTo: (path) => `${address}${path}`, manage: `${address}/own` },
});
const notice = (nextUpdateAt: number | null, over: Partial<ToldNotice> = {}): ToldNotice => ({
  ...{ subject: "incident", reference: "INC-2026-0001", event: "investigating", at: now - minute },
  ...{ title: { text: "Slow", language: "en" }, message: { text: "We look.", language: "en" } },
  ...{ services: [{ slug: "beacon", title: "Beacon" }], planned: null, path: "/incidents/INC-2026-0001" },
  ...{ nextUpdateAt, ...over },
});
const lines = (text: string) => text.replaceAll("\u00a0", " ").replaceAll(/ {2,}/g, " ").split("\n");

it.each([
  ["en", "Next update by: 1 June 2026 at 12:30", "Next update was due by: 1 June 2026 at 11:30"],
  [
    "da",
    "Næste opdatering senest: 1. juni 2026 kl. 12.30",
    "Opdatering lovet senest: 1. juni 2026 kl. 11.30",
  ],
  [
    "nb",
    "Neste oppdatering senest: 1. juni 2026 kl. 12:30",
    "Oppdatering lovet senest: 1. juni 2026 kl. 11:30",
  ],
  [
    "fr",
    "Prochaine mise à jour avant : 1 juin 2026 à 12:30",
    "Mise à jour promise avant : 1 juin 2026 à 11:30",
  ],
] as const)("news in %s tell until when more is promised, and that it is late", (language, toCome, late) => {
  for (const [at, words] of [
    [now + 30 * minute, toCome],
    [now - 30 * minute, late],
  ] as const) {
    const [name, value] = words.split(/ ?: /) as [string, string];
    const { text, html } = newsLetter(told(language), [notice(at)]);
    expect(lines(text)).toContain(words);
    expect(html).toContain(name);
    expect(html).toContain(value);
    expect(newsLines([notice(at)], told(language)).map((line) => line.replaceAll("\u00a0", " "))).toContain(
      words,
    );
  }
});

it("news of several words tell what the last of them promises, and nothing where it promises nothing", () => {
  for (const language of customerLanguages) {
    const last = notice(null, { event: "identified", at: now });
    const { text, html } = newsLetter(told(language), [notice(now + 30 * minute), last]);
    expect(text).not.toMatch(/12[.:]30/);
    expect(html).not.toMatch(/12[.:]30/);
  }
});
