import { describe, expect, it } from "vitest";
import { keepPictures } from "../../../src/http/pages/pictures.ts";
import { toSnapshot } from "../../../src/http/snapshot.ts";

/** Pictures whose rendering a test lets go on. */
function open(more: { limit?: number; waiting?: number } = {}) {
  const rendered: string[] = [];
  const waiting: (() => void)[] = [];
  const pictures = keepPictures({
    ...{ maxAgeMs: 5_000, limit: 10, waiting: 3, ...more },
    async render(drawing) {
      rendered.push(drawing);
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (drawing === "broken") {
        throw new Error("cannot be drawn");
      }
      return toSnapshot(drawing, {});
    },
  });
  const settle = async () => {
    for (let i = 0; i < 20; i++) {
      await Promise.resolve();
      waiting.splice(0).forEach((go) => go());
    }
  };
  return { pictures, rendered, settle };
}

describe("pictures of pages", () => {
  it("are drawn once for all who ask, and again only when the drawing is another one", async () => {
    const { pictures, rendered, settle } = open();
    const asked = [0, 1, 2].map(() => pictures.take("en /", "1", 0, () => "calm"));
    await settle();
    const snapshots = await Promise.all(asked);
    expect(new Set(snapshots).size).toBe(1);
    // Another version of the board that looks the same, and a version that is old.
    expect(await pictures.take("en /", "2", 1, () => "calm")).toBe(snapshots[0]);
    expect(await pictures.take("en /", "2", 9_999, () => "calm")).toBe(snapshots[0]);
    expect(rendered).toEqual(["calm"]);
    const after = pictures.take("en /", "3", 10_000, () => "down");
    await settle();
    expect((await after)!.body.toString()).toBe("down");
    expect(rendered).toEqual(["calm", "down"]);
  });

  it("do not even look at the drawing while nothing has changed for a moment", async () => {
    const { pictures, settle } = open();
    const first = pictures.take("en /", "1", 0, () => "calm");
    await settle();
    const picture = await first;
    const unasked = () => {
      throw new Error("was drawn");
    };
    expect(await pictures.take("en /", "1", 4_999, unasked)).toBe(picture);
    await expect(pictures.take("en /", "1", 5_000, unasked)).rejects.toThrow("was drawn");
  });

  it("are drawn one at a time, and not without end for whoever asks for many", async () => {
    const { pictures, rendered, settle } = open({ waiting: 2 });
    const asked = ["a", "b", "c"].map((name) => pictures.take(name, "1", 0, () => name));
    await Promise.resolve();
    await Promise.resolve();
    expect(rendered).toEqual(["a"]);
    expect(await asked[2]).toBeNull();
    await settle();
    await Promise.all(asked);
    expect(rendered).toEqual(["a", "b"]);
  });

  it("are tried again after one could not be drawn, and forgotten once many others were asked for", async () => {
    const { pictures, rendered, settle } = open({ limit: 2 });
    const first = pictures.take("a", "1", 0, () => "broken");
    await settle();
    await expect(first).rejects.toThrow("cannot be drawn");
    for (const name of ["a", "b", "c", "a"]) {
      const asked = pictures.take(name, "1", 0, () => name);
      await settle();
      expect((await asked)!.body.toString()).toBe(name);
    }
    expect(rendered).toEqual(["broken", "a", "b", "c", "a"]);
  });
});
