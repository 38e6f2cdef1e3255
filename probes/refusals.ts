/**
 * What follows when a batch is not taken: a table from the code of a refusal to what the sender does about it. Whatever is not in
 * it, and a server that does not answer, means: the same batch again, later.
 */

/**
 * - `again`: the same bytes, after a pause that grows.
 * - `chain`: the server holds another chain than we thought, or knows another key: what waits is sealed anew behind its end.
 * - `clock`: likewise, and what waits says how wrong our clock is, which we know better by now.
 * - `unacceptable`: these bytes break a rule. Asked again for a while, with fewer parcels together; what is refused even alone is set
 *   aside, told, and counted as refused in the batch after it, so that the gap shows as missing coverage.
 * - `revoked`: nobody will take anything of this probe any more. It stops asking; what it holds stays where it is.
 */
export type Consequence = "again" | "chain" | "clock" | "unacceptable" | "revoked";

const consequences: Record<string, Consequence> = {
  sequence_gap: "chain",
  broken_chain: "chain",
  forked_chain: "chain",
  wrong_signature: "chain",
  batch_from_the_future: "clock",
  malformed_batch: "unacceptable",
  signature_malformed: "unacceptable",
  body_too_large: "unacceptable",
  revoked_probe: "revoked",
};

/** What follows from whatever was thrown instead of an acknowledgement. */
export function consequenceOf(error: unknown): Consequence {
  const { code } = error as { code?: unknown };
  return (typeof code === "string" ? consequences[code] : undefined) ?? "again";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
