/** How a letter came back, or that its reader complained of it, in the language of the console. */
import { isForGood, type ReturnedMail } from "../../domain/status/suppression.ts";
import type { ConsoleContext } from "./room.ts";

export function returnWords(returned: ReturnedMail, { language: { say } }: ConsoleContext): string {
  if (returned.kind === "complaint") {
    return say("console.mail.why.complaint");
  }
  const { status } = returned;
  return say(isForGood(status) ? "console.mail.why.nobody" : "console.mail.why.undelivered", { status });
}
