import { expect, it } from "vitest";
import { InvalidInput } from "../../src/domain/errors.ts";
import { readChangedClauses, readContractText } from "../../src/platform-file/changed-clauses.ts";
import { clausesOf } from "../support/contracts.ts";

const context = {
  platform: { targetPercent: "99.99", timeZone: "Europe/Copenhagen", anchorDay: 1 },
  services: ["beacon", "lamp"],
  groups: [],
  calendars: [],
  customers: ["acme"],
};
const standing = clausesOf(
  "target: 99.95\ncovers: [beacon]\nfee: 4000.00 DKK\nmaintenance: { exclude: true, notice: 48h }",
);

function faultsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    return (error as InvalidInput).fields.map(({ pointer, detail }) => `${pointer} ${detail}`);
  }
  return [];
}

it("a clause that is written takes the place of the old one, and the others stay", () => {
  const changed = readChangedClauses(
    "target: 99.9\ncredit: { bands: [{ below: 99.9, percent: 10 }] }",
    standing,
    context,
  );
  expect(changed).toEqual({ ...standing, targetPercent: "99.9", credit: changed.credit });
  expect(changed.credit).toMatchObject({ mode: "on_claim" });
  expect(readChangedClauses("maintenance: { exclude: false }", standing, context).maintenance).toMatchObject({
    ...{ exclude: false, minNoticeMs: 0 },
  });
});

it("clauses are judged together with those that stay", () => {
  const bands = "credit: { bands: [{ below: 99.9, percent: 10 }, { below: 99.95, percent: 25 }] }";
  expect(faultsOf(() => readChangedClauses(bands, standing, context))).toHaveLength(1);
});

it("mistakes are told with their lines", () => {
  expect(faultsOf(() => readChangedClauses("unknown: up\ntraget: 99", standing, context))).toEqual([
    '/terms 2: traget: unknown key; did you mean "target"?',
  ]);
  expect(
    faultsOf(() => readContractText("acme-new", "customer: nobody\nstarts: 2026-01-01", context)),
  ).toEqual([expect.stringContaining('/terms 1: customer: there is no customer "nobody"')]);
});

it("a whole contract is read as a platform file writes it", () => {
  const text = "customer: acme\nstarts: 2026-01-01\ntarget: 99.5\ncovers: [lamp]";
  const { slug, versions } = readContractText("acme-new", text, context);
  expect([slug, versions[0]!.clauses.targetPercent]).toEqual(["acme-new", "99.5"]);
});
