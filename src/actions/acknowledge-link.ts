/**
 * Links with which whoever is told of an alert says that they have it: `<alert>.<channel>.<seal>`, made from the server's secret, so that
 * nobody else can make one. Each is for one alert and one channel and for nothing else, signs nobody in, and works until the alert is over.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { NotFound } from "../domain/errors.ts";

/** What a link is for. */
export interface AcknowledgeLink {
  alertId: number;
  /** The channel on which it was told: `ops-chat`, `person:ID`. */
  channel: string;
}

/** The path of a link. */
export function pathOfAcknowledgeLink(secretKey: string, link: AcknowledgeLink): string {
  const channel = Buffer.from(link.channel).toString("base64url");
  return `/console/acknowledge/${link.alertId}.${channel}.${sealOf(secretKey, link).toString("base64url")}`;
}

/**
 * What a link that came back is for.
 *
 * @param sealed what stands after `/console/acknowledge/`
 * @throws NotFound link_invalid: it was not made here
 */
export function readAcknowledgeLink(secretKey: string, sealed: string): AcknowledgeLink {
  const [, id = "", named = "", seal = ""] = /^(\d{1,10})\.([\w-]{1,400})\.([\w-]{24})$/.exec(sealed) ?? [];
  const link = { alertId: Number(id), channel: Buffer.from(named, "base64url").toString("utf8") };
  if (seal === "" || !timingSafeEqual(Buffer.from(seal, "base64url"), sealOf(secretKey, link))) {
    throw new NotFound("link_invalid", "This link was not made here. Look for the latest message.");
  }
  return link;
}

const personPrefix = "person:";

/** Under which name it is recorded who acknowledged by a link or an answer, who is not signed in: a person by id, anybody else by the channel. */
export function authorOfLink({ channel }: AcknowledgeLink): string {
  return channel.startsWith(personPrefix) ? channel.slice(personPrefix.length) : `channel ${channel}`;
}

/**
 * What holds the mails about an alert together, for one channel: an answer that names it comes from somebody who got one of them.
 */
export function alertThread(secretKey: string, { alertId, channel }: AcknowledgeLink): string {
  const seal = sealOf(secretKey, { alertId, channel }).toString("hex").slice(0, 24);
  return `alert-${alertId}.${Buffer.from(channel).toString("hex")}.${seal}`;
}

/** The alert that an answer to a mail is about, by the identities it names; undefined: it is about none. */
export function alertOfReply(secretKey: string, references: readonly string[]): AcknowledgeLink | undefined {
  for (const reference of references) {
    const [, id, named, seal] =
      /<?alert-(\d{1,10})\.([0-9a-f]{2,800})\.([0-9a-f]{24})(?:\.[\w.-]{1,100})?@/.exec(reference) ?? [];
    if (id !== undefined && named !== undefined && seal !== undefined) {
      const link = { alertId: Number(id), channel: Buffer.from(named, "hex").toString("utf8") };
      const expected = sealOf(secretKey, link).toString("hex").slice(0, 24);
      if (timingSafeEqual(Buffer.from(seal), Buffer.from(expected))) {
        return link;
      }
    }
  }
  return undefined;
}

/** 144 bits are beyond guessing and make a short address. */
function sealOf(secretKey: string, { alertId, channel }: AcknowledgeLink): Buffer {
  const text = `fournines acknowledge ${alertId} ${channel}`;
  return createHmac("sha256", secretKey).update(text).digest().subarray(0, 18);
}
