/** What the demo's office says where a month asks for words: why an outage had no incident, and how time that nobody saw is to be read. */
import type { CycleNeed, Difference } from "../../domain/sla/close/cycle-state.ts";
import { draw } from "../draw.ts";
import { type Origin, spanOf } from "../history/span.ts";
import { intervalOf, placed, toldSilences, type ToldName } from "../history/told-troubles.ts";
import { launchOf } from "../platform.ts";

const ofTold: Partial<Record<ToldName, string>> = {
  "sign-in certificate":
    "A certificate ran out and was renewed within three minutes, before an incident could be written.",
  "api certificates":
    "Certificates between our own machines were exchanged in the wrong order. Told to the two customers who asked.",
  "mail relay blocked":
    "Our provider blocked outgoing mail by mistake. Messages waited and were sent; nobody was told.",
  "power cut":
    "A power cut in the first data centre; the second took over by hand. The provider's letter lies with the exclusion.",
  "mail relay blocked again":
    "The same block by our provider as two months before. A second provider has been engaged.",
  "zone not loaded": "One name server did not load a zone; resolvers asked the others.",
  "zone signed late":
    "The keys of a zone were exchanged too late; answers could not be validated for nine minutes.",
};

const ofSmall = [
  "One machine was restarted; too short to write an incident about.",
  "A release was rolled out without waiting for the machine before. The order has been put right.",
  "A short interruption at our network provider, confirmed by them afterwards.",
];

/** The outage that nobody has explained yet. */
export const unexplained: ToldName = "mail unheard of";

/** Why measurement and words differ there. */
export function explanationOf({ kind, start, end }: Difference, origin: Origin): string {
  if (kind === "incident_without_outage") {
    return "Only documents of one customer were missing. The service itself answered all the time.";
  }
  const names = Object.keys(ofTold) as ToldName[];
  const told = names.find((name) => {
    const trouble = intervalOf(origin, name);
    return trouble.start < end && start < trouble.end;
  });
  const small = Math.floor(draw(origin.seed, 900, start) * ofSmall.length);
  return told === undefined ? ofSmall[small]! : ofTold[told]!;
}

/** Whether it is the one that still waits for words. */
export function isUnexplained(need: CycleNeed, origin: Origin): boolean {
  const { start, end } = intervalOf(origin, unexplained);
  return need.need === "explanation" && need.difference.start < end && start < need.difference.end;
}

/** How a verdict that hangs on unmeasured time was decided, by what was unmeasured in the cycle. */
export function decisionOn(
  { start, end, services }: { start: number; end: number; services: readonly string[] },
  origin: Origin,
): string {
  const within = (at: number) => at > start && at < end;
  if (toldSilences.some((silence) => within(placed(origin, silence).start))) {
    return "The machine of the probe was being moved. Our own logs show that requests were answered throughout; they are kept with the contract.";
  }
  if (
    services.some((slug) => within(launchOf(slug, origin)) && launchOf(slug, origin) > spanOf(origin).start)
  ) {
    return "A service was launched during this cycle. Before, there was nothing that could have been available.";
  }
  return "The archive answered while the search was away: its own access log shows 1,900 documents read in that time.";
}
