import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { exportPublicKey, generateKeys } from "../../probes/batch.ts";
import { publicKeyOf, sealFault, sealReport } from "../../src/evidence/report-seal.ts";
import { keepReportKey } from "../../src/store/data-folder.ts";
import { fullInputs } from "../support/reports.ts";

const folder = mkdtempSync(join(tmpdir(), "report-key-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a seal", () => {
  it("is the same for the same inputs and key, and holds", async () => {
    const { privateKey, publicKey } = await generateKeys();
    const sealed = await sealReport(fullInputs(), privateKey);
    expect(await sealReport(structuredClone(fullInputs()), privateKey)).toEqual(sealed);
    expect(sealed.seal.public_key).toBe(await exportPublicKey(publicKey));
    expect(sealed.report.inputs_sha256).toBe(sealed.inputsSha256);
    expect(await sealFault(sealed.json, sealed.seal)).toBeNull();
  });

  it("breaks with the first changed figure, and with another key", async () => {
    const { privateKey } = await generateKeys();
    const { json, seal } = await sealReport(fullInputs(), privateKey);
    const changed = json.replace('"verdict":"breached"', '"verdict":"met"');
    expect(await sealFault(changed, seal)).toContain("its digest is");
    const other = publicKeyOf((await generateKeys()).privateKey);
    expect(await sealFault(json, { ...seal, public_key: other })).toBe("the signature is not of this key");
    expect(await sealFault(json, { ...seal, public_key: "?" })).toContain("no key and signature");
  });

  it("is made with a key that is kept, and refused where the file holds none", async () => {
    const path = join(folder, "report.key");
    const first = publicKeyOf(await keepReportKey(path));
    expect(publicKeyOf(await keepReportKey(path))).toBe(first);
    writeFileSync(path, "nothing");
    await expect(keepReportKey(path)).rejects.toMatchObject({ code: "report_key_unreadable" });
  });
});
