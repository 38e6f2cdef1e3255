/** A server is killed between two steps of an escalation: the one that follows takes the next step, once; and none after somebody took the alert. */
import { afterAll, expect, it } from "vitest";
import { startCallReceiver } from "./support/receivers.ts";
import { install } from "./support/server-process.ts";
import { startTarget } from "./support/target.ts";

const target = await startTarget();
const [first, second, third] = [
  await startCallReceiver(),
  await startCallReceiver(),
  await startCallReceiver(),
];
const channel = (url: string) => `{ webhook: { url: "${url}", secret: "\${env:HOOK}" }, internal: true }`;
const installation = await install(`
platform: { name: Acme, time_zone: UTC }
services:
  gateway: { title: Gateway, checks: { web: { http: "${target.url}", interval: 1s, timeout: 500ms } } }
channels:
  first: ${channel(first.url)}
  second: ${channel(second.url)}
  third: ${channel(third.url)}
routes: { all: { escalation: duty } }
escalations:
  duty:
    steps:
      - tell: channel:first
      - { after: 6s, tell: channel:second }
      - { after: 10m, tell: channel:third }
`);
afterAll(async () => {
  await Promise.all([target, first, second, third].map((one) => one.close()));
  await installation.remove();
});

/** What was told, in order; what came again under the same identity is the same: its server was killed before it could note the answer. */
const typesOf = ({ calls }: typeof first) => [
  ...new Map(
    calls.map(({ headers, body }) => [headers["webhook-id"], (JSON.parse(body) as { type: string }).type]),
  ).values(),
];

it(
  "the next step comes once after a restart, and no step after an acknowledgement",
  { timeout: 300_000 },
  async () => {
    const environment = { HOOK: `whsec_${Buffer.alloc(32, 7).toString("base64")}` };
    const before = await installation.start(environment);
    const token = /fn_[\w-]+/.exec(before.output())![0];
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const alert = async ({ url }: typeof before) => {
      const answer = await fetch(`${url}/api/v1/alerts/1`, { headers });
      return (await answer.json()) as { tellings?: { told_at: string | null }[] };
    };
    target.answer(503);
    await first.received();
    await expect.poll(() => alert(before)).toMatchObject({ tellings: [{ told_at: expect.any(String) }] });
    await before.kill();
    expect(second.calls).toEqual([]);

    const after = await installation.start(environment);
    await second.received();
    const taken = await fetch(`${after.url}/api/v1/alerts/1/acknowledgement`, {
      ...{ method: "POST", headers, body: "{}" },
    });
    expect(taken.status).toBe(200);
    await expect.poll(() => typesOf(second), { timeout: 60_000 }).toHaveLength(2);

    target.answer(200);
    await expect.poll(() => [typesOf(first), typesOf(second)].map(({ length }) => length)).toEqual([3, 3]);
    expect(typesOf(first)).toEqual(["alert.opened", "alert.acknowledged", "alert.closed"]);
    expect(typesOf(second)).toEqual(["alert.escalated", "alert.acknowledged", "alert.closed"]);
    expect(third.calls).toEqual([]);
    await after.stop();
  },
);
