/**
 * Names and addresses as the platform file writes them: slugs, zones, languages, hosts, URLs, patterns, paths, cron expressions.
 */
import { readdirSync } from "node:fs";
import { Cron } from "croner";
import { jsonpath } from "json-p3";
import { weekdays } from "../domain/time/business-calendar.ts";
import { isTimeZone } from "../domain/time/local-day.ts";
import { nearestWord } from "./nearest-word.ts";
import { quote, text, turned, wholeNumber, word, wrong, either } from "./scalars.ts";
import { hasOnlyWholeReferences } from "./secrets.ts";
import type { ScalarShape } from "./shapes.ts";

export const slug = text({
  what: "a slug of lower-case letters, digits and single dashes, at most 63 characters",
  pattern: "[a-z0-9]+(-[a-z0-9]+)*",
  max: 63,
});

/** "web-app" → "Web app". */
export function titleFromSlug(slug: string): string {
  const words = slug.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const title = text({ max: 100, refuse: refuseBlank });
export const description = text({ max: 1000, min: 0 });

/** `service/check`, or a service alone. */
export const checkName = text({
  what: 'the name of a check, like "service/check", or of a service with one check',
  pattern: "[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?",
  max: 127,
});

export const timeZone = text({
  what: "a time zone of the IANA database, like Europe/Copenhagen",
  max: 64,
  refuse(name) {
    if (isTimeZone(name)) {
      return null;
    }
    const nearest = nearestWord(name, Intl.supportedValuesOf("timeZone"));
    const guess = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    return `must be a time zone of the IANA database, like Europe/Copenhagen, not ${quote(name)}${guess}`;
  },
});

/** Languages the page can be written in: each that there is a file of words for, English first. */
export const languages: readonly string[] = readdirSync(new URL("../../views/locales/", import.meta.url))
  .flatMap((name) => /^([a-z]{2})\.json$/.exec(name)?.[1] ?? [])
  .sort((a, b) => Number(b === "en") - Number(a === "en") || (a < b ? -1 : 1));

const ownAddress = "an address like https://status.example.com, without query and fragment";

/** A day of the week, "monday", as calendars know it. */
export const weekday = turned(
  word(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]),
  (name) => ({ value: weekdays.find((day) => name.startsWith(day))! }),
);

/** Address of the page: no slash at the end. */
export const pageAddress = turned(
  text({ what: ownAddress, pattern: "https?://[^\\s?#]+", max: 500, refuse: refuseUrl(["http:", "https:"]) }),
  (address) => ({ value: address.replace(/\/+$/, "") }),
);

export const httpUrl = text({
  what: "an http:// or https:// address",
  pattern: "https?://\\S+",
  max: 2000,
  refuse: refuseUrl(["http:", "https:"]),
});

/** Where a link may lead that anybody follows. */
export const webOrMail = text({
  what: "an https:// or mailto: address",
  pattern: "(https://|mailto:)\\S+",
  max: 2000,
  refuse: refuseUrl(["https:", "mailto:"]),
});

export const websocketUrl = text({
  what: "a ws:// or wss:// address",
  pattern: "wss?://\\S+",
  max: 2000,
  refuse: refuseUrl(["ws:", "wss:"]),
});

