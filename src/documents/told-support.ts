/** What a contract promises beside its figure, in the customer's language: support, kinds of trouble, standing (told-clauses.ts). */
import {
  type CategoryDefinition,
  type ContractClauses,
  type HoursClause,
} from "../domain/sla/promise/clauses.ts";
import type { ResponseTarget } from "../domain/support/response-target.ts";
import { plansInForce, type SupportPlan, type SupportTerms } from "../domain/support/support-plan.ts";
import type { ReportLanguage } from "./report-language.ts";
import { type CalendarNamed, toldHours } from "./told-calendar.ts";
import type { ToldClause } from "./told-clause.ts";

/** The contract's plan and those it includes, and what follows when nobody helps; nothing where no support is agreed. */
export function toldSupport(
  support: SupportTerms<HoursClause> | null,
  calendarNamed: CalendarNamed,
  language: ReportLanguage,
): ToldClause[] {
  if (support === null) {
    return [];
  }
  const { timerFrom, outsideHours, faultsWithoutPlan, escalation } = support;
  const times = [
    language.say(`timer.${timerFrom}`),
    ...(outsideHours === null ? [] : [language.say("support.outside", { who: outsideHours })]),
    ...(faultsWithoutPlan ? [language.say("support.withoutPlan")] : []),
  ];
  const steps = escalation.map(({ to, afterMs }) =>
    afterMs === null ? to : language.say("escalation.after", { ms: language.duration(afterMs), to }),
  );
  return [
    ...plansInForce(support).map((plan) => ({
      name: `${language.say("method.support")}: ${plan.title}`,
      text: toldPlan(plan, support, calendarNamed, language),
    })),
    { name: language.say("method.support.times"), text: times.join("; ") },
    ...(steps.length === 0 ? [] : [{ name: language.say("method.escalation"), text: steps.join("; ") }]),
  ];
}

function toldPlan(
  { hours, response, resolution, priorities, starts, includes }: SupportPlan<HoursClause>,
  { plans }: SupportTerms<HoursClause>,
  calendarNamed: CalendarNamed,
  language: ReportLanguage,
): string {
  const targets = (answered: ResponseTarget | null, solved: ResponseTarget | null) => [
    ...(answered === null
      ? []
      : [language.say("support.answered", { when: toldTarget(answered, language) })]),
    ...(solved === null ? [] : [language.say("support.solved", { when: toldTarget(solved, language) })]),
  ];
  const titleOf = (slug: string) => priorities.find((priority) => priority.slug === slug)?.title ?? slug;
  const included = plans.find(({ slug }) => slug === includes)?.title;
  return [
    ...(hours === null ? [] : [toldHours(hours, calendarNamed, language)]),
    ...targets(response, resolution),
    ...priorities.map((priority) =>
      [priority.title, targets(priority.response, priority.resolution).join(", ")]
        .filter((text) => text !== "")
        .join(": "),
    ),
    ...(starts === null ? [] : [language.say("support.starts", { priority: titleOf(starts) })]),
    ...(included === undefined ? [] : [language.say("support.includes", { plan: included })]),
  ].join("; ");
}

function toldTarget(target: ResponseTarget, language: ReportLanguage): string {
  return target.kind === "within"
    ? language.say(`response.${target.clock}`, { ms: language.duration(target.ms) })
    : language.say(`response.${target.kind}`);
}

/** Kinds of trouble in the contract's own words. */
export function toldCategories(
  categories: readonly CategoryDefinition[],
  language: ReportLanguage,
): ToldClause[] {
  return categories.length === 0
    ? []
    : [
        {
          name: language.say("method.categories"),
          text: categories
            .map(({ title, meaning }) => (meaning === "" ? title : `${title}: ${meaning}`))
            .join("; "),
        },
      ];
}

/** What is promised of the watching itself, and how it is meant. */
export function toldPromises(
  {
    monitoring,
    statusPage,
    references,
    openReports,
    operationsReport,
    standing,
  }: ContractClauses["promises"],
  language: ReportLanguage,
): ToldClause[] {
  const text = [
    language.say(`standing.${standing}`),
    ...(monitoring === null ? [] : [language.say(`promises.monitoring.${monitoring}`)]),
    ...(statusPage ? [language.say("promises.statusPage")] : []),
    ...(references ? [language.say("promises.references")] : []),
    ...(openReports ? [language.say("promises.openReports")] : []),
    ...(operationsReport === null ? [] : [language.say(`promises.operationsReport.${operationsReport}`)]),
  ].join("; ");
  return [{ name: language.say("method.promises"), text }];
}
