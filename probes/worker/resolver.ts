/** Questions to the name system from a Worker, which has no packets: over HTTPS (RFC 8484), or over TCP to a resolver that is named. */

import { decode, encode, streamDecode, streamEncode } from "dns-packet";
import type { DecodedPacket, Packet } from "dns-packet";
import { Buffer } from "node:buffer";
import type { DnsAnswer } from "../dns-records.ts";
import { ProbeFailure } from "../failure.ts";
import type { DnsRecordType } from "../protocol.ts";

/** Asks over HTTPS. Id 0, so that caches on the way know the same question again (RFC 8484, 4.1). */
export async function askOverHttps(
  url: string,
  name: string,
  type: DnsRecordType,
  signal: AbortSignal | null,
): Promise<DnsAnswer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/dns-message", accept: "application/dns-message" },
    body: encode(question(0, name, type)),
    redirect: "manual",
    signal,
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new ProbeFailure("name_lookup_failed", `the resolver answered with status ${response.status}`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  return readable(() => decode(Buffer.from(bytes)));
}

/** Asks a resolver over TCP, each message with its length in front (RFC 7766), on a socket that is open. */
export async function askOverTcp(socket: Socket, name: string, type: DnsRecordType): Promise<DnsAnswer> {
  const id = crypto.getRandomValues(new Uint16Array(1))[0]!;
  await socket.writable.getWriter().write(streamEncode(question(id, name, type)));
  const reader = socket.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let received = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      throw new ProbeFailure("connection_closed", "the resolver closed the connection without an answer");
    }
    received = Buffer.concat([received, value]);
    if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      return readable(() => streamDecode(received) as DecodedPacket);
    }
  }
}

/** The addresses of a name, of one family if there are any. Rejects when the resolver cannot tell. */
export async function addressesOf(host: string, url: string): Promise<string[]> {
  // One after the other: connections are few.
  for (const type of ["A", "AAAA"] as const) {
    const { answers = [] } = await askOverHttps(url, host, type, null);
    const found = answers.filter((record) => record.type === type);
    if (found.length > 0) {
      return found.map(({ data }) => String(data));
    }
  }
  return [];
}

function question(id: number, name: string, type: DnsRecordType): Packet {
  return { type: "query", id, flags: 0x0100, questions: [{ type, name, class: "IN" }] };
}

function readable(read: () => unknown): DnsAnswer {
  try {
    return read() as DnsAnswer;
  } catch (cause) {
    throw new ProbeFailure("protocol_error", `the resolver's answer cannot be read: ${String(cause)}`);
  }
}
