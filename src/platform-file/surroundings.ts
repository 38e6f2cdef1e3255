/** What a platform file is read among: the machine that reads it, the probes that are known, and files beside it. */
import type { KnownAsker } from "./askers.ts";
import type { ReadBeside } from "./includes.ts";
import type { SecretReference } from "./secrets.ts";

/** What the machine that reads the file can do, and what is known of the probes elsewhere. */
export interface Surroundings {
  capabilities: { icmp: boolean };
  /** Probes that are known: a location that has some must be able to ask what it is to ask. */
  askers?: readonly KnownAsker[];
  /** Where given, every secret reference must have a value. */
  readSecret?: (reference: SecretReference) => string | undefined;
  /** Gives the bytes of a file that is named; absent: none can be read. */
  readFile?: ReadBeside;
}
