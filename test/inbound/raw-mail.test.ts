import { describe, expect, it } from "vitest";
import { readRawMail } from "../../src/inbound/raw-mail.ts";
import { rawMail } from "../support/requests.ts";

const read = (headers: Record<string, string>, text: string) =>
  readRawMail(new TextEncoder().encode(rawMail(headers, text)));

describe("a mail", () => {
  it("says who wrote, to whom, and what", async () => {
    const mail = await read({ Subject: "=?utf-8?q?St=C3=B8j?=", Cc: "Ole <OLE@acme.example>" }, "Hello.");
    expect(mail).toMatchObject({
      ...{ from: { name: "Ida Moe", address: "ida@acme.example" }, subject: "Støj", text: "Hello." },
      ...{ to: ["support@fournines.example", "ole@acme.example"], isAutomatic: false, attachments: [] },
    });
  });

  it.each([
    ["Yes.\n\nOn Tuesday support wrote:\n> Which browser?\n> And when?", "Yes."],
    ["Yes.\n\n> Which browser?", "Yes."],
    ["> Which browser?\n\nFirefox.", "> Which browser?\n\nFirefox."],
    ["Yes.\n-- \nIda Moe\nAcme", "Yes."],
    ["> only\n> quoted", "> only\n> quoted"],
  ])("is read without its signature and what it quotes at the end: %j", async (text, kept) => {
    expect((await read({}, text)).text).toBe(kept);
  });

  it("of markup alone is read as text, and nothing of it runs", async () => {
    const html = { "MIME-Version": "1.0", "Content-Type": "text/html; charset=utf-8" };
    const { text } = await read(
      html,
      "<style>p{}</style><p>One &amp; two &lt;b&gt;<br>three</p><script>alert(1)</script>",
    );
    expect(text).toBe("One & two <b>\nthree");
  });

  it("names what was attached", async () => {
    const multipart = { "MIME-Version": "1.0", "Content-Type": "multipart/mixed; boundary=x" };
    const parts = `--x\nContent-Type: text/plain\n\nSee log.\n--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename="a.log"\n\n1\n--x--`;
    expect(await read(multipart, parts)).toMatchObject({ text: "See log.", attachments: ["a.log"] });
  });

  it.each([
    { "Auto-Submitted": "auto-replied" },
    { Precedence: "bulk" },
    { "List-Id": "<all.acme.example>" },
    { "Return-Path": "<>" },
    { From: "MAILER-DAEMON@acme.example" },
  ])("of a machine is known as one: %j", async (headers) => {
    expect((await read(headers as unknown as Record<string, string>, "…")).isAutomatic).toBe(true);
  });

  it("loses what cannot be stored or would reorder text", async () => {
    expect((await read({}, "a\u0000b\u202ec")).text).toBe("abc");
  });

  it("that nobody has written is refused", async () => {
    await expect(read({ From: "" }, "…")).rejects.toMatchObject({ code: "mail_unreadable" });
  });
});
