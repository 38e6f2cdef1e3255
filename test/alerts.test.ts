/** The people who run the platform are told, by a server as users start it: of the trouble, not of what follows from it, and when it is over. */
import { afterAll, expect, it } from "vitest";
import { startCallReceiver, startMailReceiver } from "./support/receivers.ts";
import { install } from "./support/server-process.ts";
import { startTarget } from "./support/target.ts";

const target = await startTarget();
const mailbox = await startMailReceiver();
const outside = await startCallReceiver();
const hook = await startCallReceiver();
const installation = await install(`
platform: { name: Acme, time_zone: UTC }
services:
  gateway: { title: Gateway, checks: { web: { http: "${target.url}", interval: 1s, timeout: 500ms } } }
  beacon:
    title: Beacon
    checks: { web: { http: "${target.url}", interval: 1s, timeout: 500ms, parent: gateway/web } }
`);
afterAll(async () => {
  await Promise.all([target, mailbox, outside, hook].map((one) => one.close()));
  await installation.remove();
});

it("a server tells of a parent that is down and not of its child, then that it is over, and checks in outside", async () => {
  const server = await installation.start({
    SMTP_URL: mailbox.url,
    ALERT_EMAIL: "ops@acme.example",
    ALERT_WEBHOOK_URL: `${hook.url}fournines`,
    ALERT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    CHECK_IN_URL: `${outside.url}ping`,
  });
  expect((await outside.received()).path).toBe("/ping");

  target.answer(503);
  const down = await mailbox.received();
  expect(down.header("Subject")).toBe("Gateway is down");
  expect(down.text).toContain(
    "What was seen last: an unexpected status was answered (status 503, expected 200–299).",
  );
  expect(down.text).toContain(`${server.url}/services/gateway`);
  // The mail is here before the child has failed often enough.
  const child = async () => (await fetch(`${server.url}/api/v1/services/beacon`)).json() as Promise<object>;
  await expect.poll(child, { timeout: 30_000 }).toMatchObject({ reading: "down", behind: ["gateway"] });

  target.answer(200);
  const up = await mailbox.received(1);
  expect(up.header("Subject")).toBe("Gateway is no longer down");
  expect(up.text).toMatch(/From .* to .*, \d+\u00a0s\./);
  await hook.received(1);
  expect(hook.calls.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
    "alert.opened",
    "alert.closed",
  ]);
  expect(mailbox.mails).toHaveLength(2);
  await server.stop();
  expect(server.output()).not.toContain("whsec_");
});
