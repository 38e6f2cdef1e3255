/**
 * Short messages to a phone, through any gateway that is called over HTTP: what is sent where, the configuration says. Long ones cost many
 * parts, so a message has few and says the most important thing first.
 */
import { call } from "./call.ts";
import type { Channel, Message } from "./channel.ts";

export interface SmsSettings {
  name: string;
  /** May hold `{to}`, `{text}` and `{id}`. */
  url: string;
  method: "GET" | "POST" | "PUT";
  to: string;
  headers: Record<string, string>;
  /** With the same; null: all of it stands in the address. */
  body: string | null;
  contentType: string;
  segments: number;
  isInternal: boolean;
  secrets: readonly string[];
}

export function smsChannel(settings: SmsSettings): Channel {
  const { name, url, method, to, headers, body, contentType, segments, isInternal, secrets } = settings;
  return {
    name,
    leadsTo: new URL(withValues(url, { to: "", text: "", id: "" }, encodeURIComponent)).host,
    send(message) {
      const values = { to, text: smsText(message, segments), id: message.id };
      return call(
        {
          method,
          url: withValues(url, values, encodeURIComponent),
          headers: {
            ...headers,
            ...(body === null ? {} : { "content-type": contentType }),
          },
          body: body === null ? null : withValues(body, values, writerOf(contentType)),
        },
        { isInternal, secrets: [...secrets, to] },
      );
    },
    close() {},
  };
}

/** What is said on a phone: the one line, and where to say that somebody has taken it, should there be room for it. */
export function smsText({ subject, alert }: Pick<Message, "subject" | "alert">, segments: number): string {
  const line = subject.replace(/\s+/g, " ").trim();
  const address = (alert?.acknowledge ?? alert?.page)?.address;
  if (address === undefined) {
    return fitSegments(line, segments);
  }
  const tail = ` ${address}`;
  const head = shortenUntil(line, (shorter) => smsSegments(shorter + tail) <= segments);
  // An address that was cut leads nowhere.
  return [...head].length < 20 && head !== line ? fitSegments(line, segments) : head + tail;
}

/** How many parts a message has: 160 signs of the alphabet of phones (3GPP TS 23.038), or 70 of any other; fewer where parts are joined. */
export function smsSegments(text: string): number {
  const signs = [...text];
  if (signs.every((sign) => basic.has(sign) || extended.has(sign))) {
    const septets = signs.reduce((sum, sign) => sum + (extended.has(sign) ? 2 : 1), 0);
    return septets <= 160 ? 1 : Math.ceil(septets / 153);
  }
  return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
}

function fitSegments(text: string, most: number): string {
  return shortenUntil(text, (shorter) => smsSegments(shorter) <= most);
}

/** The text, or as much of its beginning as fits, with three dots: "…" is no sign of phones. */
function shortenUntil(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) {
    return text;
  }
  const signs = [...text];
  let [least, most] = [0, signs.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    [least, most] = fits(`${signs.slice(0, middle).join("")}...`) ? [middle, most] : [least, middle - 1];
  }
  return `${signs.slice(0, least).join("").trimEnd()}...`;
}

function withValues(
  template: string,
  values: Record<"to" | "text" | "id", string>,
  write: (value: string) => string,
): string {
  return template.replace(/\{(to|text|id)\}/g, (_, name: keyof typeof values) => write(values[name]));
}

/** A value stays a value, whatever stands in it. */
function writerOf(contentType: string): (value: string) => string {
  if (contentType.startsWith("application/json")) {
    return (value) => JSON.stringify(value).slice(1, -1);
  }
  if (contentType.startsWith("application/x-www-form-urlencoded")) {
    return encodeURIComponent;
  }
  if (/[/+]xml\b/.test(contentType)) {
    return (value) => value.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
  }
  return (value) => value;
}

const basic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const extended = new Set("\f^{}\\[~]|€");