function refuseUrl(protocols: readonly string[]): (address: string) => string | null {
  return (address) => {
    const url = URL.parse(address);
    if (url === null || !protocols.includes(url.protocol)) {
      return `must be a whole address, not ${quote(address)}`;
    }
    if (/\$\{(env|file|sealed|secret):/.test(address)) {
      return "must not hold a secret reference: addresses are shown; use a header, the body, basic_auth or bearer_token";
    }
    return url.password === "" ? null : "must not hold a password: addresses are shown; use basic_auth";
  };
}

export const port = wholeNumber("a port", 1, 65_535);

const hostWhat = "a host name or an IP address, without scheme and port";
const label = "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?";
const hostPattern = `${label}(\\.${label})*\\.?|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*`;

export const host = text({ what: hostWhat, pattern: hostPattern, max: 253, refuse: refuseHost });

/** A host with a port, `[…]` around an IPv6 address. */
export interface HostAndPort {
  host: string;
  port?: number;
}

const hosts = `(\\[[0-9A-Fa-f:.]+\\]|${label}(\\.${label})*\\.?)`;
/** `host:port` as a pattern; which of them are whole, `hostAndPort` knows. */
export const hostPortPattern = `${hosts}:\\d{1,5}`;

/** `host:port`, or `host` alone where a port has a default. */
export function hostAndPort(portNeeded: boolean): ScalarShape<HostAndPort> {
  const what = portNeeded
    ? 'an address like "mail.example.com:25" or "[::1]:25"'
    : 'an address like "example.com" or "example.com:853"';
  const shape = text({ what, pattern: `${hosts}(:\\d{1,5})${portNeeded ? "" : "?"}`, max: 260 });
  return turned<string, HostAndPort>(shape, (address) => {
    const [, bracketed, name, digits] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(address)!;
    const host = (bracketed ?? name)!;
    const broken = refuseHost(host);
    const number = Number(digits);
    if (broken !== null) {
      return wrong(broken);
    }
    if (digits === undefined) {
      return { value: { host } };
    }
    return number >= 1 && number <= 65_535
      ? { value: { host, port: number } }
      : wrong(`must name a port from 1 to 65535, not ${digits}`);
  });
}

/** What looks like an address must be one: 10.0.0.300 is no host name either. */
function refuseHost(host: string): string | null {
  const looksLikeIp = /^[\d.]+$/.test(host) || host.includes(":");
  const parsed = URL.parse(`http://${host.includes(":") ? `[${host}]` : host}/`);
  const isWhole = !/^[\d.]+$/.test(host) || parsed?.hostname === host;
  return parsed === null || (looksLikeIp && !isWhole) ? `must be ${hostWhat}, not ${quote(host)}` : null;
}

export const pattern = text({
  what: "a regular expression",
  max: 1000,
  refuse(source) {
    try {
      RegExp(source);
      return null;
    } catch (error) {
      const why = (error as Error).message.replace(/^.*: (?=[^:]*$)/, "").toLowerCase();
      return `must be a regular expression: ${why} in ${quote(source)}`;
    }
  },
});

export const jsonPath = text({
  what: "a JSON path (RFC 9535), like $.status",
  pattern: "\\$[\\s\\S]*",
  max: 500,
  refuse(path) {
    try {
      jsonpath.compile(path);
      return null;
    } catch (error) {
      const [why] = (error as Error).message.split("\n");
      return `must be a JSON path (RFC 9535), like $.status: ${why}`;
    }
  },
});

export const cronExpression = text({
  what: "a cron expression of five fields, like 0 3 * * 1-5",
  max: 200,
  refuse(expression) {
    const rule = `must be a cron expression of five fields, like 0 3 * * 1-5, not ${quote(expression)}`;
    if (!expression.startsWith("@") && expression.trim().split(/\s+/).length !== 5) {
      return rule;
    }
    try {
      const cron = new Cron(expression, { mode: "5-part", paused: true, timezone: "UTC" });
      // The year is no field: what comes at all comes after any instant.
      return cron.nextRun(new Date(0)) === null ? `${rule}: it never comes` : null;
    } catch (error) {
      return `${rule}: ${(error as Error).message.replace(/^CronPattern: /, "").toLowerCase()}`;
    }
  },
});

const statusWhat = 'a status like 200, or a range like "200-299"';

/** One status or an inclusive range of them. */
export const statusRange = either(
  statusWhat,
  turned(
    text({ what: statusWhat, pattern: "[1-5]\\d\\d\\s*-\\s*[1-5]\\d\\d|[1-5]\\d\\d|[1-5]xx", max: 20 }),
    (range) => {
      if (range.endsWith("xx")) {
        const hundred = Number(range[0]) * 100;
        return { value: { from: hundred, to: hundred + 99 } };
      }
      const [from = 0, to = from] = range.split("-").map(Number);
      return from <= to ? { value: { from, to } } : wrong(`must not end before it begins, as ${range} does`);
    },
  ),
  turned(wholeNumber("a status", 100, 599), (status) => ({ value: { from: status, to: status } })),
  ({ value }) => typeof value === "string",
);

/** A text that is sent over TCP or WebSocket; it may hold secret references. */
export const sent = text({
  secret: true,
  max: 65_536,
  refuse(value, { escaped }) {
    if (!escaped && /\\[rnt0x]/.test(value)) {
      return 'must stand in double quotes: only there does YAML read escapes like "\\r\\n"';
    }
    return refuseHalfReference(value);
  },
});

/** A value of a header; neither line ends nor half references get through. */
export const headerValue = text({
  secret: true,
  max: 4000,
  min: 0,
  refuse(value) {
    if (/[\r\n\0]/.test(value)) {
      return "must not hold line ends";
    }
    return refuseHalfReference(value);
  },
});

export const headerName = text({
  what: "the name of a header",
  pattern: "[A-Za-z0-9!#$%&'*+.^_`|~-]+",
  max: 100,
});

/** In a body, `${` may mean something to the receiver; what looks like a reference of ours must be whole. */
export const body = text({
  secret: true,
  max: 65_536,
  refuse: (value) => (/\$\{\s*(env|file|sealed|ENV|FILE)\b/.test(value) ? refuseHalfReference(value) : null),
});

export const mailAddress = text({
  what: "a mail address",
  pattern: "[^\\s@,<>]+@[^\\s@,<>]+",
  max: 320,
});

/** A secret that may stand in the file by reference only. */
export const secretReference = text({
  what: "a secret reference like ${env:NAME} or ${file:/path}",
  pattern: "\\$\\{(env|file):[^{}\\s][^{}]*\\}",
  max: 1000,
  secret: true,
});

function refuseHalfReference(value: string): string | null {
  return hasOnlyWholeReferences(value)
    ? null
    : "must write a secret reference as ${env:NAME} or ${file:/path}";
}

function refuseBlank(value: string): string | null {
  return value.trim() === "" ? "must not be blank" : null;
}
