/**
 * The body of a form, as it was sent: names with what was typed. Between whatever takes a form and what the framework makes of a body, which
 * takes one that is no form for a defect of ours.
 */
import type { Context } from "hono";
import { InvalidInput } from "../domain/errors.ts";

/** Several values where a name was sent several times. */
export type FormBody = Record<string, string | File | (string | File)[]>;

/**
 * Of a multipart or urlencoded body.
 *
 * @throws InvalidInput malformed_form where its parts are not what its Content-Type says
 */
export async function formBody(c: Context): Promise<FormBody> {
  try {
    return await c.req.parseBody({ all: true });
  } catch (cause) {
    if (cause instanceof TypeError) {
      const message = "This is no form that can be read: its parts are not what its Content-Type says.";
      throw new InvalidInput("malformed_form", message, [], { cause });
    }
    throw cause;
  }
}
