/**
 * How soon somebody is told: a server with a webhook on loopback, a target that begins to answer 503; from the moment its API calls the
 * service down until the first alert has been delivered. And how fast a thousand alerts drain over the same kind of channel.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { tellAlerts } from "../../src/actions/tell-alerts.ts";
import { webhookChannel } from "../../src/notify/webhook.ts";
import type { DueTelling } from "../../src/store/alert-tellings.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { alerts as alertRows, alertTellings } from "../../src/store/tables/alerts.ts";
import { startCallReceiver } from "../support/receivers.ts";
import { asUsers, install } from "../support/server-process.ts";
import { startTarget } from "../support/target.ts";
import type { Figure } from "./figure.ts";

/** Each of a service of its own: one that comes and goes is told differently. */
const outages = 5;
const drained = 1_000;
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

export async function alerts(folder: string): Promise<Figure[]> {
  const waits = await waitsForFirst();
  const perSecond = await drain(join(folder, "alerts"));
  const figure = { better: "lower", peers: {} } as const;
  return [
    {
      ...{ ...figure, name: `alert, from the confirmed outage to its delivery, longest of ${outages}` },
      ...{ unit: "s", target: 2, ours: { "fournines PGlite": Math.max(...waits) } },
    },
    {
      ...{ ...figure, better: "higher", name: `alerts, ${drained} at once over one webhook` },
      ...{ unit: "/s", target: null, ours: { "fournines PGlite": perSecond } },
    },
  ];
}

/** Seconds, one for each outage. */
async function waitsForFirst(): Promise<number[]> {
  const targets = await Promise.all(Array.from({ length: outages }, () => startTarget()));
  const hook = await startCallReceiver();
  const services = targets.map(
    ({ url }, i) => `  beacon-${i}: { checks: { web: { http: "${url}", interval: 1s, timeout: 500ms } } }`,
  );
  const installation = await install(
    `platform: { name: Bench, time_zone: UTC }\nservices:\n${services.join("\n")}\n`,
    "none",
    asUsers,
  );
  const waits: number[] = [];
  const server = await installation.start({
    ALERT_WEBHOOK_URL: hook.url,
    ALERT_WEBHOOK_SECRET: secret,
  });
  const reads = async (i: number, reading: string) => {
    for (;;) {
      const answer = await fetch(`${server.url}/api/v1/services/beacon-${i}`);
      if (((await answer.json()) as { reading: string }).reading === reading) {
        return performance.now();
      }
      await pause(5);
    }
  };
  try {
    for (const [i, target] of targets.entries()) {
      await reads(i, "up");
      const delivered = hook.received(hook.calls.length).then(() => performance.now());
      target.answer(503);
      const confirmed = await reads(i, "down");
      waits.push(Math.max(0, (await delivered) - confirmed) / 1_000);
      target.answer(200);
      await hook.received(2 * i + 1);
    }
  } finally {
    await server.stop();
    await installation.remove();
    await Promise.all([...targets, hook].map((one) => one.close()));
  }
  return waits;
}

/** Alerts a second. */
async function drain(folder: string): Promise<number> {
  const hook = await startCallReceiver();
  const database = await openDatabase({ folder });
  await database.migrate();
  const { db } = database;
  const at = Date.now();
  const rows = await db
    .insert(alertRows)
    .values(
      Array.from({ length: drained }, (_, i) => ({
        ...{ key: `service_down s${i}`, kind: "service_down" as const, facts: {}, openedAt: at },
      })),
    )
    .returning({ id: alertRows.id });
  await db.insert(alertTellings).values(
    rows.map(({ id }) => ({
      alertId: id,
      event: "opened" as const,
      channel: "hook",
      dueAt: at,
      nextAt: at,
    })),
  );
  const channel = webhookChannel({ name: "hook", url: hook.url, secret });
  const began = performance.now();
  const told = await tellAlerts(
    {
      ...{ db, channelOf: () => Promise.resolve(channel), now: Date.now, goesOn: () => true },
      compose: ({ alertId }: DueTelling) =>
        Promise.resolve({
          ...{ id: `alert_${alertId}_opened`, type: "alert.opened", at },
          ...{ subject: "Down", text: "", facts: {} },
        }),
      ...{ attempted: () => {}, failed: (error) => console.error(error) },
    },
    "hook",
  );
  const seconds = (performance.now() - began) / 1_000;
  await Promise.all([hook.close(), database.close()]);
  if (told !== drained) {
    throw new Error(`${told} of ${drained} alerts were told`);
  }
  return drained / seconds;
}
