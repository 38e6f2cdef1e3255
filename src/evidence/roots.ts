/**
 * Roots of days against an evidence file: that they follow each other, that the file's rules are those they commit to, that no chain that
 * went on is left out of the file, and that they are the ones somebody kept.
 */
import { digestOf } from "../../probes/batch.ts";
import { endOfDay, parseRootText, type RootStatement } from "../domain/monitoring/evidence-root.ts";
import { rulesText } from "../domain/monitoring/evidence-rules.ts";
import { isoDay } from "../domain/time/written-instant.ts";
import type { RootedPosition } from "./chain.ts";
import { type Findings, plain } from "./findings.ts";
import type { EvidenceHeader, RootLine } from "./format.ts";
import { TooLarge } from "./sample-tape.ts";

/** A root as the file has it. */
export interface FileRoot {
  statement: RootStatement;
  /** SHA-256 of the statement, hex. */
  root: string;
  timestampToken: string | null;
}

export interface RootChecks {
  roots: FileRoot[];
  take(line: RootLine): Promise<void>;
  /** Where the roots say that a probe's chain stood. */
  positionsOf(probe: string): RootedPosition[];
}

/** Of all statements together, in characters. */
const longestRoots = 100_000_000;

export function openRoots(findings: Findings): RootChecks {
  const roots: FileRoot[] = [];
  let length = 0;
  const fault = (words: string) =>
    findings.fault({ kind: "root", probe: null, batches: null, words: `a root: ${words}` });
  return {
    roots,
    async take({ statement: text, timestampToken }) {
      length += text.length;
      if (length > longestRoots) {
        throw new TooLarge("its roots are longer than those of any installation");
      }
      let statement: RootStatement;
      try {
        statement = parseRootText(text);
      } catch {
        fault("its statement is not of the known form");
        return;
      }
      const before = roots.at(-1);
      const day = dayOf(statement);
      if (before !== undefined && statement.day !== endOfDay(before.statement.day)) {
        fault(`that of ${day} does not follow the one of ${dayOf(before.statement)}`);
      } else if (before !== undefined && statement.previous !== before.root) {
        fault(`that of ${day} names another root of the day before`);
      }
      const bytes = new TextEncoder().encode(text);
      roots.push({ statement, root: await digestOf(bytes), timestampToken });
    },
    positionsOf: (probe) =>
      roots.flatMap(({ statement: { day, chains } }) =>
        chains.filter((chain) => chain.probe === probe).map((chain) => ({ ...chain, day })),
      ),
  };
}

/** The rules in the file must be those that the days committed to. */
export async function compareRules(
  header: EvidenceHeader,
  roots: readonly FileRoot[],
  findings: Findings,
): Promise<void> {
  for (const { statement } of roots) {
    const text = rulesText(header.service.slug, header.checks, endOfDay(statement.day));
    const said = statement.rules.find(({ service }) => service === header.service.slug);
    const digest = await digestOf(new TextEncoder().encode(text));
    if (said !== undefined && said.digest !== digest) {
      const words = `the rules in the file are not those that the root of ${dayOf(statement)} names`;
      findings.fault({ kind: "rules", probe: null, batches: null, words });
      return;
    }
  }
}

/** Chains of the service's locations that went on between the first and the last root must be in the file. */
export function findWithheld(
  header: EvidenceHeader,
  roots: readonly FileRoot[],
  chains: ReadonlyMap<string, { first: number; last: number; deletedThrough: number }>,
  findings: Findings,
): void {
  const locations = new Set(
    header.checks.flatMap(({ revisions }) => revisions.flatMap((revision) => revision.locations)),
  );
  const last = roots.at(-1)?.statement;
  const first = roots.length > 1 ? roots[0]!.statement : undefined;
  for (const { probe, location, sequence } of last === undefined || first === undefined ? [] : last.chains) {
    const from = first!.chains.find((chain) => chain.probe === probe)?.sequence ?? 0;
    const held = chains.get(probe);
    if (!locations.has(location) || sequence <= from) {
      continue;
    }
    const beginsLate = held !== undefined && held.first > Math.max(from, held.deletedThrough) + 1;
    const endsEarly = held === undefined || held.last < sequence;
    if (!beginsLate && !endsEarly) {
      continue;
    }
    findings.fault({
      kind: "missing",
      probe,
      batches: beginsLate
        ? { first: from + 1, last: held.first - 1 }
        : { first: Math.max(from, held?.last ?? 0) + 1, last: sequence },
      words: `left out: the root of ${dayOf(last!)} knows that "${plain(probe)}" in "${plain(location)}" delivered them`,
    });
  }
}

/** A root that somebody kept: its statement, or the root alone. */
export type KeptRoot = { text: string } | { root: string };

/** What becomes of the roots that somebody kept. */
export async function compareKept(
  kept: readonly KeptRoot[],
  roots: readonly FileRoot[],
  findings: Findings,
): Promise<{ root: string; day: string | null }[]> {
  const compared: { root: string; day: string | null }[] = [];
  for (const one of kept) {
    const root = "root" in one ? one.root : await digestOf(new TextEncoder().encode(one.text));
    const found = roots.find((other) => other.root === root);
    if (found === undefined) {
      const words = `the root ${root} that was given is not among those of the file`;
      findings.fault({ kind: "root", probe: null, batches: null, words });
    }
    compared.push({ root, day: found === undefined ? null : dayOf(found.statement) });
  }
  return compared;
}

export function dayOf({ day }: RootStatement): string {
  return isoDay(day);
}
