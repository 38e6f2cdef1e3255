/**
 * Asks a resolver for a record over UDP, again when packets are lost, over TCP when the answer does not fit. Speaks to the
 * resolver itself, so that no cache of the machine stands in between.
 */

import { decode, encode, streamDecode, streamEncode } from "dns-packet";
import type { DecodedPacket, Packet } from "dns-packet";
import { createSocket } from "node:dgram";
import { getServers } from "node:dns";
import { isIPv6 } from "node:net";
import type { Answer } from "../expectations.ts";
import { judgeAnswer, nameToAsk } from "../dns-records.ts";
import type { DnsAnswer } from "../dns-records.ts";
import { ProbeFailure } from "../failure.ts";
import type { Asking } from "../prober.ts";
import type { AddressFamily, DnsTarget } from "../protocol.ts";
import { openConnection } from "./connection.ts";
import { addressesOf } from "./lookup.ts";

interface Server {
  host: string;
  port: number;
}

/** A packet that got no answer is sent again after this, to the next resolver where there are several. */
const resendMs = 1_000;

/** Probe function of the kind `dns`. */
export async function askDns(asking: Asking<DnsTarget>): Promise<Answer> {
  const { target, timings, elapsed } = asking;
  const began = elapsed();
  const servers = target.resolver === undefined ? systemServers() : [target.resolver];
  const id = crypto.getRandomValues(new Uint16Array(1))[0]!;
  const packet: Packet = {
    type: "query",
    id,
    flags: 0x0100,
    questions: [{ type: target.record, name: nameToAsk(target), class: "IN" }],
    additionals: [
      {
        type: "OPT",
        name: ".",
        udpPayloadSize: 1232,
        flags: 0,
        extendedRcode: 0,
        ednsVersion: 0,
        flag_do: false,
        options: [],
      },
    ],
  };
  const { answer, server } = await overUdp(asking, servers, packet);
  const whole = answer.flag_tc === true ? await overTcp(asking, server, packet) : answer;
  timings.firstByte = elapsed() - began;
  return judgeAnswer(target, whole as DnsAnswer);
}

function systemServers(): Server[] {
  const servers = getServers().map((server) => {
    const bracketed = /^\[(.*)\]:(\d+)$/.exec(server) ?? /^([^:]+):(\d+)$/.exec(server);
    return bracketed === null
      ? { host: server, port: 53 }
      : { host: bracketed[1]!, port: Number(bracketed[2]) };
  });
  if (servers.length === 0) {
    throw new ProbeFailure("probe_failed", "this machine has no resolver configured");
  }
  return servers;
}

function overUdp(
  asking: Asking<DnsTarget>,
  servers: Server[],
  packet: Packet,
): Promise<{ answer: DecodedPacket; server: Server }> {
  const sockets: ReturnType<typeof createSocket>[] = [];
  let resend: NodeJS.Timeout | undefined;
  const close = () => {
    clearTimeout(resend);
    for (const socket of sockets.splice(0)) {
      socket.close();
    }
  };
  let over = false;
  asking.cancel = () => {
    over = true;
    close();
  };
  const query = encode(packet);
  return new Promise<{ answer: DecodedPacket; server: Server }>((resolve, reject) => {
    const sendTo = async (turn: number): Promise<void> => {
      const server = servers[turn % servers.length]!;
      const { address } = await addressOf(server.host, asking.assignment.family);
      if (over) {
        return;
      }
      // A socket for each packet: connected, it hears of a closed port and takes answers from the one asked only.
      const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
      sockets.push(socket);
      socket.on("error", reject);
      socket.on("message", (bytes) => {
        const answer = answerIn(bytes, packet);
        if (answer !== null) {
          over = true;
          resolve({ answer, server });
        }
      });
      socket.connect(server.port, address, () => {
        if (!over) {
          socket.send(query);
        }
      });
      resend = setTimeout(() => void sendTo(turn + 1).catch(reject), resendMs);
    };
    sendTo(0).catch(reject);
  }).finally(close);
}

async function addressOf(host: string, family: AddressFamily): Promise<{ address: string }> {
  return (await addressesOf(host, family))[0]!;
}

/** RFC 7766: the same question over TCP, each message with its length in front. */
function overTcp(asking: Asking<DnsTarget>, server: Server, packet: Packet): Promise<DecodedPacket> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = openConnection(
      { ...server, family: asking.assignment.family },
      {},
      asking.elapsed,
      (error) => {
        if (error !== null) {
          reject(error);
          return;
        }
        socket.write(streamEncode(packet));
      },
    );
    asking.cancel = () => socket.destroy();
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        socket.destroy();
        try {
          resolve(streamDecode(received) as DecodedPacket);
        } catch (cause) {
          reject(
            new ProbeFailure("protocol_error", `the resolver's answer cannot be read: ${String(cause)}`),
          );
        }
      }
    });
    socket.on("error", reject);
    socket.on("end", () => {
      reject(new ProbeFailure("connection_closed", "the resolver closed the connection without an answer"));
    });
  });
}

/** Null for what does not belong to the question: a stray or forged packet. */
function answerIn(bytes: Buffer, packet: Packet): DecodedPacket | null {
  let answer: DecodedPacket;
  try {
    answer = decode(bytes);
  } catch {
    // A packet cut off in the middle still says so in its header, and TCP will bring the whole.
    const truncated = bytes.length >= 12 && (bytes[2]! & 0x82) === 0x82;
    return truncated && bytes.readUInt16BE(0) === packet.id
      ? ({ type: "response", id: packet.id, flag_tc: true } as DecodedPacket)
      : null;
  }
  const asked = packet.questions![0]!;
  const echoed = answer.questions?.[0];
  const same =
    echoed === undefined ||
    (echoed.type === asked.type && echoed.name.toLowerCase() === asked.name.toLowerCase());
  return answer.type === "response" && answer.id === packet.id && same ? answer : null;
}
