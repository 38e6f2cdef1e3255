/**
 * Habits that are executable: who may import whom (design.md, section 3), no cycles, no clock and no environment outside their places,
 * every domain file has a test of its name, and the probe's core compiles without Node.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Import {
  /** File or package that is imported, as a path from the root or a bare name. */
  to: string;
  typeOnly: boolean;
}

/** Every TypeScript file of the product with what it imports. */
const files = new Map(
  ["src/**/*.ts", "probes/**/*.ts"]
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((file) => file.replaceAll("\\", "/"))
    .sort()
    .map((file) => [file, importsOf(file)]),
);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found: Import[] = [];
  const statement =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^;]*?)\s*from\s+"([^"]+)"|(?:^|\n)\s*import\s+"([^"]+)"|import\("([^"]+)"\)/g;
  for (const [, type, names, from, bare, dynamic] of text.matchAll(statement)) {
    const specifier = (from ?? bare ?? dynamic)!;
    const onlyTypes = type !== undefined || /^\{(\s*type [^,{}]+,?)+\s*\}$/.test((names ?? "").trim());
    found.push({
      to: specifier.startsWith(".")
        ? relative(root, resolve(root, dirname(file), specifier)).replaceAll("\\", "/")
        : specifier,
      typeOnly: onlyTypes,
    });
  }
  return found;
}

