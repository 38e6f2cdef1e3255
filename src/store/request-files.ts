/** Files of requests, whole as they came; gone with whoever sent them is erased. */
import { and, asc, eq, isNull, max, sql } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { RequestFile } from "../domain/support/request-file.ts";
import type { Database } from "./database.ts";
import { requestFiles, requests } from "./tables/requests.ts";

/** A file with what it holds; null: it is not kept. */
export interface StoredFile extends RequestFile {
  content: Uint8Array | null;
}

const listed = {
  number: requestFiles.number,
  step: requestFiles.step,
  name: requestFiles.name,
  bytes: requestFiles.bytes,
  refusal: requestFiles.refusal,
};

/** Those of a request, in the order in which they came, without what they hold. */
export function listRequestFiles(db: Database, reference: string): Promise<RequestFile[]> {
  return db
    .select(listed)
    .from(requestFiles)
    .innerJoin(requests, eq(requests.id, requestFiles.requestId))
    .where(eq(requests.reference, reference))
    .orderBy(asc(requestFiles.number));
}

/**
 * What a file holds that is kept.
 *
 * @throws NotFound file_not_found
 */
export async function getRequestFile(
  db: Database,
  reference: string,
  number: number,
): Promise<{ name: string; content: Uint8Array }> {
  const [found] = await db
    .select({ name: requestFiles.name, content: requestFiles.content })
    .from(requestFiles)
    .innerJoin(requests, eq(requests.id, requestFiles.requestId))
    .where(and(eq(requests.reference, reference), eq(requestFiles.number, number)));
  if (found?.content == null) {
    throw new NotFound("file_not_found", `${reference} holds no file ${number}.`);
  }
  return { name: found.name, content: new Uint8Array(found.content) };
}

/** How much a request holds, and the number of its last file. */
export async function heldFiles(tx: Database, reference: string): Promise<{ bytes: number; last: number }> {
  const [held] = await tx
    .select({
      bytes: sql<number>`coalesce(sum(${requestFiles.bytes}) filter (where ${isNull(requestFiles.refusal)}), 0)::integer`,
      last: max(requestFiles.number),
    })
    .from(requestFiles)
    .innerJoin(requests, eq(requests.id, requestFiles.requestId))
    .where(eq(requests.reference, reference));
  return { bytes: held!.bytes, last: held!.last ?? 0 };
}

/** Adds files to a request that stands. */
export async function addRequestFiles(
  tx: Database,
  reference: string,
  files: readonly StoredFile[],
): Promise<void> {
  const [request] = await tx
    .select({ id: requests.id })
    .from(requests)
    .where(eq(requests.reference, reference));
  if (files.length > 0) {
    await tx.insert(requestFiles).values(files.map((file) => ({ ...file, requestId: request!.id })));
  }
}
