/** The door of the console, as every way in shows it anew: with what was typed, or with a link that waits. */
import type { Context } from "hono";
import type { Form } from "./form.ts";
import type { ConsoleEnv } from "./room.ts";

/** Shows the door: with what was typed, or a link that waits to be followed. */
export type Door = (
  c: Context<ConsoleEnv>,
  form: Form,
  link: LinkShown | null,
  status?: number,
  byToken?: boolean,
) => Response;

/** A link that waits to be followed. */
interface LinkShown {
  sealed: string;
  name: string;
}