/** A room: files whose path begins so. The first room that fits a file is its room. */
const rooms: { room: string; may: (string | RegExp)[]; typesOf?: string[] }[] = [
  { room: "probes/node/", may: ["probes/", "undici", "croner", "dns-packet", "ws", /^node:/] },
  {
    room: "probes/worker/",
    may: ["probes/worker/", /^probes\/[^/]+\.ts$/, "dns-packet", /^cloudflare:/, "node:buffer"],
  },
  { room: "probes/", may: [/^probes\/[^/]+\.ts$/, "json-p3"] },
  { room: "src/domain/errors.ts", may: [] },
  {
    room: "src/domain/time/recurrence.ts",
    may: ["src/domain/errors.ts", "src/domain/time/", "rrule-temporal"],
  },
  { room: "src/domain/time/", may: ["src/domain/errors.ts", "src/domain/time/"] },
  {
    room: "src/domain/monitoring/",
    may: ["src/domain/errors.ts", "src/domain/time/", "src/domain/monitoring/"],
    typesOf: ["probes/protocol.ts"],
  },
  {
    room: "src/domain/status/",
    may: ["src/domain/errors.ts", "src/domain/time/", "src/domain/monitoring/", "src/domain/status/"],
    typesOf: [
      "probes/protocol.ts",
      "src/domain/alerting/channel-definition.ts",
      "src/domain/alerting/alert-rules.ts",
    ],
  },
  {
    room: "src/domain/alerting/",
    may: [
      "src/domain/errors.ts",
      "src/domain/time/",
      "src/domain/monitoring/",
      "src/domain/status/",
      "src/domain/alerting/",
    ],
    typesOf: ["probes/protocol.ts"],
  },
  slaRoom("figures", []),
  slaRoom("measure", ["figures"]),
  slaRoom("settle", ["figures", "measure"]),
  slaRoom("promise", ["figures", "measure", "settle"]),
  slaRoom("close", ["figures", "measure", "settle", "promise"]),
  slaRoom("report", ["figures", "measure", "settle", "promise", "close"]),
  {
    room: "src/domain/support/",
    may: ["src/domain/errors.ts", "src/domain/time/", "src/domain/support/"],
    typesOf: ["src/domain/monitoring/", "src/domain/status/"],
  },
  { room: "src/domain/mailing/", may: ["src/domain/"] },
  {
    room: "src/domain/people/",
    may: [
      "src/domain/errors.ts",
      "src/domain/time/",
      "src/domain/status/public-words.ts",
      "src/domain/people/",
    ],
  },
  {
    room: "src/domain/audit/",
    may: ["src/domain/audit/", "src/domain/time/", "src/domain/sla/figures/canonical-json.ts"],
  },
  {
    room: "src/calendars/",
    may: ["src/calendars/", "src/domain/", "date-holidays", /^node:module$/],
  },
  { room: "src/evaluation/", may: ["src/evaluation/", "src/domain/", "zod"] },
  {
    room: "src/store/",
    may: [
      "src/store/",
      "src/domain/",
      /^probes\/[^/]+\.ts$/,
      /^drizzle-orm/,
      "pg",
      "pg-boss",
      "@electric-sql/pglite",
      /^node:/,
    ],
  },
  {
    room: "src/platform-file/",
    may: [
      "src/platform-file/",
      "src/calendars/regions.ts",
      "src/domain/",
      /^probes\/(protocol|abilities)\.ts$/,
      "yaml",
      "croner",
      "json-p3",
      /^node:/,
    ],
  },
  {
    room: "src/notify/",
    may: [
      "src/notify/",
      "src/evidence/timestamp.ts",
      "nodemailer",
      "standardwebhooks",
      "undici",
      /^node:(dns|net)$/,
    ],
    typesOf: ["src/domain/"],
  },
  {
    room: "src/live/",
    may: [
      "src/live/",
      "src/actions/",
      "src/store/",
      "src/domain/",
      "src/notify/",
      /^probes\/[^/]+\.ts$/,
      /^drizzle-orm/,
      "prom-client",
    ],
  },
  {
    room: "src/actions/",
    may: [
      "src/actions/",
      "src/live/",
      "src/store/",
      "src/evidence/",
      "src/calendars/",
      "src/domain/",
      "src/documents/",
      "src/notify/",
      /^probes\/[^/]+\.ts$/,
      /^drizzle-orm/,
      "@simplewebauthn/server",
      "otpauth",
      /^node:crypto$/,
    ],
  },
  {
    room: "src/evidence/",
    may: [
      "src/evidence/",
      "src/domain/",
      /^probes\/[^/]+\.ts$/,
      "zod",
      "fflate",
      /^@peculiar\/asn1-/,
      /^node:/,
    ],
  },
  {
    room: "src/documents/",
    may: [
      "src/documents/",
      "src/domain/errors.ts",
      "src/domain/time/",
      "src/domain/audit/",
      "src/domain/alerting/",
      "src/domain/monitoring/trouble.ts",
      "src/domain/sla/",
      "src/domain/support/",
      "src/domain/mailing/",
      "views/locales/reports/",
      "views/locales/mail/",
      "views/locales/alerts/",
      "markdown-it",
      "sanitize-html",
      "pdfkit",
      "@resvg/resvg-js",
      "write-excel-file/node",
      "csv-stringify/sync",
      "fflate",
      /^node:(fs|module|crypto)$/,
    ],
    typesOf: ["src/domain/status/brand.ts"],
  },
  {
    room: "src/inbound/",
    may: [
      "src/inbound/",
      "src/domain/errors.ts",
      "postal-mime",
      "sanitize-html",
      "smtp-server",
      /^node:net$/,
    ],
    typesOf: ["src/domain/status/suppression.ts"],
  },
  {
    room: "src/schedule/",
    may: ["src/schedule/", "src/actions/", "src/store/", "src/domain/", /^drizzle-orm/, "pg-boss"],
  },
  {
    room: "src/http/",
    may: [
      "src/http/",
      "src/actions/",
      "src/store/",
      "src/evidence/",
      "src/calendars/",
      "src/domain/",
      "src/platform-file/",
      "src/evaluation/",
      "src/documents/",
      "src/inbound/raw-mail.ts",
      /^probes\/[^/]+\.ts$/,
      /^hono/,
      /^@hono\//,
      "openid-client",
      "uqr",
      "eta",
      "views/",
      "feed",
      "ical-generator",
      "timezones-ical-library",
      "prom-client",
      /^node:/,
    ],
    typesOf: ["src/live/month-closings.ts", "src/live/alert-channels.ts", "src/live/page-keys.ts"],
  },
  {
    room: "src/copy/",
    may: [
      "src/copy/",
      "src/http/pages/",
      "src/evidence/",
      "src/store/data-folder.ts",
      "src/domain/",
      /^probes\/[^/]+\.ts$/,
      "fflate",
      /^node:/,
    ],
  },
  { room: "src/cli/", may: ["src/", "probes/", "commander", /^node:/, "undici"] },
  {
    room: "src/demo/",
    may: [
      "src/",
      "probes/",
      /^node:/,
      "@electric-sql/pglite",
      "ws",
      "dns-packet",
      "pino",
      "postal-mime",
      "yaml",
    ],
  },
  { room: "src/", may: ["src/", "probes/", "pino", /^drizzle-orm/, /^node:/] },
];

