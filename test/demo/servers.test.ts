import { connect } from "node:tls";
import { request } from "node:http";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServers, type DemoServers } from "../../src/demo/servers/start.ts";
import { places, type Places } from "../../src/demo/places.ts";
import { startReceiver, type Receiver } from "../../src/demo/servers/receiver.ts";
import { openMailer } from "../../src/notify/mail.ts";
import { habits } from "../../src/demo/behaviour.ts";

const began = Date.UTC(2026, 6, 1, 12);
let now = began;
let receiver: Receiver;
let servers: DemoServers;

beforeAll(async () => {
  const free = Object.fromEntries(Object.keys(places).map((service) => [service, 0])) as Places;
  receiver = await startReceiver(0, () => now);
  servers = await startServers(free, began, () => now, 1, receiver.takeLetter);
});
afterAll(() => Promise.all([servers.stop(), receiver.stop()]));

function statusOf(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

describe("the demo's services", () => {
  test("the database is a PostgreSQL that any client can ask", async () => {
    const sql = postgres(`postgres://postgres:any@127.0.0.1:${servers.places.database}/postgres`, { max: 2 });
    const answers = await Promise.all([1, 2, 3].map((n) => sql`select ${n}::int * 2 as twice`));
    expect(answers.map(([row]) => row!.twice as number)).toEqual([2, 4, 6]);
    await sql.end();
  });

  test("the media server shows a certificate of its own with 61 days left", async () => {
    const socket = connect({
      port: servers.places["course-media"],
      host: "127.0.0.1",
      rejectUnauthorized: false,
    });
    await new Promise((resolve) => socket.once("secureConnect", resolve));
    const certificate = socket.getPeerCertificate();
    socket.destroy();
    expect(certificate.subject.CN).toBe("media.skarv.example");
    expect(certificate.subjectaltname).toBe("DNS:media.skarv.example, IP Address:127.0.0.1");
    expect(Date.parse(certificate.valid_to) - began).toBe(61 * 86_400_000);
  });

  test("the search fails when its habit says so, and is well before and after", async () => {
    const { firstMs, lastsMs } = habits.find(({ service }) => service === "search")!;
    const seen: number[] = [];
    for (const since of [firstMs - 1, firstMs, firstMs + lastsMs - 1, firstMs + lastsMs]) {
      now = began + since;
      seen.push(await statusOf(servers.places.search));
    }
    now = began;
    expect(seen).toEqual([200, 503, 503, 200]);
  });

  test("the mail server takes letters to addresses that belong to nobody, and no others", async () => {
    const smtpUrl = `smtp://127.0.0.1:${servers.places.mail}`;
    const mailer = openMailer({ smtpUrl, from: "reports@skarv.example" }, () => "Skarv Learning");
    const letter = {
      ...{
        id: "mail_1",
        replyTo: null,
        subject: "July",
        text: "Dear reader,\n.\nall is well: http://localhost/subscription/å.",
        html: "<p>July</p>",
      },
      ...{ language: "en", list: { name: "Reports", word: "reports" }, date: began },
      attachments: [{ name: "july.pdf", type: "application/pdf", content: new Uint8Array(100_000) }],
    };
    await mailer.send({ ...letter, to: "it@aurora.example" });
    await expect(mailer.send({ ...letter, to: "somebody@elsewhere.test" })).rejects.toMatchObject({
      isFinal: true,
    });
    mailer.close();
    // What it took is shown beside the alerts, with the links that a reader would follow.
    const shown = async () => (await fetch(`http://127.0.0.1:${receiver.port}/`)).text();
    await expect.poll(shown).toContain("July → it@aurora.example");
    expect(await shown()).toContain('\n.\nall is well: <a href="http://localhost/subscription/å">');
    expect(await shown()).not.toContain("elsewhere.test");
  });

  test("a port that is taken is said in words", async () => {
    const taken = { ...places, "web-app": servers.places["web-app"] };
    await expect(startServers(taken, began, () => now, 1, receiver.takeLetter)).rejects.toThrow(
      /web-app wants port \d+ on 127\.0\.0\.1, which is taken/,
    );
  });
});
