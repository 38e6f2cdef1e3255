/** Customers and contracts as files and the API write them. */
import { customerLanguages } from "../domain/sla/promise/customer.ts";
import { date, mailAddress, timeOfDay } from "./agreement-words.ts";
import { clauseKeys } from "./described-clauses.ts";
import { text, wholeNumber, word } from "./scalars.ts";
import { anyNumber, choice, key, list, section } from "./shapes.ts";
import { description, httpUrl, slug, title } from "./words.ts";

const contact = section(
  "a person",
  {
    name: key(title, "Name."),
    role: key(title, "What part they play."),
    email: key(mailAddress, "Mail address."),
    phone: key(
      text({ what: "a telephone number", pattern: "[+0-9 ()./-]+", max: 40 }),
      "Telephone, in quotes.",
    ),
  },
  { required: ["name"] },
);

const recipients = anyNumber("a mail address or a list of them", mailAddress);
const language = word(customerLanguages);

export const customer = choice("a name or a section", {
  scalar: title,
  mapping: section("a customer", {
    name: key(title, "As contracts and reports name it. Default: made of the slug."),
    language: key(language, "Language of its reports. Default: the first of the platform that reports know."),
    recipients: key(recipients, "Whom reports go to where a contract names nobody. Default: nobody."),
    contacts: key(
      list("a list of people", contact),
      "Who asks for support in its name. Default: none named.",
    ),
    notes: key(description, "For those who work with it. Default: none."),
  }),
});

const version = section(
  "a version of the contract",
  {
    effective: key(
      date,
      "Day on which it takes effect: the start of a cycle, unless mid_cycle says otherwise.",
    ),
    mid_cycle: key(word(["split"]), "It may take effect inside a cycle, which is then judged in two parts."),
    reason: key(description, "Why it came."),
    ...clauseKeys,
  },
  { required: ["effective", "reason"] },
);

export const contract = section(
  "a section with a customer and its terms",
  {
    title: key(title, "What people call it. Default: made of the slug."),
    customer: key(slug, "Slug of the customer."),
    policy: key(slug, "A ready-made policy to start from; the clauses here are laid over it. Default: none."),
    starts: key(date, "First day on which it holds."),
    ends: key(date, "First day on which it holds no more. Default: until further notice."),
    language: key(language, "Language of its reports. Default: the customer's."),
    recipients: key(recipients, "Whom its reports go to. Default: the customer's."),
    send: key(
      choice("on_issue, never or a section", {
        scalar: word(["on_issue", "never"]),
        mapping: section("when reports are sent", {
          day: key(
            wholeNumber("a day", 1, 31),
            "Not before this day of the month after the cycle, in the contract's zone. Default: any day.",
          ),
          at: key(timeOfDay, "At this time of that day, in quotes. Default: midnight."),
          calendar: key(slug, "Only while this calendar is open. Default: at any hour."),
        }),
      }),
      "When its reports are sent to them. Default: on_issue, as soon as each is issued.",
    ),
    escalation_contact: key(
      contact,
      "Whom the customer turns to when nothing else helps. Default: nobody named.",
    ),
    sources: key(
      list(
        "a list of documents",
        section(
          "where a promise is written",
          {
            document: key(title, "The document."),
            clause: key(title, "Which part of it."),
            url: key(httpUrl, "Where it can be read."),
          },
          { required: ["document"] },
        ),
      ),
      "Where the promise is written down. Default: none named.",
    ),
    ...clauseKeys,
    versions: key(
      list("a list of versions", version),
      "Later terms in order, each with the clauses that change; what has been in force is never rewritten.",
    ),
  },
  { required: ["customer", "starts"] },
);

/** A version that is added to a contract that stands. */
export const laterVersion = section(
  "a version of the contract",
  {
    ...version.keys,
    effective: key(date, "Day on which it takes effect. Default: the start of the next cycle."),
  },
  { required: ["reason"] },
);
