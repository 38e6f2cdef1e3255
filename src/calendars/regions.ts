/**
 * Every country, and every region of one, that the kept library knows public holidays of: by code (`DK`, `GB-ENG`, `DE-BY-A`), and what each is
 * called. Beside holidays.ts, for whoever lets people choose.
 */
import { createRequire } from "node:module";
import type Holidays from "date-holidays";
import { type HolidayRegion, usualRegions } from "../domain/time/calendar-definition.ts";

const require = createRequire(import.meta.url);

let codes: readonly HolidayRegion[] | undefined;
let library: Holidays | undefined;

/** All codes, countries followed by their regions. The library is loaded when somebody first asks. */
export function holidayRegions(): readonly HolidayRegion[] {
  codes ??= Object.keys(world().getCountries()).flatMap((country) => [
    country,
    ...Object.keys(world().getStates(country) ?? {}).flatMap((state) => [
      `${country}-${state}`,
      ...Object.keys(world().getRegions(country, state) ?? {}).map(
        (region) => `${country}-${state}-${region}`,
      ),
    ]),
  ]);
  return codes;
}

/** Whether public holidays are known of it. */
export function isHolidayRegion(code: string): code is HolidayRegion {
  return usualRegions.includes(code) || holidayRegions().includes(code);
}

/**
 * "Germany: Bayern"; a code that is not known is its own name.
 *
 * @param tag of the reader's language, in which countries are called; regions are called as the library does
 */
export function regionName(code: HolidayRegion, tag: string): string {
  const [country, state, region] = code.split("-") as [string, string?, string?];
  const language = tag.slice(0, 2);
  const parts = [
    new Intl.DisplayNames([tag], { type: "region", fallback: "none" }).of(country) ?? country,
    ...(state === undefined ? [] : [world().getStates(country, language)?.[state] ?? state]),
    ...(state === undefined || region === undefined
      ? []
      : [world().getRegions(country, state, language)?.[region] ?? region]),
  ];
  return parts.join(": ");
}

function world(): Holidays {
  const Library = require("date-holidays") as typeof Holidays;
  library ??= new Library();
  return library;
}
