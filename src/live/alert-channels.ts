/**
 * The channels on which alerts are told, as they stand: those of the platform file, those of the environment, and the mail addresses of
 * people. Opened when they are needed, and anew when what defines them has changed.
 */
import { type ChannelDefinition, type ChannelKind } from "../domain/alerting/channel-definition.ts";
import { personState } from "../domain/people/person.ts";
import { type CustomerLanguage, customerLanguages } from "../domain/sla/promise/customer.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import type { Channel } from "../notify/channel.ts";
import {
  brokenChannel,
  channelsOf,
  type ChannelSettings,
  type ChannelSurroundings,
  openChannel,
} from "../notify/channels.ts";
import { mailChannel } from "../notify/mail.ts";
import type { Database } from "../store/database.ts";
import { findPerson } from "../store/people.ts";

/** A channel as pages name it. */
export interface NamedChannel {
  name: string;
  title: string;
  kind: ChannelKind;
  language: CustomerLanguage;
  /** Where it was configured. */
  from: "file" | "environment";
  leadsTo: string;
}

export interface AlertChannels {
  /** All that are configured, those of the file first; one of the environment gives way to one of its name. */
  list(): NamedChannel[];
  /** Null: there is none of this name. */
  find(name: string): Promise<{ channel: Channel; title: string; language: CustomerLanguage } | null>;
  close(): void;
}

export interface AlertChannelsDeps extends ChannelSurroundings {
  db: Database;
  settings(): PlatformSettings;
  /** What the environment names. */
  environment: ChannelSettings;
}

const personPrefix = "person:";

export function openAlertChannels(deps: AlertChannelsDeps): AlertChannels {
  const { db, settings, environment } = deps;
  const ofEnvironment = new Map(channelsOf(environment).map((channel) => [channel.name, channel]));
  const opened = new Map<string, { definition: string; channel: Channel }>();

  const firstLanguage = () => languageOf(settings().languages[0] ?? null) ?? "en";
  const definitionOf = (name: string) => settings().channels?.find(({ slug }) => slug === name);

  /** The channel of this definition, whatever it was before. */
  function keep(name: string, definition: string, open: () => Channel): Channel {
    const known = opened.get(name);
    if (known?.definition === definition) {
      return known.channel;
    }
    known?.channel.close();
    const channel = open();
    opened.set(name, { definition, channel });
    return channel;
  }

  const openDefined = (definition: ChannelDefinition) =>
    keep(definition.slug, JSON.stringify(definition), () => openChannel(definition, deps));

  async function findPersonal(name: string) {
    const person = await findPerson(db, name.slice(personPrefix.length));
    if (person === undefined) {
      return null;
    }
    const { mail } = deps;
    const channel =
      mail === null
        ? brokenChannel(name, "SMTP_URL is not set")
        : person.mail === null || personState(person) === "deactivated"
          ? brokenChannel(name, "this person has no mail address any more, or may not come in")
          : keep(name, person.mail, () =>
              mailChannel({
                ...{ name, smtpUrl: mail.smtpUrl, from: mail.from ?? person.mail!, to: [person.mail!] },
                // Addresses of people stand in one place, and not in a log.
                leadsTo: name,
              }),
            );
    return {
      channel,
      title: person.name ?? name,
      language: languageOf(person.language) ?? firstLanguage(),
    };
  }

  return {
    list() {
      const defined = (settings().channels ?? []).map((definition): NamedChannel => {
        const { slug, title, language, settings: its } = definition;
        return {
          ...{ name: slug, title, kind: its.kind, from: "file" },
          ...{ language: languageOf(language) ?? "en", leadsTo: openDefined(definition).leadsTo },
        };
      });
      const others = [...ofEnvironment.values()]
        .filter(({ name }) => definitionOf(name) === undefined)
        .map(({ name, leadsTo }): NamedChannel => {
          const kind = name as "mail" | "webhook";
          return { name, title: name, kind, language: firstLanguage(), from: "environment", leadsTo };
        });
      return [...defined, ...others];
    },
    async find(name) {
      if (name.startsWith(personPrefix)) {
        return findPersonal(name);
      }
      const definition = definitionOf(name);
      if (definition !== undefined) {
        const { title, language } = definition;
        return { channel: openDefined(definition), title, language: languageOf(language) ?? "en" };
      }
      const channel = ofEnvironment.get(name);
      return channel === undefined ? null : { channel, title: name, language: firstLanguage() };
    },
    close() {
      [...ofEnvironment.values()].forEach((channel) => channel.close());
      [...opened.values()].forEach(({ channel }) => channel.close());
    },
  };
}

function languageOf(code: string | null): CustomerLanguage | undefined {
  return customerLanguages.find((one) => one === code);
}
