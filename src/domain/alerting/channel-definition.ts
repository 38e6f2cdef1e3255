/**
 * The ways to tell people outside of the product what needs them, as the platform file names them: what kind each is and where it leads.
 * Secrets, and addresses that are secrets, stand here as references only. What speaks to each kind stands in src/notify.
 */

/** In the order in which they are described. */
export const channelKinds = [
  "mail",
  "webhook",
  "slack",
  "teams",
  "discord",
  "telegram",
  "ntfy",
  "pagerduty",
  "opsgenie",
  "sms",
  "alertmanager",
  "alertmanager-webhook",
] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** Headers by name, sent with every call. */
export type CallHeaders = Record<string, string>;

/** What a channel of each kind needs. */
export type ChannelSettings =
  | { kind: "mail"; to: string[] }
  | { kind: "webhook"; url: string; secret: string; headers: CallHeaders }
  | { kind: "slack" | "teams" | "discord"; url: string }
  | { kind: "telegram"; token: string; chat: string; thread: number | null; address: string | null }
  | { kind: "ntfy"; url: string; token: string | null }
  | { kind: "pagerduty" | "opsgenie"; key: string; region: "us" | "eu"; address: string | null }
  | {
      kind: "sms";
      url: string;
      method: "GET" | "POST" | "PUT";
      to: string;
      headers: CallHeaders;
      /** With `{to}`, `{text}` and `{id}`; null: the gateway takes all of it from the address. */
      body: string | null;
      contentType: string;
      /** A message has at most so many parts. */
      segments: number;
    }
  | { kind: "alertmanager" | "alertmanager-webhook"; url: string; headers: CallHeaders };

/** A channel under its name. */
export interface ChannelDefinition {
  slug: string;
  title: string;
  /** "da": the language it is told in. */
  language: string;
  /** Whether it may lead to an address of a private network; it is refused otherwise. */
  isInternal: boolean;
  settings: ChannelSettings;
}
