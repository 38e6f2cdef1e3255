import { expect, it } from "vitest";
import { testChannel } from "../../src/actions/test-channel.ts";
import type { Message } from "../../src/notify/channel.ts";
import { putBrandFiles } from "../../src/store/brand-files.ts";
import { brandFiles, brandLogo } from "../support/brand.ts";
import { openFreshDatabase } from "../support/databases.ts";

it("a test is a letter under the same logo as the alerts that it stands for", async () => {
  const { db, close } = await openFreshDatabase();
  await putBrandFiles(db, [...brandFiles.values()]);
  const sent: Message[] = [];
  const channel = {
    ...{ name: "ops-mail", leadsTo: "ops@acme.example" },
    send: (message: Message) => Promise.resolve(`taken ${sent.push(message)}`),
    close: () => {},
  };
  const find = () => Promise.resolve({ channel, title: "Ops", language: "da" as const });
  const tested = (settings: Parameters<typeof testChannel>[2]["settings"], now: number) =>
    testChannel(db, find, { name: "ops-mail", author: "ann", settings }, () => now);
  expect(await tested({ name: "Acme", brand: { logo: brandLogo } }, 20_000)).toEqual({
    ...{ answer: "taken 1", failure: null },
  });
  expect(await tested({ name: "Acme" }, 40_000)).toMatchObject({ answer: "taken 2" });
  const [branded, bare] = sent;
  expect(branded!.html).toContain('src="cid:logo"');
  expect(branded!.html).toContain('lang="da-DK"');
  expect(branded!.html).toContain(branded!.text);
  expect(branded!.pictures!.map(({ inline }) => inline)).toEqual(["logo", "logo-dark"]);
  expect([bare!.html!.includes("<img"), bare!.pictures, bare!.text]).toEqual([
    ...[false, undefined, branded!.text],
  ]);
  await close();
});
