import { expect, it } from "vitest";
import { createToken, digestOfToken } from "../../src/actions/create-token.ts";
import { ensureFirstToken } from "../../src/actions/ensure-first-token.ts";
import { Conflict, InvalidInput } from "../../src/domain/errors.ts";
import { tokens } from "../../src/store/tables/people.ts";
import { findToken, findTokenNamed, noteTokenUse } from "../../src/store/tokens.ts";
import { eachDatabase } from "../support/databases.ts";

const now = Date.parse("2026-06-01T10:00:00Z");

eachDatabase("tokens", (database) => {
  it("one is made at the first start, once, however many servers start at once", async () => {
    const made = await Promise.all([1, 2, 3].map(() => ensureFirstToken(database(), now)));
    const first = made.filter((token) => token !== null);
    expect(first).toHaveLength(1);
    expect(first[0]).toMatch(/^fn_[A-Za-z0-9_-]{43}$/);
    expect(await ensureFirstToken(database(), now + 1)).toBeNull();
  });

  it("are known by their digest alone", async () => {
    const token = await createToken(database(), "Lisbon desk", now);
    expect(await findToken(database(), await digestOfToken(token), now)).toMatchObject({
      name: "Lisbon desk",
    });
    expect(await findToken(database(), await digestOfToken(`${token}x`), now)).toBeUndefined();
    expect(JSON.stringify(await database().select().from(tokens))).not.toContain(token);
  });

  it("note their use at most once a minute", async () => {
    await createToken(database(), "Osaka desk", now);
    const { id } = (await findTokenNamed(database(), "Osaka desk"))!;
    const uses = [];
    for (const at of [now, now + 59_999, now + 60_000]) {
      await noteTokenUse(database(), id, at);
      uses.push((await database().select().from(tokens)).find((token) => token.id === id)?.lastUsedAt);
    }
    expect(uses).toEqual([now, now, now + 60_000]);
  });

  it("have names of their own", async () => {
    await createToken(database(), "Acme", now);
    await expect(createToken(database(), "Acme", now)).rejects.toBeInstanceOf(Conflict);
    for (const name of ["", " Acme", "clock", "command line", "x".repeat(61), "a\nb"]) {
      await expect(createToken(database(), name, now)).rejects.toBeInstanceOf(InvalidInput);
    }
  });
});
