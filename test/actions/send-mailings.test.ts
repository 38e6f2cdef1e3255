import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { closeCycle } from "../../src/actions/close-cycle.ts";
import { composeMailing } from "../../src/actions/compose-mailing.ts";
import { explainDifferences } from "../../src/actions/explain-differences.ts";
import { issueReport } from "../../src/actions/issue-report.ts";
import { draftCycle } from "../../src/actions/draft-cycle.ts";
import { onlyContract, readGround } from "../../src/actions/read-ground.ts";
import { attemptWithinMs, sendMailings, type SendMailingsDeps } from "../../src/actions/send-mailings.ts";
import { reportPdf } from "../../src/documents/pdf.ts";
import { reportLanguage } from "../../src/documents/report-language.ts";
import type { Report } from "../../src/domain/sla/report/report.ts";
import { receiveMail } from "../../src/actions/receive-mail.ts";
import { readRawMail } from "../../src/inbound/raw-mail.ts";
import { openMailer } from "../../src/notify/mail.ts";
import { listAudit } from "../../src/store/audit.ts";
import {
  countMailings,
  findFailedMailings,
  getMailing,
  listAttempts,
  listMailings,
  retryMailing,
  withdrawMailing,
} from "../../src/store/mailings.ts";
import { getReport, listReports } from "../../src/store/reports.ts";
import {
  agree,
  closablePlatform,
  forgetClosings,
  goDown,
  june,
  office,
  settled,
} from "../support/closing.ts";
import { eachDatabase } from "../support/databases.ts";
import { undeliveredReport } from "../support/mail-reports.ts";
import { type MailReceiver, startMailReceiver } from "../support/receivers.ts";

const at = (text: string) => Date.parse(text);
const minute = 60_000;
const hour = 60 * minute;
const gold = `target: 99.99
covers: [beacon, lamp]
fee: 4000.00 DKK
credit: { mode: on_claim, claim: { days_after_cycle: 30 }, bands: [{ below: 99.99, percent: 10 }] }
recipients: [it@acme.example, board@acme.example]`;

let mailbox: MailReceiver;
beforeAll(async () => {
  mailbox = await startMailReceiver();
});
afterAll(() => mailbox.close());

