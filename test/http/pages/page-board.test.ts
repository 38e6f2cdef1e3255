import { describe, expect, it } from "vitest";
import { keepPageBoard } from "../../../src/http/pages/page-board.ts";
import { boards, incident, measured, now, type VersionedBoard } from "../../support/boards.ts";

/** A board with a public and a private service, as it is read anew each time. */
function whole(version: number, over: Partial<VersionedBoard> = {}): VersionedBoard {
  const services = [
    measured("beacon", "Beacon", null),
    { ...measured("vault", "Vault", null), isPrivate: true },
  ];
  return { ...boards.calm(), groups: [], incidents: [], windows: [], services, version, ...over };
}

describe("the board of a page", () => {
  it("is of another version only when something has changed that the page shows", () => {
    const kept = keepPageBoard();
    const versionOf = (board: VersionedBoard) => kept.of(board, "public").version;
    expect(versionOf(whole(1))).toBe(1);
    const dark = { ...measured("vault", "Vault", null), isPrivate: true, reading: "down" as const };
    const hidden = incident("INC-1", "Dark", ["vault"], 1_000, null);
    expect(versionOf(whole(2, { services: [whole(2).services[0]!, dark], incidents: [hidden] }))).toBe(1);
    const later = whole(3).services.map((service) => ({ ...service, lastSampleAt: now }));
    expect(versionOf(whole(3, { services: later }))).toBe(1);
    const shown = incident("INC-2", "Slow", ["beacon", "vault"], 1_000, null);
    expect(versionOf(whole(4, { incidents: [shown] }))).toBe(4);
    expect(versionOf(whole(5, { incidents: [shown], databaseAwaySince: now }))).toBe(5);
  });

  it("is cut once for all who ask, until the whole is another", () => {
    const kept = keepPageBoard();
    const board = whole(1);
    const shown = kept.of(board, "public", { name: "Acme" });
    expect(kept.of(board, "public", { name: "Acme" })).toBe(shown);
    expect(shown.settings.name).toBe("Acme");
    expect(shown.services.map(({ slug }) => slug)).toEqual(["beacon"]);
  });

  it("is the whole board where it shows all of it", () => {
    const board = whole(1);
    expect(keepPageBoard().of(board, "all")).toBe(board);
  });
});
