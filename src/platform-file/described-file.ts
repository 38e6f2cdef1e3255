/**
 * The platform file, described once: its sections, keys, types, rules and defaults. The reader (reader.ts) and the JSON Schema for
 * editors (schema.ts) both follow it; definition.ts turns what was read into a PlatformDefinition.
 */
import { timeOfDay } from "./agreement-words.ts";
import { alertingKeys } from "./described-alerting.ts";
import { brand } from "./described-brand.ts";
import { calendar } from "./described-calendar.ts";
import { incidents } from "./described-incidents.ts";
import { channel } from "./described-channels.ts";
import { contract, customer } from "./described-contract.ts";
import { page, rootPage } from "./described-pages.ts";
import { describedKinds } from "./described-kinds.ts";
import { duration, either, flag, turned, wholeNumber, word } from "./scalars.ts";
import { choice, key, list, oneOrMore, section, table } from "./shapes.ts";
import { targetPercent } from "./target-percent.ts";
import { includedPath } from "./includes.ts";
import { selfCheck } from "./self-check.ts";
import {
  checkName,
  description,
  httpUrl,
  languages,
  mailAddress,
  pageAddress,
  secretReference,
  slug,
  timeZone,
  title,
  weekday,
  webOrMail,
} from "./words.ts";

const hourMs = 3_600_000;

const neverSlow = turned(word(["never"]), () => ({ value: null }));
const slowAbove = either<number | null, null>(
  'a duration from 1ms to 1m, or "never"',
  duration(1, 60_000),
  neverSlow,
  ({ value }) => typeof value !== "string" || /^\d/.test(value),
);

const rounds = wholeNumber("a number of rounds", 1, 100);

const asking = {
  interval: key(
    duration(1_000, 24 * hourMs),
    "From one asking to the next, 1s to 24h. Default: 15s; 1h for tls.",
  ),
  timeout: key(
    duration(50, 60_000),
    "How long an answer may take, 50ms to 1m and not longer than the interval. Default: 10s, or the interval if that is shorter.",
  ),
  slow_above: key(slowAbove, 'An answer that takes longer is slow (degraded). Default: "never".'),
  family: key(word(["any", "ipv4", "ipv6"]), "Addresses that may be used. Default: any."),
  locations: key(
    oneOrMore("a location or a list of locations", slug),
    "Where it is asked from. Default: all locations; the first one for a check-in.",
  ),
  confirm: key(
    choice("a number of rounds or a section", {
      scalar: rounds,
      mapping: section("how a change is confirmed", {
        down: key(rounds, "Failing rounds in a row that make it down. Default: 2."),
        up: key(rounds, "Good rounds in a row that make it up. Default: 1."),
        locations: key(
          wholeNumber("a number of locations", 1, 100),
          "Locations that must see the failure. Default: 2, or 1 where there is only one.",
        ),
      }),
    }),
    "Rounds that confirm a change; a number alone is confirm.down.",
  ),
};

/** One check, also where it is written by itself (written-service.ts). */
export const check = section(
  "a section with one kind of check, like http",
  {
    ...describedKinds,
    ...asking,
    counts: key(flag(), "Whether it decides the state of its service. Default: true; false for tls."),
    parent: key(checkName, 'The check whose trouble explains this one\'s: "service/check". Default: none.'),
  },
  { oneOf: Object.keys(describedKinds) as (keyof typeof describedKinds)[] },
);

export const service = section(
  "a section with checks",
  {
    title: key(title, "As the page names it. Default: made of the slug."),
    description: key(description, "A sentence below the title. Default: none."),
    group: key(slug, "Slug of its group. Default: it stands alone."),
    private: key(
      flag(),
      "Whether it is shown only on pages that name it, never on the public one. Default: as its group; else false.",
    ),
    checks: key(table("checks by slug", slug, check, 1), "What decides its state, by slug."),
  },
  { required: ["checks"] },
);

/** A title alone, or a section. */
const group = choice("a title or a section", {
  scalar: title,
  mapping: section("a title and a description", {
    title: key(title, "As the page names it. Default: made of the slug."),
    description: key(description, "A sentence below the title. Default: none."),
    private: key(
      flag(),
      "Whether its services are shown only on pages that name it or them, never on the public one. Default: false.",
    ),
  }),
});

