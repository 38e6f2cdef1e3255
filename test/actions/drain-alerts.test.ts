/** A thousand alerts at once, over a receiver in trouble and across the end of a server: none is lost, none is told twice that was noted. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { tellAlerts } from "../../src/actions/tell-alerts.ts";
import type { Channel, Message } from "../../src/notify/channel.ts";
import { webhookChannel } from "../../src/notify/webhook.ts";
import type { DueTelling } from "../../src/store/alert-tellings.ts";
import { queryRows } from "../../src/store/database.ts";
import { alerts, alertTellings } from "../../src/store/tables/alerts.ts";
import { onPostgres } from "../support/databases.ts";

const count = 1_000;
const start = Date.UTC(2026, 6, 3, 8, 15);
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** Every so many calls it does what receivers in trouble do; what it took it remembers. */
async function startTroubledReceiver() {
  const taken: string[] = [];
  let calls = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      calls++;
      if (calls % 251 === 0) {
        return; // No answer, ever.
      }
      if (calls % 61 === 0) {
        request.socket.destroy();
      } else if (calls % 41 === 0) {
        response.writeHead(429, { "retry-after": "3" }).end();
      } else if (calls % 23 === 0) {
        response.writeHead(500).end();
      } else {
        taken.push(String(request.headers["webhook-id"]));
        response.writeHead(204).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    taken,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

onPostgres("a thousand alerts at once", (database) => {
  it("drain without losing or doubling one, across a restart", { timeout: 300_000 }, async () => {
    const receiver = await startTroubledReceiver();
    await database().execute(
      sql`truncate alert_tellings, alert_events, alerts, channel_attempts, channel_conditions restart identity cascade`,
    );
    const rows = await database()
      .insert(alerts)
      .values(
        Array.from({ length: count }, (_, i) => ({
          ...{ key: `service_down s${i}`, kind: "service_down" as const, facts: {}, openedAt: start },
        })),
      )
      .returning({ id: alerts.id });
    await database()
      .insert(alertTellings)
      .values(
        rows.map(({ id }) => ({
          ...{ alertId: id, event: "opened" as const, channel: "hook", dueAt: start, nextAt: start },
        })),
      );

    let now = start;
    const compose = ({ alertId }: DueTelling): Promise<Message> =>
      Promise.resolve({
        ...{ id: `alert_${alertId}_opened`, type: "alert.opened", at: start },
        ...{ subject: "Down", text: "", facts: {} },
      });
    // Long enough that a busy machine's answer is never taken for none: what was taken would be told again.
    const open = () => webhookChannel({ name: "hook", url: receiver.url, secret, patienceMs: 2_000 });
    const serverWith = (channel: Channel) => ({
      ...{ db: database(), channelOf: () => Promise.resolve(channel), compose, now: () => now },
      ...{
        goesOn: () => true,
        attempted: () => {},
        failed: (error: unknown) => expect.unreachable(String(error)),
      },
    });

    // The first server ends between a message's being taken and its being noted.
    const lost: string[] = [];
    let told = 0;
    const dying = {
      ...open(),
      async send(message: Message, at: number): Promise<string> {
        const answer = await open().send(message, at);
        told++;
        if (told > 400) {
          lost.push(message.id);
          return new Promise<string>(() => {});
        }
        return answer;
      },
    };
    const first = serverWith(dying);
    while (lost.length === 0) {
      await Promise.race([tellAlerts(first, "hook"), untilAny(lost)]);
      now += 5_000;
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    const inFlight = new Set(lost);
    expect(inFlight.size).toBeLessThanOrEqual(6);

    // The second one takes over, once what the first was at is free again.
    const second = serverWith(open());
    for (let rounds = 0; rounds < 200 && (await waiting()) > 0; rounds++) {
      await tellAlerts(second, "hook");
      now += 15_000;
    }
    expect(await waiting()).toBe(0);
    const times = Map.groupBy(receiver.taken, (id) => id);
    expect(times.size).toBe(count);
    for (const [id, all] of times) {
      expect([id, all.length]).toEqual([id, inFlight.has(id) ? 2 : 1]);
    }
    receiver.close();
  });

  async function waiting(): Promise<number> {
    const [row] = await queryRows<{ n: number | string }>(
      database(),
      sql`select count(*) as n from alert_tellings where told_at is null`,
    );
    return Number(row!.n);
  }
});

async function untilAny(list: readonly unknown[]): Promise<void> {
  while (list.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
