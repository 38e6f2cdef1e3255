import { describe, expect, it } from "vitest";
import type { ResponseTime } from "../../../src/domain/status/status-board.ts";
import { readLanguages } from "../../../src/http/language.ts";
import type { PageContext } from "../../../src/http/pages/markup.ts";
import { responseView } from "../../../src/http/pages/response-view.ts";
import { hour, minute, now } from "../../support/boards.ts";

const context: PageContext = {
  ...{ language: readLanguages().get("en")!, base: "", timeZone: "Europe/Copenhagen", now },
};
const step = 5 * minute;
const bucket = (ago: number, p50Ms: number | null, place?: string): ResponseTime => ({
  ...{
    start: (Math.floor(now / step) - ago) * step,
    seconds: 300,
    count: 5,
    failures: p50Ms === null ? 5 : 0,
  },
  ...{ p50Ms, p95Ms: p50Ms, p99Ms: p50Ms },
  ...(place === undefined ? {} : { place }),
});
const drawn = (chart: string) =>
  JSON.parse(chart) as { start: number[]; lines: { name: string; values: (number | null)[] }[] };

describe("response times of a service", () => {
  it("span the whole day up to now, with a gap where nothing was measured and where nothing answered", () => {
    const { start, lines } = drawn(
      responseView([bucket(40, 12), bucket(39, null), bucket(3, 20)], context).chart,
    );
    expect([start.length, now - start[0]! <= 24 * hour, now - start.at(-1)! < step]).toEqual([
      288,
      true,
      true,
    ]);
    expect(lines.map(({ name }) => name)).toEqual(["typical (p50)", "slow (p95)", "slowest (p99)"]);
    const { values } = lines[0]!;
    expect([values[247], values[248], values[283], values[284]]).toEqual([12, null, null, 20]);
    expect(values.filter((value) => value !== null)).toHaveLength(2);
  });

  it("say that there are none where nothing answered all day", () => {
    expect(responseView([], context)).toEqual({ chart: "", rows: [], places: null });
    expect(responseView([bucket(3, null)], context).chart).toBe("");
  });

  it("stand side by side for each place that asks, and only where there are several", () => {
    const together = [bucket(50, 30), bucket(2, 25)];
    expect(responseView(together, context).places).toBeNull();
    expect(responseView([...together, bucket(2, 25, "Lisbon")], context).places).toBeNull();
    const { places } = responseView(
      [...together, bucket(50, 30, "Osaka"), bucket(2, 10, "Lisbon"), bucket(2, 40, "Osaka")],
      context,
    );
    expect(places!.titles).toEqual(["Lisbon", "Osaka"]);
    const plain = (told: string) => told.replaceAll("\u00a0", " ");
    expect(places!.rows.map(({ typical }) => typical.map(plain))).toEqual([
      ["10 ms", "40 ms"],
      ["–", "30 ms"],
    ]);
    const { lines } = drawn(places!.chart);
    expect(lines.map(({ name, values }) => [name, values.filter((value) => value !== null)])).toEqual([
      ["Lisbon", [10]],
      ["Osaka", [30, 40]],
    ]);
  });
});
