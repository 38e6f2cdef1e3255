/** Market-typical credit tables to choose from, as policies/credit-tables.yaml keeps them. */
import { readFileSync } from "node:fs";
import type { CreditBand } from "../domain/sla/settle/service-credit.ts";
import { bands } from "./described-clauses.ts";
import { BadPlatformFile } from "./mistakes.ts";
import { readYaml } from "./reader.ts";
import { key, section, table } from "./shapes.ts";
import { description, slug, title } from "./words.ts";

const tablesFile = section(
  "credit tables",
  {
    tables: key(
      table(
        "tables by name",
        slug,
        section(
          "a table",
          {
            title: key(title, "What it is."),
            seen_at: key(description, "Whose published terms look like it."),
            bands: key(bands, "Thresholds fall, percents rise."),
          },
          { required: ["title", "seen_at", "bands"] },
        ),
        1,
      ),
      "By name.",
    ),
  },
  { required: ["tables"] },
);

export interface CreditTable {
  name: string;
  title: string;
  /** Whose published terms look like it. */
  seenAt: string;
  bands: CreditBand[];
}

let read: CreditTable[] | null = null;

/** All of them, in their order. */
export function creditTables(): readonly CreditTable[] {
  if (read === null) {
    const file = "credit-tables.yaml";
    const text = readFileSync(new URL(`../policies/${file}`, import.meta.url), "utf8");
    const { value, mistakes } = readYaml(text, tablesFile);
    if (mistakes.length > 0) {
      throw new BadPlatformFile(file, mistakes);
    }
    read = [...(value?.tables ?? [])].map(
      ([name, { title: what = "", seen_at: seenAt = "", bands: rows = [] } = {}]) => ({
        name,
        title: what,
        seenAt,
        bands: rows.map(({ below = "", percent = "" }) => ({ below, percent })),
      }),
    );
  }
  return read;
}
