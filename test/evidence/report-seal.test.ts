import { describe, expect, it } from "vitest";
import { openSeal } from "../../src/actions/report-seal.ts";
import { sealFault, sealOf, sealText } from "../../src/evidence/report-seal.ts";
import { sealed } from "../support/reports.ts";
import { fullInputs } from "../support/reports.ts";

const sealer = openSeal("a secret of the server");

describe("a seal", () => {
  it("is the same for the same inputs and key, and holds", async () => {
    const report = sealed(fullInputs(), sealer);
    expect(sealed(structuredClone(fullInputs()), sealer)).toEqual(report);
    expect(report.report.inputs_sha256).toBe(report.inputsSha256);
    expect(await sealFault(report.json, report.seal)).toBeNull();
  });

  it("can be told from what is stored of it", () => {
    const { json, seal } = sealed(fullInputs(), sealer);
    const { public_key: publicKey, sha256, signature } = sealText(json, sealer);
    expect(sealOf({ publicKey, sha256, signature })).toEqual(seal);
  });

  it("breaks with the first changed figure, and with another key", async () => {
    const { json, seal } = sealed(fullInputs(), sealer);
    const changed = json.replace('"verdict":"breached"', '"verdict":"met"');
    expect(await sealFault(changed, seal)).toContain("its digest is");
    const other = openSeal("another secret").publicKey;
    expect(await sealFault(json, { ...seal, public_key: other })).toBe("the signature is not of this key");
    expect(await sealFault(json, { ...seal, public_key: "?" })).toContain("no key and signature");
  });
});
