/** What holds for all templates and languages together. */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { auditKinds } from "../src/domain/audit/audit-chain.ts";
import { auditEvents } from "../src/domain/audit/audit-event.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(root + path, "utf8");
const templates = globSync("views/**/*.eta", { cwd: root });
type Words = Record<string, string | Record<string, string>>;
const words = (path: string) => JSON.parse(read(path)) as Words;
/** Rooms of words: those of the public page, and folders beside them. Reports have theirs apart (documents/report-language.ts). */
const wordRooms = ["views/locales", "views/locales/console", "views/locales/portal"];
const locales = wordRooms.flatMap((room) => globSync(`${room}/*.json`, { cwd: root }).sort());
const english: Words = Object.assign({}, ...wordRooms.map((room) => words(`${room}/en.json`)));
const englishBeside = (locale: string) => words(join(dirname(locale), "en.json"));
const tagOf = (locale: string) => String(words(`views/locales/${basename(locale)}`)["language.tag"]);

/** Beginnings of keys of which the rest is made of what is stored: no source names them whole. */
const familiesOfWords = [
  "console.requests.file",
  "state",
  "reading",
  "incident",
  "maintenance",
  "impact",
  "verdict",
  "bar",
  "headline",
  "error",
  "unit",
  "door",
  "console.pages.access",
  "console.pages.opens",
  "language",
  "console.alertKind",
  "console.alerts.event",
  "console.alerts.for",
  "console.alerts.severity",
  "console.alerts.standing",
  "console.auditEvent",
  "console.auditKind",
  "console.calendars.kind",
  "console.calendars.use",
  "console.channels.event",
  "console.channels.eventWord",
  "console.channels.from",
  "console.channels.kind",
  "console.channels.language",
  "console.channels.state",
  "console.clock",
  "console.kind",
  "console.kindAbout",
  "console.linkOpen",
  "console.mail.kind",
  "console.mail.state",
  "console.personState",
  "console.requestChannel",
  "console.requestState",
  "console.requestStep",
  "console.role",
  "console.roleNote",
  "console.services.show",
  "console.silences.state",
  "console.trial.outcome",
  "portal.credit",
  "portal.document",
  "portal.request",
  "portal.requestStep",
  "console.subscribers.state",
  "console.subscribers.why",
  "subscribe.channel",
  "subscribe.fault",
  "subscribe.own",
  "subscribe.pace",
  "subscribe.sent",
  "subscribe.topic",
];

const parametersOf = (text: string | Record<string, string>): string[] =>
  [...new Set([...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name!))].sort();

describe("templates", () => {
  it("ask only for words that there are", () => {
    expect(templates.length).toBeGreaterThan(10);
    for (const template of templates) {
      for (const [, key] of read(template).matchAll(/say\(\s*"([\w.]+)"/g)) {
        expect([template, key, english[key!] !== undefined]).toEqual([template, key, true]);
      }
    }
  });

  it("hold no text of their own", () => {
    for (const template of templates) {
      const bare = read(template)
        .replace(/<%[^]*?%>/g, "")
        .replace(/<[^>]*>/g, "")
        .replace(/[\s%–,·]/g, "");
      expect([template, bare]).toEqual([template, ""]);
    }
  });

  it("hold no text in what is read out or shown of attributes", () => {
    for (const template of templates) {
      const fixed = [...read(template).matchAll(/\s(?:title|alt|placeholder|aria-label|content)="([^"<]*)"/g)]
        .map(([, text]) => text!)
        .filter(
          (text) =>
            ![
              "light dark",
              "noindex",
              "website",
              "image/png",
              "summary_large_image",
              "width=device-width, initial-scale=1",
            ].includes(text),
        );
      expect([template, fixed]).toEqual([template, []]);
    }
  });
});

describe("each language", () => {
  it("of ours has a file for every room of words, and no room one that the page has not", () => {
    const codes = (room: string) => globSync(`${room}/*.json`, { cwd: root }).map((path) => basename(path));
    for (const room of wordRooms) {
      expect([room, codes(room)]).toEqual([
        room,
        expect.arrayContaining(["en.json", "da.json", "nb.json", "fr.json"]),
      ]);
      expect(codes("views/locales")).toEqual(expect.arrayContaining(codes(room)));
    }
  });

  it("has no text of one room under the key of another", () => {
    const keys = wordRooms.flatMap((room) => Object.keys(words(`${room}/en.json`)));
    expect(keys.length).toBe(new Set(keys).size);
  });

  it.each(locales)("%s has every text, with the same parameters", (locale) => {
    const texts = words(locale);
    const beside = englishBeside(locale);
    expect(Object.keys(texts).sort()).toEqual(Object.keys(beside).sort());
    for (const [key, text] of Object.entries(texts)) {
      expect([key, parametersOf(text)]).toEqual([key, parametersOf(beside[key]!)]);
    }
  });

  it.each(locales)("%s has every plural form its language knows", (locale) => {
    const texts = words(locale);
    const forms = new Intl.PluralRules(tagOf(locale)).resolvedOptions().pluralCategories;
    for (const [key, text] of Object.entries(texts)) {
      if (typeof text !== "string") {
        expect([key, Object.keys(text).sort()]).toEqual([key, [...forms].sort()]);
      }
    }
  });

  it.each(globSync("views/locales/console/*.json", { cwd: root }))(
    "%s has a word for all that can happen to something, and for no more, and for every kind of what it happens to",
    (locale) => {
      const ofFamily = (family: string) =>
        Object.keys(words(locale)).flatMap((key) =>
          key.startsWith(family) ? [key.slice(family.length)] : [],
        );
      expect(ofFamily("console.auditEvent.").sort()).toEqual([...auditEvents].sort());
      expect(ofFamily("console.auditKind.").sort()).toEqual([...auditKinds].sort());
    },
  );

  it.each(locales)("%s has no text that nothing asks for", (locale) => {
    const sources = [...templates, ...globSync("src/http/**/*.ts", { cwd: root })].map(read).join("\n");
    const families = new RegExp(`^(${familiesOfWords.join("|").replaceAll(".", "\\.")})\\.`);
    const idle = Object.keys(words(locale)).filter(
      (key) => !families.test(key) && !sources.includes(`"${key}"`),
    );
    expect(idle).toEqual([]);
  });
});
