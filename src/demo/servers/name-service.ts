/** The demo's name server: answers for one small zone over UDP. */
import { createSocket } from "node:dgram";
import { AUTHORITATIVE_ANSWER, decode, encode, type Packet, type StringAnswer } from "dns-packet";
import { type Demeanour, type Running, takeTime } from "./listening.ts";

const zone: StringAnswer[] = ["app", "login", "media", "live", "api"].map((label) => ({
  type: "A",
  class: "IN",
  ttl: 60,
  name: `${label}.skarv.example`,
  data: "127.0.0.1",
}));

/** Response codes in the flags of an answer (RFC 1035, 4.1.1). */
const codes = { serverFailure: 2, noSuchName: 3 };

export async function startNameService(port: number, demeanour: Demeanour): Promise<Running> {
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    const query = decoded(message);
    if (query === undefined) {
      return;
    }
    void takeTime(demeanour).then(() => {
      const answer = encode(answerTo(query, demeanour.condition() === "failing"));
      socket.send(answer, from.port, from.address, () => {});
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (cause) => {
      reject(
        new Error(`the demo's name server wants UDP port ${port} on 127.0.0.1: ${cause.message}`, { cause }),
      );
    });
    socket.bind(port, "127.0.0.1", resolve);
  });
  return {
    port: socket.address().port,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function decoded(message: Buffer): Packet | undefined {
  try {
    const packet = decode(message);
    return packet.type === "query" ? packet : undefined;
  } catch {
    // Not a DNS message: a name server stays silent.
    return undefined;
  }
}

function answerTo(query: Packet, failing: boolean): Packet {
  const questions = query.questions ?? [];
  const named = zone.filter((record) => questions.some(({ name }) => name.toLowerCase() === record.name));
  const answers = named.filter((record) => questions.some(({ type }) => type === record.type));
  const code = failing ? codes.serverFailure : named.length === 0 ? codes.noSuchName : 0;
  return {
    type: "response",
    id: query.id ?? 0,
    flags: AUTHORITATIVE_ANSWER | code,
    questions,
    answers: failing ? [] : answers,
  };
}
