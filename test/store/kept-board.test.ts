import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { keepBoard, readKeptBoard } from "../../src/store/kept-board.ts";
import { boards } from "../support/boards.ts";

const folder = mkdtempSync(join(tmpdir(), "fournines-board-"));
const path = join(folder, "board.kept");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the board that is kept for a start without the database", () => {
  it("is what was kept last, files of the brand included, and for its owner alone", async () => {
    await keepBoard(path, boards.calm(), "1.0.0");
    const board = {
      ...boards.outage(),
      brandFiles: new Map([["ab", { content: new Uint8Array([1, 2]) }]]) as never,
    };
    await keepBoard(path, board, "1.0.0");
    expect(readKeptBoard(path, "1.0.0")).toEqual(board);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("is nothing where it is of another edition, broken, or not there", () => {
    expect(readKeptBoard(path, "1.0.1")).toBeNull();
    writeFileSync(path, "broken");
    expect(readKeptBoard(path, "1.0.0")).toBeNull();
    expect(readKeptBoard(join(folder, "none"), "1.0.0")).toBeNull();
  });
});
