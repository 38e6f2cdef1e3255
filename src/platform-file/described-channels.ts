/**
 * How each way to tell people is written in the platform file: kind first, then what it needs. Whatever may be a secret is a reference.
 * channels.ts makes the definitions of it.
 */
import { either, flag, text, wholeNumber, word } from "./scalars.ts";
import { choice, key, oneOrMore, section, table } from "./shapes.ts";
import {
  body,
  headerName,
  headerValue,
  httpUrl,
  languages,
  mailAddress,
  secretReference,
  title,
} from "./words.ts";

/** An address that may be shown, or a reference to one that may not. */
const called = either<string, string>(
  "an http:// or https:// address, or a secret reference",
  secretReference,
  httpUrl,
  ({ value }) => typeof value === "string" && value.startsWith("${"),
);

const headers = key(
  table("headers by name", headerName, headerValue),
  "Headers that are sent; values may be ${env:NAME} or ${file:/path}.",
);
const region = key(word(["us", "eu"]), "Where the account lives. Default: us.");
const address = key(httpUrl, "Called in the place of the service's own address. Default: that.");

const chat = text({
  what: 'a chat, like "-1001234567890" or "@acme_alerts"',
  pattern: "-?\\d{1,20}|@[A-Za-z0-9_]{4,64}",
  max: 65,
});

const phone = text({ what: 'a phone number, like "+4512345678"', pattern: "\\+?[0-9 ]{4,24}", max: 25 });

const withKey = (whose: string) =>
  choice("a secret reference or a section", {
    scalar: secretReference,
    mapping: section(
      `a key of ${whose}`,
      { key: key(secretReference, "The key, as a secret reference."), region, address },
      { required: ["key"] },
    ),
  });

const alertmanager = (whose: string) =>
  choice("an address or a section", {
    scalar: called,
    mapping: section(
      `the address of ${whose}`,
      { url: key(called, "What is called."), headers },
      { required: ["url"] },
    ),
  });

/** Kinds as the file names them. */
export const describedChannels = {
  mail: key(
    oneOrMore("a mail address or a list of them", mailAddress),
    "Mail, over SMTP_URL, to these addresses.",
  ),
  webhook: key(
    section(
      "an address and its secret",
      {
        url: key(called, "Called with POST and JSON, signed (standardwebhooks.com)."),
        secret: key(secretReference, 'What it is signed with: a reference to "whsec_" and base64.'),
        headers,
      },
      { required: ["url", "secret"] },
    ),
    "A signed webhook.",
  ),
  slack: key(secretReference, "Slack: the address of an incoming webhook, as a secret reference."),
  teams: key(secretReference, "Microsoft Teams: the address of a workflow's webhook, as a secret reference."),
  discord: key(secretReference, "Discord: the address of a channel's webhook, as a secret reference."),
  telegram: key(
    section(
      "a bot and a chat",
      {
        token: key(secretReference, "Token of the bot, as a secret reference."),
        chat: key(chat, "Where it writes, in quotes: the number of a chat, or the @name of a channel."),
        thread: key(wholeNumber("a topic", 1, 2_147_483_647), "Topic of a forum. Default: none."),
        address,
      },
      { required: ["token", "chat"] },
    ),
    "Telegram, by a bot.",
  ),
  ntfy: key(
    choice("an address with a topic, or a section", {
      scalar: called,
      mapping: section(
        "an address with a topic",
        {
          url: key(called, "Server and topic: https://ntfy.sh/acme-alerts."),
          token: key(secretReference, "Access token, as a secret reference. Default: none."),
        },
        { required: ["url"] },
      ),
    }),
    "ntfy: server and topic.",
  ),
  pagerduty: key(withKey("an integration"), "PagerDuty: the key of an Events API v2 integration."),
  opsgenie: key(withKey("an API integration"), "Opsgenie: the key of an API integration."),
  sms: key(
    section(
      "a gateway that is called over HTTP",
      {
        url: key(
          text({ what: "an address or a secret reference", pattern: "(https?://|\\$\\{)\\S+", max: 2000 }),
          "What is called; may hold {to}, {text} and {id}.",
        ),
        to: key(phone, "The phone, in quotes."),
        method: key(word(["GET", "POST", "PUT"]), "Default: POST with a body, GET without one."),
        headers,
        body: key(
          body,
          "What is sent; may hold {to}, {text} and {id}, and secret references. Default: nothing.",
        ),
        content_type: key(
          text({ what: "a media type", pattern: "[a-z]+/[a-z0-9.+-]+(;.*)?", max: 200 }),
          "Of the body; values are written as it wants them. Default: application/json.",
        ),
        segments: key(
          wholeNumber("a number of parts", 1, 10),
          "A message is cut so that it has at most so many. Default: 2.",
        ),
      },
      { required: ["url", "to"] },
    ),
    "Short messages to a phone, through a gateway of yours.",
  ),
  alertmanager: key(
    alertmanager("an Alertmanager"),
    "Pushes alerts to a Prometheus Alertmanager (its API v2): its address, without /api.",
  ),
  "alertmanager-webhook": key(
    alertmanager("a receiver"),
    "Calls what takes the webhooks of an Alertmanager (payload of version 4).",
  ),
};

export const channel = section(
  "a section with one kind of channel, like mail",
  {
    ...describedChannels,
    title: key(title, "As the console names it. Default: made of the slug."),
    language: key(word(languages), "Language in which it is told. Default: the first of the platform."),
    internal: key(
      flag(),
      "Whether it may lead to an address of a private network. Default: false, it is refused.",
    ),
  },
  { oneOf: Object.keys(describedChannels) as (keyof typeof describedChannels)[] },
);
