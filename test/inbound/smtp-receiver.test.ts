import nodemailer from "nodemailer";
import { afterEach, expect, it } from "vitest";
import { InvalidInput } from "../../src/domain/errors.ts";
import { receiveSmtp, type SmtpReceiver } from "../../src/inbound/smtp-receiver.ts";

let receiver: SmtpReceiver | undefined;
afterEach(() => receiver?.stop());

async function open(receive: (raw: Uint8Array) => Promise<void>): Promise<(to: string) => Promise<string>> {
  receiver = await receiveSmtp({
    ...{ host: "127.0.0.1", port: 0, receive },
    takes: (address) => address.toLowerCase() === "support@acme.example",
    isRefusal: (error) => error instanceof InvalidInput,
    failed: () => {},
  });
  const transport = nodemailer.createTransport({ host: "127.0.0.1", port: receiver.port, ignoreTLS: true });
  return async (to) => {
    try {
      const sent = await transport.sendMail({
        from: "ida@acme.example",
        to,
        subject: "Hello",
        text: "It fails.",
      });
      return sent.response.slice(0, 3);
    } catch (error) {
      return String((error as { responseCode: number }).responseCode);
    } finally {
      transport.close();
    }
  };
}

it("mail for the address is taken, and only said to be once it is stored", async () => {
  const taken: string[] = [];
  const send = await open(async (raw) => {
    await Promise.resolve();
    taken.push(new TextDecoder().decode(raw));
  });
  expect(await send("Support@ACME.example")).toBe("250");
  expect(taken[0]).toContain("It fails.");
});

it("mail for anybody else is refused: nothing is relayed", async () => {
  const send = await open(() => Promise.reject(new Error("must not come here")));
  expect(await send("bo@elsewhere.example")).toBe("550");
});

it("what is refused here is refused for good; what fails here is to be tried again", async () => {
  const refusing = await open(() => Promise.reject(new InvalidInput("mail_unreadable", "It says nothing.")));
  expect(await refusing("support@acme.example")).toBe("554");
  await receiver!.stop();
  const failing = await open(() => Promise.reject(new Error("no database")));
  expect(await failing("support@acme.example")).toBe("451");
});
