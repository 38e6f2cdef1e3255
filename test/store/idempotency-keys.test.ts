import { expect, it } from "vitest";
import { answersKeptMs, findAnswer, forgetAnswers, saveAnswer } from "../../src/store/idempotency-keys.ts";
import { eachDatabase } from "../support/databases.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const name = { author: "Lisbon desk", key: "a-key" };
const given = { requestDigest: new Uint8Array(32).fill(1), status: 201, response: '{"a":1}', location: null };

eachDatabase("answers to requests with a key", (database) => {
  it("are kept for a day, each author's for itself, and then the key is free", async () => {
    await saveAnswer(database(), name, given, now);
    const found = await findAnswer(database(), name, now + answersKeptMs - 1);
    expect(found).toMatchObject({ status: 201, response: '{"a":1}', location: null });
    expect(Buffer.from(found!.requestDigest)).toEqual(Buffer.from(given.requestDigest));
    expect(await findAnswer(database(), { ...name, author: "Osaka desk" }, now)).toBeUndefined();
    expect(await findAnswer(database(), name, now + answersKeptMs)).toBeUndefined();

    await saveAnswer(database(), name, { ...given, response: '{"b":2}' }, now + answersKeptMs);
    expect(await findAnswer(database(), name, now + answersKeptMs)).toMatchObject({ response: '{"b":2}' });
  });

  it("are forgotten when they are older", async () => {
    await saveAnswer(database(), { ...name, key: "old" }, given, now);
    expect(await forgetAnswers(database(), now + answersKeptMs)).toBe(0);
    expect(await forgetAnswers(database(), now + answersKeptMs + 1)).toBe(1);
  });
});
