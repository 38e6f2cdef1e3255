/** The command line on one installation, first without a server and then beside a running one: the same words either way. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Installation, install } from "../support/server-process.ts";
import { typeAt } from "../support/terminal.ts";

let installation: Installation;
let file: string;
const logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>';
const platform = (title: string) =>
  `platform: { name: Acme, time_zone: UTC }\nservices:\n  beacon:\n    title: ${title}\n    checks: { web: { tcp: "127.0.0.1:9" } }\n`;

beforeAll(async () => {
  installation = await install(platform("Beacon"), "data folder");
  file = join(installation.folder, "platform.yaml");
});
afterAll(() => installation.remove());

const type = (...words: string[]) => typeAt(installation.folder, ...words);

it("applies files and keeps tokens without a server, and through the one that runs", async () => {
  expect(await type("apply", file, "--dry-run")).toMatch(/Would change \d+, 0 unchanged\.$/);
  expect(await type("apply", file)).toMatch(/Changed \d+, 0 unchanged\.$/);
  expect(await type("apply", file)).toMatch(/^Nothing to change: \d+ things are as platform\.yaml says\.$/);
  expect(await type("token", "create", "deploys")).toMatch(/^fn_[\w-]{43}$/);
  expect(await type("migrate")).toBe("The database is at this version.");

  const server = await installation.start();
  try {
    const page = async () => (await fetch(server.url)).text();
    await writeFile(file, platform("Lighthouse"));
    expect(await type("apply", file, "--dry-run")).toMatch(/Would change 1/);
    expect(await page()).not.toContain("Lighthouse");
    expect(await type("apply", file)).toMatch(/Changed 1/);
    await expect.poll(page).toContain("Lighthouse");
    await writeFile(join(installation.folder, "logo.svg"), logo);
    await writeFile(file, platform("Lighthouse").replace("UTC }", "UTC, brand: { logo: logo.svg } }"));
    expect(await type("apply", file)).toMatch(/Changed 1/);
    await expect.poll(page).toMatch(/<img class="logo" src="\/brand\//);
    const [, address] = /<img class="logo" src="([^"]+)"/.exec(await page())!;
    expect(await (await fetch(server.url + address)).text()).toBe(logo);
    await writeFile(join(installation.folder, "logo.svg"), logo.replace("<path", "<script/><path"));
    await expect(type("apply", file)).rejects.toThrow(/platform\.yaml:1:\d+ .* it holds a script/);
    await writeFile(file, platform("Lamp").replace("checks:", "cheks:"));
    await expect(type("apply", file)).rejects.toThrow(/platform\.yaml:5:5.*cheks/);
    expect(await type("token", "list")).toMatch(/^deploys +made .* never used +may everything$/m);
    expect(await type("token", "revoke", "deploys")).toBe("deploys may write no more.");
    expect(await type("token", "list")).toMatch(/^deploys .* revoked /m);
    await expect(type("migrate")).rejects.toMatchObject({ code: "data_folder_taken" });
  } finally {
    await server.stop();
  }
});
