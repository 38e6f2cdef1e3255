/**
 * Forms of the console and the portal: what was typed, what was wrong with it and at which field. Nothing typed is lost: a refused form
 * comes back with its values and its faults.
 */
import type { Context } from "hono";
import { type Fault, InvalidInput, Refusal } from "../../domain/errors.ts";
import { formBody } from "../form-body.ts";
import { toProblem, problemKinds } from "../problem.ts";
import { tellWhen, type TooOften } from "../too-often.ts";

/** Values of a form by name: the last of each that was sent, all of those that may be sent several times. */
export interface Typed {
  /** What was typed at this field; "": nothing. */
  one(name: string): string;
  all(name: string): string[];
}

/** A form as its template shows it. */
export interface Form {
  typed: Typed;
  /** What is wrong with the field of this name; "": nothing. */
  faultAt(name: string): string;
  /** What is wrong with the whole; "": nothing. */
  refusal: string;
  /** The faults that belong to no field of the form. */
  others: string[];
}

/** Of a multipart or urlencoded body; files are not taken. @throws InvalidInput malformed_form */
export async function readForm(c: Context): Promise<Typed> {
  const body = await formBody(c);
  const all = (name: string) => [body[name] ?? []].flat().filter((value) => typeof value === "string");
  return { all, one: (name) => all(name).at(-1) ?? "" };
}

/** A form before anybody typed: with what is proposed. */
export function freshForm(proposed: Readonly<Record<string, string | readonly string[]>> = {}): Form {
  const all = (name: string) => [proposed[name] ?? []].flat();
  return {
    typed: { all, one: (name) => all(name).at(-1) ?? "" },
    faultAt: () => "",
    refusal: "",
    others: [],
  };
}

/** The form as it comes back from a refusal, and the status to answer with; what is no refusal goes on as the defect it is. */
export function refusedForm(
  typed: Typed,
  fields: readonly string[],
  error: unknown,
): { form: Form; status: number } {
  if (!(error instanceof Refusal)) {
    throw error;
  }
  const nameOf = ({ pointer }: Fault) => pointer.replace(/^[/?]/, "").split("/")[0]!;
  const others = error.fields.filter((fault) => !fields.includes(nameOf(fault)));
  return {
    form: {
      typed,
      faultAt: (name) =>
        error.fields
          .filter((fault) => nameOf(fault) === name)
          .map(({ detail }) => detail)
          .join(" "),
      refusal: error.message,
      others: others.map(({ detail }) => detail),
    },
    status: problemKinds[toProblem(error).kind].status,
  };
}

/** The form as it comes back when it was sent too often: with what was typed, and when to send it again. To be answered with 429. */
export function formTooOften(c: Context, typed: Typed, error: TooOften): Form {
  tellWhen(c, error);
  return { ...freshForm(), typed, refusal: error.message };
}

/**
 * Refuses what hurts until somebody says that they mean it: whatever destroys, ends or reaches customers, and has no button that undoes it,
 * is sent with a tick beside its button (views/console/parts/confirm.eta, hurting.eta).
 *
 * @throws InvalidInput not_confirmed
 */
export function refuseUnmeant(typed: Typed, detail = "Tick that you mean it."): void {
  if (typed.one("confirmed") !== "yes") {
    throw new InvalidInput("not_confirmed", detail, [{ pointer: "/confirmed", detail }]);
  }
}

/** The same of a button, at which nothing is typed. */
export function refusedButton(error: unknown): { form: Form; status: number } {
  return refusedForm(freshForm().typed, [], error);
}

/** What was typed, without what is never printed into a page. */
export function withoutSecrets(typed: Typed, secrets: readonly string[]): Typed {
  return {
    all: (name) => (secrets.includes(name) ? [] : typed.all(name)),
    one: (name) => (secrets.includes(name) ? "" : typed.one(name)),
  };
}
