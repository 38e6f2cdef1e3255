/** A name server on loopback whose names say how it answers, over UDP and TCP on one port. Part of the misbehaving server. */

import { decode, encode, streamDecode, streamEncode } from "dns-packet";
import type { Answer, DecodedPacket, Packet } from "dns-packet";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface Resolver {
  port: number;
  stop(): Promise<void>;
}

/** Response codes as they stand in the low bits of the flags. */
const codes: Record<string, number> = { "servfail.test": 2, "missing.test": 3, "refused.test": 5 };

export async function startResolver(): Promise<Resolver> {
  const udp = createSocket("udp4");
  const lost = new Set<string>();
  udp.on("message", (bytes, from) => {
    const query = decode(bytes);
    const name = query.questions![0]!.name.toLowerCase();
    const say = (packet: Packet) => udp.send(encode(packet), from.port, from.address);
    if (name === "silent.test") {
      return;
    }
    if (name === "lossy.test" && !lost.has(`${query.id}`)) {
      lost.add(`${query.id}`);
      return;
    }
    if (name === "forged.test") {
      say({ ...answerTo(query), id: (query.id! + 1) & 0xffff });
      udp.send(Buffer.from("rubbish"), from.port, from.address);
    }
    say(name === "big.test" ? { ...answerTo(query), answers: [], flags: 0x8380 } : answerTo(query));
  });
  const tcp = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      const query = streamDecode(bytes) as DecodedPacket;
      if (query.questions![0]!.name.toLowerCase() !== "silent.test") {
        socket.end(streamEncode(answerTo(query)));
      }
    });
  });
  // Both must have the same port; another one is drawn when it is taken on the other side.
  let port = 0;
  while (port === 0) {
    await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
    const drawn = (tcp.address() as AddressInfo).port;
    port = await new Promise<number>((resolve) => {
      udp.once("error", () => tcp.close(() => resolve(0)));
      udp.bind(drawn, "127.0.0.1", () => resolve(drawn));
    });
  }
  return {
    port,
    async stop() {
      await new Promise<void>((resolve) => udp.close(resolve));
      await new Promise((resolve) => tcp.close(resolve));
    },
  };
}

/** What the resolver answers when it behaves; its response code is in the name. Over HTTPS the same. */
export function answerTo(query: DecodedPacket): Packet {
  const { id, questions } = query;
  const { name, type } = questions![0]!;
  const key = name.toLowerCase();
  return {
    type: "response",
    id: id!,
    flags: 0x8180 | (codes[key] ?? 0),
    questions: questions!,
    answers: key in codes ? [] : records(name, type),
  };
}

/** One name stands behind a proxy of Cloudflare, which Workers may not connect to. */
function addresses(name: string): Answer[] {
  const found = name === "proxied.test" ? ["104.16.0.10"] : ["192.0.2.10", "192.0.2.11"];
  return found.map((data) => ({ name, type: "A", ttl: 60, data }));
}

function records(name: string, type: string): Answer[] {
  const all: Answer[] = [
    ...addresses(name),
    { name, type: "AAAA", ttl: 60, data: "2001:db8:0:0:0:0:0:1" },
    { name, type: "MX", ttl: 60, data: { preference: 10, exchange: "Mail.Beacon.test" } },
    { name, type: "TXT", ttl: 60, data: ["v=beacon1 ", "-all"] },
    { name, type: "SRV", ttl: 60, data: { priority: 1, weight: 2, port: 443, target: "a.beacon.test" } },
    { name, type: "CAA", ttl: 60, data: { flags: 0, tag: "issue", value: "authority.test" } },
    { name, type: "NS", ttl: 60, data: "ns1.beacon.test" },
    { name, type: "PTR", ttl: 60, data: "beacon.test" },
  ];
  return all.filter((record) => record.type === type);
}
