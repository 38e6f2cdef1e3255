/** Turns what a platform file says of the ways to tell people into definitions: defaults put in, and the rules that need more than one value. */
import {
  type ChannelDefinition,
  channelKinds,
  type ChannelSettings,
} from "../domain/alerting/channel-definition.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Note, Path } from "./mistakes.ts";
import type { channel } from "./described-channels.ts";
import { printReference, referencesIn } from "./secrets.ts";
import type { ValueOf } from "./shapes.ts";
import { titleFromSlug } from "./words.ts";

type SaidChannel = ValueOf<typeof channel>;

const fallbackSegments = 2;

/** Every channel of the file that names its kind; whatever is wrong with the others is noted already. */
export function toChannels(
  said: ReadonlyMap<string, SaidChannel | undefined>,
  firstLanguage: string,
  { readSecret }: Surroundings,
  note: Note,
): ChannelDefinition[] {
  return [...said].flatMap(([slug, one]) => {
    const path = ["channels", slug];
    const settings = one === undefined ? null : toSettings(one, path, note);
    if (one === undefined || settings === null) {
      return [];
    }
    if (readSecret !== undefined) {
      noteUnset(one, path, readSecret, note);
    }
    return [
      {
        slug,
        title: one.title ?? titleFromSlug(slug),
        language: one.language ?? firstLanguage,
        isInternal: one.internal ?? false,
        settings,
      },
    ];
  });
}

/** Null: no kind, or a mistaken one. */
function toSettings(said: SaidChannel, path: Path, note: Note): ChannelSettings | null {
  const kind = channelKinds.find((one) => said[one] !== undefined);
  switch (kind) {
    case undefined:
      return null;
    case "mail":
      return { kind, to: [...new Set([said.mail!].flat())] };
    case "webhook": {
      const { url = "", secret = "", headers } = said.webhook!;
      return { kind, url, secret, headers: toHeaders(headers) };
    }
    case "slack":
    case "teams":
    case "discord":
      return { kind, url: said[kind]! };
    case "telegram": {
      const { token = "", chat = "", thread = null, address = null } = said.telegram!;
      return { kind, token, chat, thread, address: withoutSlash(address) };
    }
    case "ntfy": {
      const given = typeof said.ntfy === "string" ? { url: said.ntfy } : said.ntfy!;
      const { url = "", token = null }: { url?: string; token?: string | null } = given;
      if (/^https?:/.test(url) && !/^\/[^/]+$/.test(new URL(url).pathname)) {
        note("must name a topic after the server, like https://ntfy.sh/acme-alerts", [...path, "ntfy"]);
      }
      return { kind, url, token };
    }
    case "pagerduty":
    case "opsgenie": {
      const given = said[kind]!;
      const {
        key = "",
        region = "us" as const,
        address = null,
      } = typeof given === "string" ? toKey(given) : given;
      return { kind, key, region, address: withoutSlash(address ?? null) };
    }
    case "sms": {
      const { url = "", to = "", method, headers, body = null, ...more } = said.sms!;
      if (body === null && /^https?:/.test(url) && !url.includes("{text}")) {
        note("must hold {text} in its address or its body, or the message is nowhere", [...path, "sms"]);
      } else if (body !== null && !`${url}${body}`.includes("{text}")) {
        note("must hold {text} in its address or its body, or the message is nowhere", [
          ...path,
          "sms",
          "body",
        ]);
      }
      return {
        ...{ kind, url, to: to.replaceAll(" ", ""), headers: toHeaders(headers), body },
        method: method ?? (body === null ? "GET" : "POST"),
        contentType: more.content_type ?? "application/json",
        segments: more.segments ?? fallbackSegments,
      };
    }
    case "alertmanager":
    case "alertmanager-webhook": {
      const given = said[kind]!;
      const { url = "", headers } = typeof given === "string" ? toUrl(given) : given;
      return { kind, url, headers: toHeaders(headers) };
    }
  }
}

interface SaidKey {
  key?: string;
  region?: "us" | "eu";
  address?: string;
}

function toKey(key: string): SaidKey {
  return { key };
}

function toUrl(url: string): { url?: string; headers?: Map<string, string | undefined> } {
  return { url };
}

function toHeaders(said: ReadonlyMap<string, string | undefined> | undefined): Record<string, string> {
  return Object.fromEntries([...(said ?? [])].map(([name, value]) => [name, value ?? ""]));
}

function withoutSlash(address: string | null): string | null {
  return address?.replace(/\/+$/, "") ?? null;
}

/** Notes every reference that has no value here. */
function noteUnset(
  said: unknown,
  path: Path,
  readSecret: NonNullable<Surroundings["readSecret"]>,
  note: Note,
): void {
  if (typeof said === "string") {
    const unset = referencesIn(said).filter((reference) => readSecret(reference) === undefined);
    unset.forEach((reference) => note(`no value for ${printReference(reference)}`, path));
  } else if (typeof said === "object" && said !== null) {
    const entries = said instanceof Map ? [...said] : Object.entries(said);
    entries.forEach(([name, inner]) => noteUnset(inner, [...path, name as string], readSecret, note));
  }
}
