/**
 * Takes mail over SMTP for the addresses to which customers write and letters come back, where no other mail server hands it over. It relays
 * nothing, and says that it has a mail only once it is stored, so that the sender tries again otherwise.
 */
import type { AddressInfo } from "node:net";

export interface SmtpReceiver {
  port: number;
  stop(): Promise<void>;
}

/** Larger mails are refused: what matters of one is its text. */
export const largestMailBytes = 10 * 1024 * 1024;
const mostAtOnce = 20;
const patienceMs = 60_000;

export interface SmtpReceiverDeps {
  host: string;
  port: number;
  /** Whether mail is taken for an address. */
  takes(address: string): boolean;
  /** Stores it. A refusal is final for the sender; whatever else fails is tried again by them. */
  receive(raw: Uint8Array, recipients: readonly string[]): Promise<void>;
  isRefusal(error: unknown): boolean;
  failed(error: unknown): void;
}

/** Listens until stopped. */
export async function receiveSmtp(deps: SmtpReceiverDeps): Promise<SmtpReceiver> {
  const refusal = (code: number, message: string) =>
    Object.assign(new Error(message), { responseCode: code });
  // Loaded where mail is received, which most servers leave to others.
  const { SMTPServer } = await import("smtp-server");
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    size: largestMailBytes,
    maxClients: mostAtOnce,
    socketTimeout: patienceMs,
    closeTimeout: 2_000,
    logger: false,
    onRcptTo({ address }, _session, answer) {
      answer(deps.takes(address) ? null : refusal(550, "no mail is taken for this address"));
    },
    onData(stream, { envelope }, answer) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => {
        // What is too much is read on and thrown away; the sender is told at the end.
        if (!stream.sizeExceeded) {
          parts.push(part);
        }
      });
      stream.on("end", () => {
        if (stream.sizeExceeded) {
          answer(refusal(552, "the mail is too large"));
          return;
        }
        const recipients = envelope.rcptTo.map(({ address }) => address);
        deps.receive(Buffer.concat(parts), recipients).then(
          () => answer(),
          (error: unknown) => {
            if (deps.isRefusal(error)) {
              answer(refusal(554, (error as Error).message));
            } else {
              deps.failed(error);
              answer(refusal(451, "it could not be stored; please try again later"));
            }
          },
        );
      });
    },
  });
  server.on("error", deps.failed);
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(deps.port, deps.host, () => {
      server.server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
