/**
 * A sign of life to an address outside, as long as all is well: whoever watches that address notices when it stays away, also when nothing
 * here can say anything any more.
 */
import { channelFailure } from "./channel.ts";

export interface CheckInDeps {
  url: string;
  /** Why all is not well; null: it is. */
  unwellBecause(): Promise<string | null>;
  /** Told once when calls begin not to be made or not to be taken, with the reason. */
  silent(reason: string): void;
  /** Told when they are made and taken again. */
  resumed(): void;
}

const patienceMs = 10_000;

/** A call that is made, unless all is not well. Never rejects. */
export function openCheckIn({ url, unwellBecause, silent, resumed }: CheckInDeps): () => Promise<void> {
  let isSilent = false;
  return async () => {
    const reason = (await unwellBecause()) ?? (await refusalOf(url));
    if (reason !== null && !isSilent) {
      silent(reason);
    } else if (reason === null && isSilent) {
      resumed();
    }
    isSilent = reason !== null;
  };
}

/** Why a call was not taken; null: it was. The address itself may be a secret, so nothing repeats it. */
async function refusalOf(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, {
      headers: { "user-agent": "Fournines" },
      redirect: "manual",
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.body?.cancel();
    return response.ok ? null : `the address answered ${response.status}`;
  } catch (error) {
    return channelFailure(error).message;
  }
}