eachDatabase("sending mails", (database) => {
  let now = settled;
  const ends: string[] = [];
  beforeEach(async () => {
    await forgetClosings(database());
    await database().execute(sql`truncate mailings, mailing_attempts`);
    now = settled;
    ends.length = 0;
    mailbox.mails.length = 0;
    mailbox.refuse(false);
    mailbox.whileTaking(null);
  });

  const mailer = () =>
    openMailer({ smtpUrl: mailbox.url, from: "reports@fournines.example" }, () => "Acme, the platform");
  const deps = (over: Partial<SendMailingsDeps> = {}): SendMailingsDeps => ({
    db: database(),
    compose: (mailing) =>
      composeMailing(database(), mailing, {
        secretKey: "a secret of the test",
        baseUrl: "https://status.acme.example",
        supportMail: null,
        bounceMail: "bounces@acme.example",
        now: () => now,
      }),
    send: mailer().send,
    now: () => now,
    goesOn: () => true,
    attempted: ({ attempts }, end) =>
      ends.push(`${attempts} ${end.outcome}${end.outcome === "sent" ? "" : `: ${end.failure}`}`),
    failed: (error) => {
      throw error;
    },
    ...over,
  });
  const send = (over: Partial<SendMailingsDeps> = {}) => sendMailings(deps(over));
  const states = async () =>
    (await listMailings(database()))
      .map(({ recipient, revision, state }) => `${recipient} r${revision} ${state}`)
      .sort();

  async function closed(words = gold): Promise<void> {
    const checks = await closablePlatform(database());
    await goDown(database(), checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:07:30Z"));
    await agree(database(), "acme-gold", words);
    const choices = [{ service: "beacon", incident: null, start: null }];
    const wanted = { contract: "acme-gold", label: june, choices, reason: "A switch failed" };
    await explainDifferences(database(), office.engine, wanted, "Bo", now);
    await closeCycle(database(), office, { contract: "acme-gold", label: june, author: "Ann" }, now);
  }

  async function restate(reason: string): Promise<void> {
    const ground = await readGround(database(), june, { contract: "acme-gold" });
    const of = onlyContract(ground);
    const draft = await draftCycle(database(), ground, of, office.engine, now);
    const issue = { reason, author: "Ann", approver: "Bo" };
    await database().transaction((tx) => issueReport(tx, { ground, of, draft }, issue, office.seal, now));
  }

  it("brings the report to each recipient, once: in words, as PDF and as the text that was sealed", async () => {
    await closed();
    expect(await states()).toEqual(["board@acme.example r1 waiting", "it@acme.example r1 waiting"]);
    expect(await send()).toBe(2);
    expect(await send()).toBe(0);
    expect(mailbox.mails.map(({ to }) => to).sort()).toEqual([["board@acme.example"], ["it@acme.example"]]);
    const [mail] = mailbox.mails;
    expect(mail!.header("From")).toBe('"Acme, the platform" <reports@fournines.example>');
    expect(mail!.header("Subject")).toMatch(/Acme gold, June 2026: promise broken, 99.982/);
    expect(mail!.header("Auto-Submitted")).toBe("auto-generated");
    expect(mail!.header("List-Id")).toContain("<reports.fournines.example>");
    expect(mail!.parts.map(({ type, name }) => [type, name])).toEqual([
      ["text/plain", ""],
      ["text/html", ""],
      ["application/pdf", "acme-gold-2026-06-r1.pdf"],
      ["application/json", "acme-gold-2026-06-r1.json"],
    ]);
    const text = mail!.text.replaceAll(/[\s\u00a0]+/g, " ");
    expect(text).toContain(
      "The promise was broken in June 2026: the availability was 99.982 %, and at least 99.99 % is promised.",
    );
    expect(text).toContain("You may claim 400.00 DKK for it as a service credit, through 30 July 2026.");
    const issued = await getReport(database(), "acme-gold", june);
    const report = JSON.parse(issued.json) as Report;
    expect(mail!.parts[3]!.content.toString("utf8")).toBe(issued.json);
    expect(createHash("sha256").update(mail!.parts[3]!.content).digest("hex")).toBe(issued.sha256);
    expect(text).toContain(issued.sha256);
    expect(text).toMatch(/https:\/\/status\.acme\.example\/portal\/enter\/[\w-]{16}\.[\w-]{32} /);
    const pdf = await reportPdf(report, issued.sha256, reportLanguage("en"));
    expect(mail!.parts[2]!.content.equals(pdf)).toBe(true);
  });

  it("puts down nothing of a report that was not issued after all", async () => {
    await closablePlatform(database());
    await agree(database(), "acme-gold", gold);
    const ground = await readGround(database(), june, { contract: "acme-gold" });
    const of = onlyContract(ground);
    const draft = await draftCycle(database(), ground, of, office.engine, now);
    const issue = { reason: "", author: "Ann", approver: null };
    const work = database().transaction(async (tx) => {
      await issueReport(tx, { ground, of, draft }, issue, office.seal, now);
      throw new Error("the server ended");
    });
    await expect(work).rejects.toThrow("the server ended");
    expect([await listMailings(database()), await listReports(database())]).toEqual([[], []]);
  });

  it("waits until the day the contract names; a contract may want none", async () => {
    await closed(`${gold}\nsend: { day: 5, at: "09:00" }`);
    expect(await send()).toBe(0);
    now = at("2026-07-05T06:59:59.999Z");
    expect(await send()).toBe(0);
    now += 1;
    expect(await send()).toBe(2);
  });

  it("sends nothing where the contract says never", async () => {
    await closed(`${gold}\nsend: never`);
    expect(await states()).toEqual([]);
  });

  it("is made once by any number of servers that try at the same time", async () => {
    await closed();
    const made = await Promise.all([send(), send(), send()]);
    expect(made.reduce((sum, one) => sum + one, 0)).toBe(2);
    expect(mailbox.mails).toHaveLength(2);
  });

  it("is tried again later and later while the server puts it off, and is the same mail every time", async () => {
    await closed(gold.replace("[it@acme.example, board@acme.example]", "it@acme.example"));
    mailbox.refuse(true);
    await send();
    now += 4_999;
    expect(await send()).toBe(0);
    now += 1;
    await send();
    now += 10_000;
    mailbox.refuse(false);
    await send();
    expect(ends).toEqual([
      "1 put_off: it could not be delivered (EMESSAGE, it answered 451)",
      "2 put_off: it could not be delivered (EMESSAGE, it answered 451)",
      "3 sent",
    ]);
    expect(mailbox.mails).toHaveLength(1);
    const [mailing] = await listMailings(database());
    expect(mailing).toMatchObject({ state: "sent", attempts: 3, failure: null, sentAt: now });
    const log = await listAttempts(database(), mailing!.id);
    expect(log.map(({ failure }) => failure === null)).toEqual([false, false, true]);
    expect(mailbox.mails[0]!.header("Date")).toBe(new Date(settled).toUTCString().replace("GMT", "+0000"));
  });

  it("that comes back is known to have, is counted with what failed, and is sent again or let be by a person", async () => {
    await closed(gold.replace("[it@acme.example, board@acme.example]", "it@acme.example"));
    await send();
    const [mail] = mailbox.mails;
    expect(mail!.from).toMatch(/^bounces\+[0-9a-f]{24}\.[0-9a-f]{20}@acme\.example$/);
    const report = async (status: string) => {
      const raw = undeliveredReport({ to: mail!.from, letter: mail!.source, status });
      return receiveMail(
        database(),
        "a secret of the test",
        await readRawMail(new TextEncoder().encode(raw)),
        now,
      );
    };
    const { id } = (await listMailings(database()))[0]!;
    now += hour;
    expect(await report("5.1.1")).toEqual({ outcome: "returned", reference: id });
    expect(await report("5.1.1")).toEqual({ outcome: "ignored", reference: null });
    expect(await getMailing(database(), id)).toMatchObject({
      ...{ state: "returned", returnedAt: now },
      ...{ failure: null, returned: { kind: "undelivered", status: "5.1.1" } },
    });
    expect((await listMailings(database(), { state: "returned" })).map((one) => one.id)).toEqual([id]);
    expect(await listMailings(database(), { state: "sent" })).toEqual([]);
    expect(await countMailings(database())).toMatchObject({ sent: 0, returned: 1, waiting: 0 });
    expect(await findFailedMailings(database())).toEqual({ count: 1, since: now });
    await retryMailing(database(), id, now);
    expect(await findFailedMailings(database())).toBeNull();
    expect(await send()).toBe(1);
    expect(await getMailing(database(), id)).toMatchObject({
      state: "sent",
      returnedAt: null,
      returned: null,
    });
    await report("4.4.7");
    expect((await withdrawMailing(database(), id, now)).state).toBe("withdrawn");
    expect(await findFailedMailings(database())).toBeNull();
    const steps = (await listAudit(database(), id)).map(({ event, author }) => `${event} ${author}`);
    expect(steps).toEqual(["returned receiver", "returned receiver"]);
  });

  it("is given up at once when it is refused for good, and sent again when a person asks", async () => {
    await closed(gold.replace("[it@acme.example, board@acme.example]", "it@acme.example"));
    mailbox.refuse(552);
    await send();
    expect(ends).toEqual(["1 failed: it could not be delivered (EMESSAGE, it answered 552)"]);
    expect(await findFailedMailings(database())).toEqual({ count: 1, since: now });
    now += hour;
    expect(await send()).toBe(0);
    mailbox.refuse(false);
    const { id } = (await listMailings(database()))[0]!;
    await retryMailing(database(), id, now);
    expect(await findFailedMailings(database())).toBeNull();
    expect(await send()).toBe(1);
    await expect(retryMailing(database(), id, now)).rejects.toMatchObject({ code: "mailing_not_failed" });
    await expect(withdrawMailing(database(), id, now)).rejects.toMatchObject({ code: "mailing_settled" });
    expect(await states()).toEqual(["it@acme.example r1 sent"]);
  });

  it("is given up after five days of trying, not of waiting for a way to send", async () => {
    await closed(gold.replace("[it@acme.example, board@acme.example]", "it@acme.example"));
    now += 30 * 24 * hour;
    const away = () =>
      openMailer({ smtpUrl: "smtp://127.0.0.1:1", from: "reports@fournines.example" }, () => "Acme");
    await send({ send: away().send });
    expect(ends).toEqual([expect.stringMatching(/^1 put_off: it could not be delivered \(E\w+\)$/)]);
    now += 5 * 24 * hour - 1;
    await send({ send: away().send });
    now += 1 + 30 * minute;
    await send({ send: away().send });
    expect(ends.map((end) => end.split(":")[0])).toEqual(["1 put_off", "2 put_off", "3 failed"]);
  });

  it("is sent again, under the same Message-ID, when its server ended before it could note that it was taken", async () => {
    await closed(gold.replace("[it@acme.example, board@acme.example]", "it@acme.example"));
    const gone = new Promise<never>(() => {});
    let taken!: () => void;
    const wasTaken = new Promise<void>((resolve) => (taken = resolve));
    void send({
      send: async (mail) => {
        await mailer().send(mail);
        taken();
        await gone;
      },
    });
    await wasTaken;
    now += attemptWithinMs - 1;
    expect(await send()).toBe(0);
    now += 1;
    expect(await send()).toBe(1);
    expect(mailbox.mails).toHaveLength(2);
    expect(new Set(mailbox.mails.map((mail) => mail.header("Message-ID"))).size).toBe(1);
    const [mailing] = await listMailings(database());
    const log = await listAttempts(database(), mailing!.id);
    expect(log.map(({ endedAt }) => endedAt === null)).toEqual([true, false]);
  });

  it("brings a revision like the first, with what changed; an earlier one that nobody was sent is withdrawn", async () => {
    await closed(`${gold}\nsend: { day: 5 }`);
    await restate("Counted anew");
    expect(await states()).toEqual([
      "board@acme.example r1 withdrawn",
      "board@acme.example r2 waiting",
      "it@acme.example r1 withdrawn",
      "it@acme.example r2 waiting",
    ]);
    now = at("2026-07-05T00:00:00Z");
    await send();
    expect(mailbox.mails).toHaveLength(2);
    const [mail] = mailbox.mails;
    expect(mail!.header("Subject")).toMatch(/^Revision 2 of Acme gold/);
    expect(mail!.text).toContain("What changed since revision 1");
    expect(mail!.text).toContain("Reason: Counted anew");
  });

  it("waits for the revision before it on the way to the same recipient", async () => {
    await closed(gold.replace("[it@acme.example, board@acme.example]", "it@acme.example"));
    mailbox.refuse(true);
    await send();
    await restate("Counted anew");
    mailbox.refuse(false);
    expect(await send()).toBe(0);
    now += 5_000;
    expect(await send()).toBe(2);
    expect(mailbox.mails.map((mail) => /^Revision 2/.test(mail.header("Subject")!))).toEqual([false, true]);
  });
});
