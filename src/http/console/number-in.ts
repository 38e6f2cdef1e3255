/** Numbers in addresses of the console: what is none names nothing. */
import { NotFound } from "../../domain/errors.ts";

/** @throws NotFound with this code when the text is no number of ours */
export function numberIn(text: string, code: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new NotFound(code, "There is nothing under this number.");
  }
  return Number(text);
}
