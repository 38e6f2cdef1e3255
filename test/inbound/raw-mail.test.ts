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

  it("brings what was attached, whole, and not the pictures that only its markup shows", async () => {
    const multipart = { "MIME-Version": "1.0", "Content-Type": "multipart/mixed; boundary=x" };
    const part = (head: string, body: string) => `--x\n${head}\n\n${body}\n`;
    const parts = [
      part("Content-Type: text/plain", "See log."),
      part('Content-Type: text/plain\nContent-Disposition: attachment; filename="a.log"', "1"),
      // Telephones send photographs like this.
      part(
        'Content-Type: image/png; name="b.png"\nContent-Disposition: inline; filename="b.png"\nContent-Transfer-Encoding: base64',
        "AAECAw==",
      ),
      part(
        "Content-Type: multipart/related; boundary=y",
        '--y\nContent-Type: text/html\n\n<img src="cid:logo">\n--y\nContent-Type: image/png; name="logo.png"\nContent-ID: <logo>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\nAAEC\n--y--',
      ),
    ];
    const { text, attachments } = await read(multipart, `${parts.join("")}--x--`);
    expect(text).toBe("See log.");
    expect(attachments.map(({ name, content }) => [name, [...content].slice(0, 4)])).toEqual([
      ["a.log", [49, 10]],
      ["b.png", [0, 1, 2, 3]],
    ]);
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
