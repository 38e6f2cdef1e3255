/** Asks a time-stamp authority for its word on a root, over HTTP (RFC 3161, 3.4). */
import { NoTimestamp, timestampRequest, tokenIn } from "../evidence/timestamp.ts";
import { ChannelFailure, channelFailure } from "./channel.ts";

const patienceMs = 20_000;
const largestAnswerBytes = 256 * 1024;

/**
 * The token of a root (64 hex digits), checked to be of it.
 *
 * @throws ChannelFailure when there is none: try again later
 */
export async function requestTimestamp(url: string, root: string): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = crypto.getRandomValues(new Uint8Array(16));
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/timestamp-query", "user-agent": "Fournines" },
      body: timestampRequest(root, nonce),
      signal: AbortSignal.timeout(patienceMs),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new ChannelFailure(`the time-stamp authority answered ${response.status}`);
    }
    return await tokenIn(await limited(response), root, nonce);
  } catch (error) {
    throw error instanceof NoTimestamp
      ? new ChannelFailure(`the time-stamp authority gave none: ${error.message}`)
      : channelFailure(error);
  }
}

async function limited(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > largestAnswerBytes) {
      throw new NoTimestamp("its answer is too large");
    }
    parts.push(part);
  }
  return Uint8Array.from(Buffer.concat(parts));
}
