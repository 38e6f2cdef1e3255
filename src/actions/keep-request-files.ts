/** Keeps the files that came with a mail beside the step that it became, and names those that are not kept. Within the transaction of that step. */
import { fileNameLimit, judgeFiles, mostFilesNamed } from "../domain/support/request-file.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { addRequestFiles, heldFiles } from "../store/request-files.ts";

/** A file as a mail brings it. */
export interface ReceivedFile {
  name: string;
  content: Uint8Array;
}

/** @param at of which request, and which of its steps */
export async function keepRequestFiles(
  tx: Database,
  { reference, step }: { reference: string; step: number },
  received: readonly ReceivedFile[],
  author: string,
  now: Instant,
): Promise<void> {
  if (received.length === 0) {
    return;
  }
  const { bytes: held, last } = await heldFiles(tx, reference);
  const named = received.slice(0, mostFilesNamed);
  const refusals = judgeFiles(
    named.map(({ content }) => content.length),
    held,
  );
  const files = named.map(({ name, content }, i) => ({
    ...{ number: last + i + 1, step, name: [...name].slice(0, fileNameLimit).join("") },
    ...{ bytes: content.length, refusal: refusals[i]!, content: refusals[i] === null ? content : null },
  }));
  await addRequestFiles(tx, reference, files);
  const kept = files.filter(({ refusal }) => refusal === null);
  // What files are called may name people: the audit counts them.
  await appendAudit(tx, {
    ...{ kind: "request", subject: reference, event: "attached", author, recordedAt: now },
    before: null,
    after: {
      ...{ step, files: kept.length, bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0) },
      notKept: received.length - kept.length,
    },
  });
}