/** A room of the arithmetic: it may use the rooms before it on the way from numbers to a sealed report, and none after. */
function slaRoom(name: string, before: string[]): (typeof rooms)[number] {
  return {
    room: `src/domain/sla/${name}/`,
    may: [
      "src/domain/errors.ts",
      ...["time", "monitoring", "status", "support"].map((room) => `src/domain/${room}/`),
      ...[name, ...before].map((room) => `src/domain/sla/${room}/`),
    ],
    typesOf: ["probes/protocol.ts"],
  };
}

function allows(rule: string | RegExp, to: string): boolean {
  if (rule instanceof RegExp) {
    return rule.test(to);
  }
  return rule.endsWith("/") ? to.startsWith(rule) : to === rule;
}

describe("the architecture", () => {
  it("has files to look at", () => {
    expect(files.size).toBeGreaterThan(60);
    expect([...files.values()].flat().length).toBeGreaterThan(200);
  });

  it("lets every room import only what the table allows", () => {
    const wrong = [...files].flatMap(([file, imports]) => {
      const { may, typesOf = [] } = rooms.find(({ room }) => file.startsWith(room))!;
      return imports
        .filter(({ to, typeOnly }) => {
          const rules = typeOnly ? [...may, ...typesOf] : may;
          return !rules.some((rule) => allows(rule, to));
        })
        .map(({ to }) => `${file} → ${to}`);
    });
    expect(wrong).toEqual([]);
  });

  it("has no cycles of imports, not even of types", () => {
    const cycles = new Set<string>();
    const done = new Set<string>();
    const visit = (file: string, path: string[]) => {
      if (path.includes(file)) {
        cycles.add([...path.slice(path.indexOf(file)), file].join(" → "));
      } else if (!done.has(file)) {
        const inside = (files.get(file) ?? []).filter(({ to }) => files.has(to));
        inside.forEach(({ to }) => visit(to, [...path, file]));
        done.add(file);
      }
    };
    [...files.keys()].forEach((file) => visit(file, []));
    expect([...cycles]).toEqual([]);
  });

  it("reads a clock only at the edge", () => {
    const mayRead =
      /^(src\/(main|server|config|platform-at-start)\.ts|src\/(cli|schedule|demo)\/|probes\/((node|worker)\/|clock\.ts))/;
    const wrong = [...files.keys()].filter(
      (file) =>
        !mayRead.test(file) &&
        /\bDate\.now\(\)|\bnew Date\(\)|performance\.now\(\)|Temporal\.Now/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });

  it("reads the environment only in the configuration", () => {
    const wrong = [...files.keys()].filter(
      (file) => !/^src\/(config\.ts|cli\/)/.test(file) && /process\.env/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });

  it("keeps the domain free of the outside world", () => {
    const wrong = [...files.keys()]
      .filter((file) => file.startsWith("src/domain/"))
      .filter((file) => /\b(setTimeout|setInterval|fetch|console|process)\b[.(]/.test(code(file)));
    expect(wrong).toEqual([]);
  });

  it("uses Temporal only where calendars are", () => {
    const wrong = [...files.keys()]
      .filter((file) => !/^src\/(domain\/time\/|http\/format\.ts|cli\/|demo\/)/.test(file))
      .filter((file) => /\bTemporal\./.test(code(file)));
    expect(wrong).toEqual([]);
  });

  it("has a test of its name for every domain file that does something", () => {
    const untested = [...files.keys()]
      .filter((file) => file.startsWith("src/domain/"))
      .filter((file) => /^export (async )?function/m.test(read(file)))
      .filter(
        (file) => !existsSync(join(root, file.replace(/^src\//, "test/").replace(/\.ts$/, ".test.ts"))),
      );
    expect(untested).toEqual([]);
  });

  it("opens every file with the idea it holds", () => {
    const wrong = [...files.keys()].filter((file) => !read(file).startsWith("/**"));
    expect(wrong).toEqual([]);
  });

  it("has no junk drawer", () => {
    const wrong = [...files.keys()].filter((file) =>
      /(^|[/-])(utils?|helpers?|common|misc|manager|handler|index)\.ts$/.test(file),
    );
    expect(wrong).toEqual([]);
  });
});

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** The text without its comments. */
function code(file: string): string {
  return read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
