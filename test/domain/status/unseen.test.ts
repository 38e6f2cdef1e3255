import { describe, expect, it } from "vitest";
import { boardUnseenSince } from "../../../src/domain/status/unseen.ts";
import { boards, hour, minute, now } from "../../support/boards.ts";

describe("a board of earlier, told now", () => {
  it("says nothing of the time since but that nobody looked", () => {
    const board = boards.outage();
    const told = boardUnseenSince(board, now + hour);
    expect(told.databaseAwaySince).toBe(now);
    for (const [i, service] of told.services.entries()) {
      expect(service).toMatchObject({ reading: "unknown", readingSince: now });
      expect(service.segments).toEqual([
        ...board.services[i]!.segments,
        { start: now, end: now + hour, state: "unknown" },
      ]);
      expect(service.checks.every(({ reading }) => reading === "unknown")).toBe(true);
    }
    expect(told.incidents).toBe(board.incidents);
  });

  it("is as it was at the very instant it was read, and for services that nobody ever looked at", () => {
    expect(boardUnseenSince(boards.calm(), now).services).toEqual(boards.calm().services);
    const never = boards.noData();
    expect(boardUnseenSince(never, now + minute).services).toEqual(never.services);
  });

  it("keeps since when its database had been away already", () => {
    const board = boards.databaseAway();
    expect(boardUnseenSince(board, now).databaseAwaySince).toBe(board.databaseAwaySince);
  });

  it("tells beside what was corrected also what was measured", () => {
    const board = boards.calm();
    const service = board.services.find(({ slug }) => slug === "mail")!;
    service.measuredSegments = [...service.segments];
    const told = boardUnseenSince(board, now + minute).services.find(({ slug }) => slug === "mail")!;
    expect(told.measuredSegments!.at(-1)).toEqual({ start: now, end: now + minute, state: "unknown" });
  });
});
