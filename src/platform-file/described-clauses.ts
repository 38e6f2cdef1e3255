/** The clauses of a contract as files and the API write them: keys, rules and defaults. Policies and versions write the same ones. */
import { creditModes, exclusionKinds } from "../domain/sla/promise/clauses.ts";
import { unknownRules } from "../domain/sla/measure/commitment.ts";
import { roundings } from "../domain/sla/figures/exact.ts";
import { granularities } from "../domain/sla/figures/minute-rule.ts";
import { clocks } from "../domain/support/response-target.ts";
import { shownStates } from "../domain/support/support-plan.ts";
import { decimal, money, percent, responseTarget, share, wordOrNone } from "./agreement-words.ts";
import { hours } from "./described-calendar.ts";
import { duration, flag, wholeNumber, word } from "./scalars.ts";
import { choice, key, list, section, table } from "./shapes.ts";
import { targetPercent } from "./target-percent.ts";
import { description, slug, timeZone, title } from "./words.ts";

const dayMs = 86_400_000;
const yearMs = 366 * dayMs;

const services = list("a list of services", slug, 1);

const covers = choice('"*", a list of services, or a section with services and groups', {
  scalar: word(["*"]),
  list: services,
  mapping: section("services and groups", {
    services: key(services, "Services by slug."),
    groups: key(list("a list of groups", slug, 1), "Groups by slug: every service in them, also later ones."),
  }),
});

const rollUp = choice('"any_down", "all_down", or a section', {
  scalar: word(["any_down", "all_down"]),
  mapping: section(
    "how several services count",
    {
      at_least: key(wholeNumber("a number of services", 1, 10_000), "Down when at least so many are."),
      weights: key(
        table("weights by service", slug, decimal("a weight of at least 0", null), 1),
        "Each service's downtime by its weight, exact.",
      ),
    },
    { oneOf: ["at_least", "weights"] },
  ),
});

const limits = {
  notice: key(duration(0, yearMs), "Announced at least so long ahead of its start. Default: 0s."),
  longest: key(duration(60_000, 31 * dayMs), "How long a window may be. Default: any length."),
  per_quarter: key(
    wholeNumber("a number of windows", 0, 1_000),
    "Windows in a calendar quarter. Default: any number.",
  ),
  outside_hours: key(hours, "Hours that windows have to stay out of. Default: none."),
};

const maintenance = section("what is said of maintenance", {
  exclude: key(
    flag(),
    "Whether windows that keep to the following are taken out of the count. Default: false.",
  ),
  ...limits,
  longer: key(
    word(["truncate", "reject"]),
    "Of a longer window the first part is excluded, or nothing. Default: truncate.",
  ),
  denominator: key(
    word(["keep", "remove"]),
    "Excluded time counts as available, or leaves the denominator. Default: keep.",
  ),
  checks: key(
    section("promises on the windows", limits),
    "What planned windows are checked against before they are published, excluded or not. Default: nothing.",
  ),
});

const claim = section(
  "until when it is to be claimed",
  {
    days_after_cycle: key(wholeNumber("a number of days", 1, 366), "Days after the cycle."),
    end_of_following_cycle: key(
      wholeNumber("a number of cycles", 1, 12),
      "Until the end of so many cycles later.",
    ),
    business_days_after_incident: key(
      section(
        "days and hours",
        {
          days: key(wholeNumber("a number of days", 1, 366), "Business days."),
          hours: key(hours, "Their calendar."),
        },
        { required: ["days", "hours"] },
      ),
      "Business days after the incident.",
    ),
  },
  { oneOf: ["days_after_cycle", "end_of_following_cycle", "business_days_after_incident"] },
);

/** Below so much, so many percent of the fee. */
export const bands = list(
  "a list of bands",
  section(
    "a band",
    {
      below: key(percent, "Availability below which it applies."),
      percent: key(percent, "Percent of the fee."),
    },
    { required: ["below", "percent"] },
  ),
  1,
);

const credit = choice('"none" or a section', {
  scalar: word(["none"]),
  mapping: section("what is paid when the promise is broken", {
    table: key(slug, "A market-typical table of bands, by its name (GET /api/v1/policies lists them)."),
    bands: key(bands, "Thresholds fall, percents rise; the lowest threshold that was missed counts."),
    proportional: key(
      section("in proportion to the downtime", {
        multiplier: key(
          decimal("a multiplier of at least 0", null),
          "Times the fee of the downtime. Default: 1.",
        ),
        affected_ratio: key(decimal("a share from 0 to 1", 1), "Share of users affected. Default: 1."),
      }),
      "The fee of the downtime, times a multiplier.",
    ),
    mode: key(word(creditModes), "Paid without asking, or when claimed. Default: on_claim."),
    claim: key(claim, "Until when it is to be claimed. Default: whenever."),
    fee_basis: key(
      word(["contract", "service"]),
      "Whose fee: the contract's, or the affected service's. Default: contract.",
    ),
    proration: key(word(["none", "by_time"]), "Fee of a cycle that is covered in part. Default: by_time."),
    rounding: key(word(roundings), "To minor units. Default: half_even."),
    cap: key(percent, "Most of the fee that a cycle gives back, in percent. Default: 100."),
    rolling_cap: key(
      section(
        "a cap over months",
        {
          amount: key(money, "The most."),
          months: key(wholeNumber("a number of months", 1, 120), "In so many months."),
        },
        { required: ["amount", "months"] },
      ),
      "Most that a rolling term gives back. Default: no such cap.",
    ),
    minimum: key(money, "Only a greater credit is issued. Default: any."),
    clawback: key(flag(), "Whether a revision may take back what was credited. Default: false."),
  }),
});

