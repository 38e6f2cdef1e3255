/**
 * Refusals: the product says no, for a reason the caller can mend. Thrown where the rule lives, by every layer; http/problem.ts and the
 * command line turn them into words. Anything else that is thrown is a defect.
 */

/** One thing that is wrong, and where. */
export interface Fault {
  /** JSON pointer into what was given ("/checks/0/interval"); "" = the whole of it. */
  pointer: string;
  /** The rule that is broken, as a sentence for a person. */
  detail: string;
}

/** What the five classes share. `code` is stable and machine-readable (snake_case); `message` is a sentence for a person. */
export abstract class Refusal extends Error {
  readonly code: string;
  readonly fields: readonly Fault[];

  constructor(code: string, message: string, fields: readonly Fault[] = [], options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.fields = fields;
  }
}

/** What was given breaks a rule of its own. */
export class InvalidInput extends Refusal {}

/** What was named does not exist, or not for this caller. */
export class NotFound extends Refusal {}

/** Fine by itself, but not with what already stands. */
export class Conflict extends Refusal {}

/** The caller is known and may not do this. */
export class Forbidden extends Refusal {}

/** The caller is not known: no credentials, or wrong ones. */
export class Unauthenticated extends Refusal {}