/** What the main file and every file it includes may hold. */
const shared = {
  locations: key(
    table(
      "locations by slug",
      slug,
      choice("a title or a section", {
        scalar: title,
        mapping: section("a location", {
          title: key(title, "As the page names it. Default: made of the slug."),
          self_check: key(
            selfCheck,
            "Addresses for the self-check of its probes. Default: those of the platform.",
          ),
        }),
      }),
      1,
    ),
    'Where is asked from, by slug. Default: one, "local".',
  ),
  groups: key(table("groups by slug", slug, group), "Groups of services, by slug, in the order of the page."),
  defaults: key(
    section("defaults of all checks", asking),
    "What every check has unless it says otherwise; a timeout here is cut to the check's interval.",
  ),
  services: key(
    table("services by slug", slug, service),
    "What customers see, by slug, in the order of the page.",
  ),
  calendars: key(table("calendars by slug", slug, calendar), "Hours by which contracts count, by slug."),
  customers: key(table("customers by slug", slug, customer), "Who contracts are made with, by slug."),
  contracts: key(table("contracts by slug", slug, contract), "What customers are promised, by slug."),
  channels: key(
    table("channels by slug", slug, channel),
    "Ways to tell people what needs them, by slug. Default: those of the environment (ALERT_EMAIL, ALERT_WEBHOOK_URL).",
  ),
  ...alertingKeys,
  include: key(
    oneOrMore("a file or a list of files", includedPath),
    "Files that say more of the same, relative to the one that includes them.",
  ),
};

/** The whole file. */
export const platformFile = section(
  'a section with "platform" and "services"',
  {
    platform: key(
      section(
        "the platform",
        {
          name: key(title, "As the page names it."),
          address: key(pageAddress, "Public address of the page. Default: as BASE_URL says."),
          time_zone: key(timeZone, "Zone of days, months and billing cycles. Default: UTC."),
          languages: key(
            list("a list of languages", word(languages), 1),
            "Languages of the page, the first is the default. Default: [en].",
          ),
          self_check: key(
            selfCheck,
            "Addresses that nobody here owns, https:// or tcp://host:port: when a probe reaches none of them, it is its own network that is lost. Default: none.",
          ),
          evidence: key(
            section("who keeps the roots of evidence", {
              recipients: key(
                list("a list of mail addresses", mailAddress),
                "Each day's root is mailed to them. Default: nobody.",
              ),
              webhook: key(
                section(
                  "an address and its secret",
                  {
                    url: key(httpUrl, "Each day's root is sent there, signed (standardwebhooks.com)."),
                    secret: key(
                      secretReference,
                      'What it is signed with, as a reference like "${env:EVIDENCE_WEBHOOK_SECRET}" to whsec_ and base64.',
                    ),
                  },
                  { required: ["url", "secret"] },
                ),
                "Where else it is sent. Default: nowhere.",
              ),
              timestamp: key(
                httpUrl,
                "Address of a time-stamp authority (RFC 3161) that is asked to stamp each root. Default: none.",
              ),
            }),
            "Who keeps the root that every day's evidence comes to, so that nobody can rewrite it unnoticed. Default: nobody.",
          ),
          account_managers: key(
            list("a list of mail addresses", mailAddress),
            "Who answers for contracts: they are told of every month, and answers to its reports go to the first of them. Default: nobody.",
          ),
          operations_report: key(
            section(
              "who is told of every week",
              {
                to: key(list("a list of mail addresses", mailAddress, 1), "Whom it is mailed to."),
                day: key(weekday, "Day on which the week before is told of. Default: monday."),
                at: key(timeOfDay, "At this time of that day, in quotes. Default: 07:00."),
                language: key(word(languages), "Language of the report. Default: the first of the platform."),
              },
              { required: ["to"] },
            ),
            "A weekly report on operations: services, outages, incidents, maintenance, probes and contracts. Default: none.",
          ),
          security: key(
            section(
              "whom to tell of a weakness",
              {
                contact: key(
                  oneOrMore("an address or a list of addresses", webOrMail),
                  "Where to write: mailto: or https://, the preferred one first.",
                ),
                policy: key(webOrMail, "How reports are dealt with, as a page. Default: none."),
                acknowledgments: key(webOrMail, "Where those who reported are thanked. Default: nowhere."),
              },
              { required: ["contact"] },
            ),
            "What /.well-known/security.txt says (RFC 9116). Default: there is none.",
          ),
          brand: key(brand, "What the platform looks like to its customers. Default: like Fournines."),
          commitment: key(
            section("what is promised", {
              target: key(targetPercent, 'Monthly uptime in percent, or "none". Default: 99.99.'),
              anchor_day: key(
                wholeNumber("a day", 1, 31),
                "Day of the month on which a billing cycle starts. Default: 1.",
              ),
            }),
            "What customers are promised where no contract says otherwise.",
          ),
        },
        { required: ["name"] },
      ),
      "The platform itself.",
    ),
    incidents: key(
      incidents,
      "How incidents are declared. Default: as usual, and nothing speaks for itself.",
    ),
    page: key(rootPage, "Who may see the page at the root. Default: everybody."),
    pages: key(
      table("pages by slug", slug, page, 1),
      "Pages for audiences of their own, at /pages/ and their slug, beside the public one. Default: none.",
    ),
    ...shared,
  },
  { required: ["platform", "services"], extensible: true },
);

/** A file that another one includes. */
export const includedFile = section("a section with services, contracts or the like", shared, {
  extensible: true,
});
