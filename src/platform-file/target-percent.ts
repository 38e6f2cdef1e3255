/** A promised percentage as it is written: kept as its digits, or "none". */
import { wrong } from "./scalars.ts";
import type { ScalarShape } from "./shapes.ts";

/** A percentage as a decimal string, or null for no promise. */
export const targetPercent: ScalarShape<string | null> = {
  shape: "scalar",
  what: 'a percentage above 0 and at most 100, like 99.99, or "none"',
  schema: {
    anyOf: [
      { type: "number", exclusiveMinimum: 0, maximum: 100 },
      { type: "string", pattern: "^(none|(?=.*[1-9])\\d{1,2}(\\.\\d{1,9})?|100(\\.0{1,9})?)$" },
    ],
  },
  read({ value, source }) {
    if (value === "none") {
      return { value: null };
    }
    // The digits as they are written: 99.990 stays what the contract says.
    const share = Number(source);
    return /^\d{1,3}(\.\d{1,9})?$/.test(source) && share > 0 && share <= 100
      ? { value: source }
      : wrong(
          `must be a percentage above 0 and at most 100 with at most 9 decimals, like 99.99, or "none", not ${source === "" ? "nothing" : source}`,
        );
  },
};
