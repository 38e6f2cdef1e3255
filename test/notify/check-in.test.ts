import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openCheckIn } from "../../src/notify/check-in.ts";
import { type CallReceiver, startCallReceiver } from "../support/receivers.ts";

let outside: CallReceiver;
let trouble: string | null;
let said: string[];
beforeAll(async () => {
  outside = await startCallReceiver();
});
afterAll(() => outside.close());
beforeEach(() => {
  trouble = null;
  said = [];
  outside.calls.length = 0;
  outside.answer(200);
});

const open = (url = `${outside.url}ping/s3cret`) =>
  openCheckIn({
    url,
    unwellBecause: () => Promise.resolve(trouble),
    silent: (reason) => said.push(reason),
    resumed: () => said.push("resumed"),
  });

it("calls the address as it is given while all is well, and says nothing", async () => {
  const call = open();
  await call();
  await call();
  expect(outside.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /ping/s3cret",
    "GET /ping/s3cret",
  ]);
  expect(said).toEqual([]);
});

it("does not call while something is wrong, says why once, and once that it calls again", async () => {
  const call = open();
  trouble = "nothing can be stored";
  await call();
  await call();
  expect(outside.calls).toEqual([]);
  trouble = null;
  await call();
  expect(outside.calls).toHaveLength(1);
  expect(said).toEqual(["nothing can be stored", "resumed"]);
});

it("says once that the address does not take its calls, without the address, and goes on calling", async () => {
  const call = open();
  outside.answer(404);
  await call();
  await call();
  expect(outside.calls).toHaveLength(2);
  expect(said).toEqual(["the address answered 404"]);
  outside.answer(200);
  await call();
  expect(said).toEqual(["the address answered 404", "resumed"]);

  await open("http://127.0.0.1:1/s3cret")();
  expect(said.at(-1)).toMatch(/^it could not be delivered/);
  expect(said.join()).not.toContain("s3cret");
});
