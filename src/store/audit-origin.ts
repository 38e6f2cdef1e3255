/**
 * Where the change that is being made came from. It is known at the edge and of interest to the audit alone, so it travels beside the
 * call and through no signature: no rule may depend on it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Origin } from "../domain/audit/audit-chain.ts";

const here: Origin = { address: "", agent: "", requestId: "" };

const storage = new AsyncLocalStorage<Origin>();

/** Does the work as something that came from there. */
export function cameFrom<Result>(origin: Origin, work: () => Result): Result {
  return storage.run(origin, work);
}

/** Where what is being done came from; all "": from the program itself. */
export function currentOrigin(): Origin {
  return storage.getStore() ?? here;
}