const priority = section("a priority", {
  title: key(title, "What people call it. Default: made of the slug."),
  meaning: key(description, "When it applies."),
  shows: key(wordOrNone(shownStates), "State that the page shows of affected services. Default: none."),
  response: key(responseTarget, "First answer. Default: as the plan says for all."),
  resolution: key(responseTarget, "Solved. Default: as the plan says for all."),
});

const supportPlan = section("a support plan", {
  title: key(title, "What people call it. Default: made of the slug."),
  hours: key(hours, "Its working hours."),
  clock: key(
    word(clocks),
    "Which time passes where a deadline does not say. Default: working with hours, clock without.",
  ),
  response: key(responseTarget, "First answer to any enquiry."),
  resolution: key(responseTarget, "Any enquiry solved."),
  starts: key(slug, "Priority of an enquiry that nobody assessed yet."),
  includes: key(slug, 'A plan whose promises hold as well; whatever is due first counts. Default: "none".'),
  priorities: key(table("priorities by slug", slug, priority), "The severity table."),
});

const support = choice('"none" or a section', {
  scalar: word(["none"]),
  mapping: section("what is promised of support", {
    plan: key(slug, "The plan of this contract, one of plans. Default: the first."),
    plans: key(table("support plans by slug", slug, supportPlan, 1), "The plans there are."),
    timer_from: key(
      word(["opening", "change"]),
      "From when deadlines count after a change of priority. Default: opening.",
    ),
    outside_hours: key(title, "Who is reached outside of the hours."),
    faults_without_plan: key(flag(), "Whether faults are worked on without a plan too. Default: false."),
    escalation: key(
      list(
        "a list of steps",
        section(
          "a step",
          {
            to: key(title, "Who is told."),
            after: key(
              duration(0, yearMs),
              "When nobody has helped for so long. Default: no figure is promised.",
            ),
            priorities: key(list("a list of priorities", slug), "For these priorities. Default: all."),
          },
          { required: ["to"] },
        ),
      ),
      "What follows when nobody helps. Default: nothing.",
    ),
  }),
});

const category = section("a category of trouble", {
  title: key(title, "What people call it. Default: made of the slug."),
  meaning: key(description, "The contract's definition."),
  shows: key(wordOrNone(shownStates), "State that the page shows of affected services. Default: none."),
});

const promises = section("what is promised of the watching itself", {
  monitoring: key(
    wordOrNone(["platform", "covered"]),
    "Every service of the platform is monitored, or the covered ones. Default: none.",
  ),
  status_page: key(flag(), "A status page that can be read at any time. Default: false."),
  references: key(flag(), "A reference of its own for every enquiry. Default: false."),
  open_reports: key(flag(), "Anyone may report a fault, under every agreement. Default: false."),
  operations_report: key(wordOrNone(["weekly"]), "A report on operations to management. Default: none."),
  standing: key(word(["guarantee", "best_efforts"]), "What the promise is. Default: guarantee."),
});

/** Every clause by its name. */
export const clauseKeys = {
  covers: key(covers, 'What is promised: "*", services, or groups. Default: "*", all services.'),
  roll_up: key(rollUp, "When several services count as down. Default: any_down."),
  target: key(targetPercent, 'Uptime of a cycle in percent, or "none". Default: that of the platform.'),
  time_zone: key(timeZone, "Zone of cycles, quarters and dates. Default: that of the platform."),
  anchor_day: key(
    wholeNumber("a day", 1, 31),
    "Day of the month on which a cycle starts. Default: that of the platform.",
  ),
  service_hours: key(
    choice('"always", the slug of a calendar, or a calendar', { scalar: slug, mapping: hours.mapping }),
    'Only these hours count. Default: "always".',
  ),
  maintenance: key(maintenance, "Maintenance and the count. Default: it counts like any other time."),
  exclusions: key(
    list("a list of kinds", word(exclusionKinds)),
    "Kinds of time that may be taken out of the count, each case approved by two people. Default: none.",
  ),
  unknown: key(word(unknownRules), "What unmeasured time is: up, down, or removed. Default: up."),
  minutes: key(word(granularities), "Downtime by the ms, or by minutes. Default: exact_ms."),
  min_outage: key(duration(0, dayMs), "Shorter outages do not count. Default: 0s."),
  degraded_weight: key(share, "Share of degraded time that is downtime, 0 to 1. Default: 0."),
  outage_figure: key(
    word(["lower", "observed", "upper"]),
    "Which length of an outage counts. Default: observed.",
  ),
  verdict_rounding: key(
    choice('"none" or a section', {
      scalar: word(["none"]),
      mapping: section(
        "how the percentage is rounded before it is compared",
        {
          decimals: key(wholeNumber("a number of decimals", 0, 9), "Decimals."),
          mode: key(word(roundings), "Default: half_up."),
        },
        { required: ["decimals"] },
      ),
    }),
    'Compare a rounded percentage. Default: "none", the exact one.',
  ),
  fee: key(money, 'Net fee of a whole cycle, like "4000.00 DKK". Default: none agreed.'),
  credit: key(credit, 'What is paid when the promise is broken. Default: "none".'),
  correction_window: key(
    wholeNumber("a number of days", 0, 3_660),
    "Days after a cycle in which it may be corrected without an admin. Default: 90.",
  ),
  support: key(support, "Support plans, priorities and escalation. Default: none."),
  categories: key(
    table("categories by slug", slug, category),
    "What the contract calls trouble of which kind. Default: none.",
  ),
  promises: key(promises, "What is promised of the watching itself. Default: nothing."),
};

/** All of them as one section, for what is merged of several. */
export const clauseSection = section("clauses", clauseKeys);
