/** What a cycle still needs before it can be final, in the reader's words: one line for each kind of need. */
import { type CycleNeed, needsPerson } from "../../domain/sla/close/cycle-state.ts";
import { joinNames, linkMarkup, type Markup, sayMarkup, timeMarkup } from "../pages/markup.ts";
import { reportWords } from "./report-words.ts";
import type { ConsoleContext } from "./room.ts";

/** A need as a line of a list. */
export interface NeedLine {
  text: Markup;
  /** Only a person can meet it. */
  isPersons: boolean;
}

/** The lines of a cycle's needs, in their order. */
export function needLines(needs: readonly CycleNeed[], context: ConsoleContext): NeedLine[] {
  const grouped = Map.groupBy(needs, groupOf);
  return [...grouped.values()].map((some): NeedLine => {
    const [first] = some as [CycleNeed];
    return { text: inWords(first, some, context), isPersons: needsPerson(first) };
  });
}

function groupOf(need: CycleNeed): string {
  return need.need === "explanation" ? need.difference.kind : need.need;
}

function inWords(first: CycleNeed, some: readonly CycleNeed[], context: ConsoleContext): Markup {
  const { language } = context;
  const at = (instant: number) => timeMarkup(instant, "moment", context);
  switch (first.need) {
    case "cycle_end":
      return sayMarkup(language, "console.need.cycleEnd", { at: at(first.at) });
    case "settle_time":
      return sayMarkup(language, "console.need.settleTime", { at: at(first.at) });
    case "proposal": {
      const references = some.flatMap((need) => (need.need === "proposal" ? [need.reference] : []));
      const links = references
        .map((one) => linkMarkup(one, `${context.base}/proposals/${one}`).html)
        .join(", ");
      return sayMarkup(language, "console.need.proposal", { n: references.length, which: { html: links } });
    }
    case "explanation": {
      const services = some.flatMap((need) => (need.need === "explanation" ? [need.difference.service] : []));
      const which = joinNames([...new Set(services)], language);
      const key =
        first.difference.kind === "outage_without_incident"
          ? "console.need.outages"
          : "console.need.incidents";
      return sayMarkup(language, key, { n: some.length, which });
    }
    case "decision": {
      const { low, high } = first.figures.bounds;
      const words = reportWords(context);
      return sayMarkup(language, "console.need.decision", {
        low: words.percent(low),
        high: words.percent(high),
      });
    }
  }
}
