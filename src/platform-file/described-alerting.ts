/** Who is called for which alert, as the platform file says it: routes, escalations, rotas, management. */
import { alertKinds, alertSeverities } from "../domain/alerting/alert.ts";
import { parseTarget } from "../domain/alerting/reach.ts";
import type { RotaLayer } from "../domain/alerting/rota.ts";
import { date, timeOfDay } from "./agreement-words.ts";
import { duration, text, turned, wholeNumber, word, wrong } from "./scalars.ts";
import { choice, key, list, oneOrMore, section, table } from "./shapes.ts";
import { slug, timeZone, title } from "./words.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const times = wholeNumber("a number", 1, 20);

const during = key(slug, "Slug of a calendar: only in its hours. Default: at any time.");
const outside = key(slug, "Slug of a calendar: only outside its hours. Default: at any time.");

/** The first route that fits an alert decides; what none fits goes to the channels of the environment. */
const route = section(
  "a section with an escalation",
  {
    services: key(
      oneOrMore("a service or a list of services", slug),
      "Which services it is for. Default: all.",
    ),
    groups: key(oneOrMore("a group or a list of groups", slug), "Which groups of services. Default: all."),
    kinds: key(
      oneOrMore("a kind or a list of kinds", word(alertKinds)),
      "Which kinds of alert. Default: all.",
    ),
    severity: key(
      oneOrMore("a severity or a list of severities", word(alertSeverities)),
      "How urgent: critical, warning, info. Default: all.",
    ),
    during,
    outside,
    waits_for: key(
      slug,
      "Slug of a calendar: what comes outside its hours calls nobody before they begin. Default: it calls at once.",
    ),
    escalation: key(slug, "Slug of the escalation that it takes."),
  },
  { required: ["escalation"] },
);

const targetWhat =
  'a target like "channel:ops-chat", "rota:platform", "person:anna@acme.example" or "management"';
const target = text({
  what: targetWhat,
  pattern: "(channel|rota):[a-z0-9]+(-[a-z0-9]+)*|person:[^\\s]+|management",
  max: 340,
  refuse: (written) => (parseTarget(written) === null ? `must be ${targetWhat}` : null),
});

const step = section(
  "a step with those it calls",
  {
    after: key(duration(0, 7 * 24 * hourMs), "How long after the alert began to call. Default: at once."),
    unless: key(
      word(["acknowledged", "over"]),
      "What makes it needless: that somebody acknowledged, or only that it is over. Default: acknowledged.",
    ),
    tell: key(oneOrMore("a target or a list of targets", target), "Whom it calls."),
  },
  { required: ["tell"] },
);

const escalation = section(
  "a section with steps",
  {
    title: key(title, "What people call it. Default: made of the slug."),
    steps: key(
      list("a list of steps", step, 1),
      "Whom it calls first, and what follows when nobody answers.",
    ),
    repeat: key(
      choice("a number from 1 to 20, or a section", {
        scalar: times,
        mapping: section(
          "how often its steps begin again",
          {
            times: key(times, "How often."),
            after: key(
              duration(minuteMs, 24 * hourMs),
              "How long after the last step. Default: as long as between the last two, or 10m.",
            ),
          },
          { required: ["times"] },
        ),
      }),
      "How often its steps begin again while nobody acknowledges. Default: never.",
    ),
  },
  { required: ["steps"] },
);

/** "week", "2 weeks". */
const everySo = turned<string, RotaLayer["every"]>(
  text({
    what: 'a length of turns like "day", "week" or "2 weeks"',
    pattern: "day|week|\\d{1,2} (days|weeks)",
    max: 10,
  }),
  (written) => {
    const [count, unit] = written.includes(" ") ? written.split(" ") : ["1", written];
    return Number(count) > 0
      ? { value: { count: Number(count), unit: unit!.startsWith("day") ? "day" : "week" } }
      : wrong("must be a length of turns of at least a day");
  },
);

const personName = text({
  what: "a person: the mail address they sign in with, or their number here",
  pattern: "[^\\s@]+@[^\\s@]+|p_[a-z0-9]{16}",
  max: 320,
});

const members = list(
  "a list of people",
  choice("a person, or a section", {
    scalar: personName,
    mapping: section(
      "a person and what reaches them",
      {
        person: key(personName, "Who it is."),
        by: key(
          oneOrMore("a channel or a list of channels", slug),
          "Channels that reach them. Default: their own mail.",
        ),
      },
      { required: ["person"] },
    ),
  }),
  1,
);

const turns = {
  members: key(members, "Who takes turns, in this order."),
  every: key(everySo, "How long a turn lasts. Default: week."),
  starts: key(
    date,
    "Local date on which the first member's first turn begins. Default: 2024-01-01, a Monday.",
  ),
  hand_over: key(timeOfDay, "Wall time at which turns change, in quotes. Default: 09:00."),
};

const rota = section("a section with members or layers", {
  title: key(title, "What people call it. Default: made of the slug."),
  time_zone: key(timeZone, "Zone of its hand-over. Default: that of the platform."),
  ...turns,
  layers: key(
    list(
      "a list of layers",
      section("people who take turns", { ...turns, during, outside }, { required: ["members"] }),
      1,
    ),
    "Several sets of people, where hours of a calendar belong to others: the first that has somebody on duty decides.",
  ),
});

export type SaidRota = typeof rota;

/** Sections at the top of a platform file. */
export const alertingKeys = {
  routes: key(
    table("routes by slug", slug, route),
    "Which alert takes which escalation: the first route that fits. Default: every alert goes to the channels of the environment.",
  ),
  escalations: key(
    table("escalations by slug", slug, escalation),
    "Whom an alert calls, and what follows when nobody answers, by slug.",
  ),
  rotas: key(table("rotas by slug", slug, rota), "Who is on duty when, by slug."),
  management: key(
    oneOrMore("a channel or a list of channels", slug),
    'Channels that reach management, for the target "management".',
  ),
};
