import { expect, it } from "vitest";
import { InvalidInput } from "../../../src/domain/errors.ts";
import {
  checkedTakeover,
  longestTakeoverMs,
  type TakeoverWish,
} from "../../../src/domain/alerting/takeover.ts";

const now = Date.UTC(2026, 6, 3, 8, 15);
const hour = 3_600_000;
const wish: TakeoverWish = { rota: "platform", person: "p_1", start: now, end: now + hour, note: "" };

it.each<[string, Partial<TakeoverWish>, string[]]>([
  ["one hour from now on", {}, []],
  ["one that has begun already", { start: now - hour }, []],
  ["the longest", { end: now + longestTakeoverMs }, []],
  ["one ms longer", { end: now + longestTakeoverMs + 1 }, ["/end"]],
  ["one that ends when it begins", { end: now, start: now }, ["/end"]],
  ["one that is over", { start: now - 2 * hour, end: now }, ["/end"]],
  ["nobody's, with a long note", { person: " ", note: "x".repeat(201) }, ["/person", "/note"]],
])("taking a duty over, %s, has faults at %j", (_, more, pointers) => {
  let faults: string[] = [];
  try {
    expect(checkedTakeover({ ...wish, ...more }, now)).toMatchObject({ rota: "platform" });
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInput);
    faults = (error as InvalidInput).fields.map(({ pointer }) => pointer);
  }
  expect(faults).toEqual(pointers);
});
