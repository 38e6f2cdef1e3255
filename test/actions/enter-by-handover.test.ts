import { expect, it } from "vitest";
import { enterByHandover } from "../../src/actions/enter-by-handover.ts";
import { handoverMs, sealHandover } from "../../src/actions/page-pass.ts";
import { spentHandovers } from "../../src/store/tables/people.ts";
import { eachDatabase } from "../support/databases.ts";

const now = Date.parse("2026-11-22T13:30:00Z");
const secretKey = "a secret of more than thirty-two signs";
const pass = { kind: "session", digest: "c2Vzc2lvbg" } as const;

eachDatabase("a pass that an address hands over", (database) => {
  const enter = (sealed: string, at = now, page = "partners") =>
    enterByHandover(database(), { secretKey, page, sealed }, at);

  it("is good once, also for those who come at the same time", async () => {
    const sealed = sealHandover(secretKey, "partners", pass, now);
    const entered = await Promise.all([enter(sealed), enter(sealed), enter(sealed)]);
    expect(entered.filter((one) => one !== "spent")).toEqual([pass]);
    expect(await enter(sealed)).toBe("spent");
  });

  it("is another one each time it is made", async () => {
    const [one, other] = [1, 2].map(() => sealHandover(secretKey, "partners", pass, now));
    expect(await enter(one!)).toEqual(pass);
    expect(await enter(other!)).toEqual(pass);
  });

  it("holds for a minute, for its page, as it was made", async () => {
    const sealed = sealHandover(secretKey, "partners", pass, now);
    expect(await enter(sealed, now + handoverMs)).toBeUndefined();
    expect(await enter(sealed, now, "office")).toBeUndefined();
    const [number, ...rest] = sealed.split(".");
    expect(
      await enter([number!.replace(/^./, (sign) => (sign === "x" ? "y" : "x")), ...rest].join(".")),
    ).toBe(undefined);
    expect(await enter(sealed, now + handoverMs - 1)).toEqual(pass);
  });

  it("is forgotten once it would hold no more", async () => {
    await database().delete(spentHandovers);
    await enter(sealHandover(secretKey, "partners", pass, now));
    await enter(sealHandover(secretKey, "partners", pass, now + 2 * handoverMs), now + 2 * handoverMs);
    expect(await database().select().from(spentHandovers)).toHaveLength(1);
  });
});
