import { describe, expect, it } from "vitest";
import { readRawMail } from "../../src/inbound/raw-mail.ts";
import { complaintReport, undeliveredReport } from "../support/mail-reports.ts";
import { rawMail } from "../support/requests.ts";

const way = "bounces+00112233445566778899aabb.00112233445566778899@acme.example";
const end = "https://status.acme.example/subscription/sub_x.y/end";
const letter = `From: Acme <status@acme.example>
To: reader@acme.example
Subject: Beacon is down
List-Unsubscribe: <mailto:end@acme.example>,
 <${end}>
Message-ID: <msg_x@acme.example>

It is down.`;
const read = async (raw: string, recipients: string[] = []) =>
  (await readRawMail(new TextEncoder().encode(raw), recipients)).report;

describe("a report of a letter that was not delivered", () => {
  it("says what became of it, where it came back to, and where the letter is ended", async () => {
    const report = await read(undeliveredReport({ to: way, letter, status: "5.1.1" }));
    expect(report).toMatchObject({ returned: { kind: "undelivered", status: "5.1.1" }, unsubscribe: [end] });
    expect(report!.ways).toContain(way);
  });

  it.each(["delayed", "delivered", "relayed", "expanded"])(
    "that it was %s asks for nothing",
    async (action) => {
      const report = await read(undeliveredReport({ to: way, letter, status: "4.4.1", action }));
      expect(report).toMatchObject({ returned: null });
    },
  );

  it("without a status that can be read asks for nothing", async () => {
    expect(await read(undeliveredReport({ to: way, letter, status: "broken" }))).toMatchObject({
      returned: null,
    });
  });

  it("that was handed over for another address than it names is known by that one", async () => {
    const raw = undeliveredReport({ to: "undisclosed-recipients:;", letter, status: "5.1.1" });
    expect((await read(raw, [way.toUpperCase()]))!.ways).toContain(way);
    expect((await read(`Delivered-To: ${way}\r\n${raw}`))!.ways).toContain(way);
  });
});

describe("a report of a complaint", () => {
  it("says that somebody complained, and of which letter", async () => {
    const report = await read(complaintReport({ to: "abuse@acme.example", letter, mailFrom: way }));
    expect(report).toMatchObject({ returned: { kind: "complaint" }, unsubscribe: [end] });
    expect(report!.ways).toContain(way);
  });

  it.each(["not-spam", "auth-failure", "virus"])("of the kind %s asks for nothing", async (type) => {
    expect(await read(complaintReport({ to: way, letter, type }))).toMatchObject({ returned: null });
  });
});

it("what a person writes is no report, even where a letter is attached", async () => {
  const headers = { "MIME-Version": "1.0", "Content-Type": "multipart/mixed; boundary=x" };
  const parts = `--x\nContent-Type: text/plain\n\nWhat is this?\n--x\nContent-Type: message/rfc822\n\n${letter}\n--x--`;
  expect(await read(rawMail(headers, parts))).toBeNull();
});
