/**
 * What the probe of a location tells people by itself: a signed webhook, as standardwebhooks.com describes it. A Worker sends no mail.
 * What was not taken is told again until it is, or until the object restarts.
 */

import { utf8 } from "../batch.ts";
import type { Clock } from "../clock.ts";
import { messageOf } from "../refusals.ts";
import type { ProbeAlert } from "../untaken-watch.ts";

/** Where alerts go. */
export interface AlertWay {
  url: string;
  /** `whsec_` and base64. */
  secret: string;
}

const firstRetryMs = 5_000;
const longestRetryMs = 300_000;
const patienceMs = 15_000;

/** Tells it, again and again until the receiver has taken it. */
export async function tellPeople(way: AlertWay, alert: ProbeAlert, clock: Clock): Promise<void> {
  const id = `probe-${alert.kind}-${crypto.randomUUID()}`;
  for (let attempts = 1; ; attempts++) {
    try {
      return await post(way, id, alert, clock.now());
    } catch (error) {
      // The address may hold a secret: it is not told.
      console.warn(`an alert could not be told, attempt ${attempts}: ${messageOf(error)}`);
      const pause = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 16));
      await new Promise<void>((resolve) => clock.after(pause, resolve));
    }
  }
}

async function post({ url, secret }: AlertWay, id: string, alert: ProbeAlert, now: number): Promise<void> {
  const { kind, title, lines, at } = alert;
  const body = JSON.stringify({
    type: `probe.${kind}`,
    timestamp: new Date(at).toISOString(),
    data: { subject: title, text: lines.join("\n") },
  });
  const timestamp = Math.floor(now / 1_000);
  const response = await fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      "user-agent": "Fournines",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": `v1,${await signature(secret, `${id}.${timestamp}.${body}`)}`,
    },
    body,
    signal: AbortSignal.timeout(patienceMs),
  });
  await response.body?.cancel();
  if (!response.ok) {
    throw new Error(`the receiver answered ${response.status}`);
  }
}

async function signature(secret: string, text: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = Uint8Array.fromBase64(secret.replace(/^whsec_/, ""));
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(text))).toBase64();
}
