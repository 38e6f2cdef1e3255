/** PagerDuty, by an integration of a service (Events API v2): https://developer.pagerduty.com/docs/send-alert-event. */
import { postJson } from "./call.ts";
import { type Channel, linksOf, type Message, saidIn } from "./channel.ts";
import { fit } from "./fit.ts";

export interface PagerDutySettings {
  name: string;
  /** The integration key, a secret. */
  key: string;
  region: "us" | "eu";
  /** Null: that of the region. */
  address: string | null;
  isInternal: boolean;
}

const addresses = { us: "https://events.pagerduty.com", eu: "https://events.eu.pagerduty.com" };
const longestSummary = 1024;
const longestKey = 255;
/** A whole event has at most 512 KB. */
const longestText = 8000;

/** One alert is one incident there: opened, acknowledged and resolved under one `dedup_key`, so a repetition changes nothing. */
export function pagerDutyChannel(settings: PagerDutySettings): Channel {
  const { name, key, region, address, isInternal } = settings;
  const base = address ?? addresses[region];
  return {
    name,
    leadsTo: new URL(base).host,
    keepsAlerts: true,
    async send(message) {
      const rules = { isInternal, secrets: [key] };
      let answer = "";
      for (const event of pagerDutyEvents(message, key)) {
        answer = await postJson(`${base}/v2/enqueue`, event, rules);
      }
      return answer;
    },
    close() {},
  };
}

/** What stands alone is resolved at once: nobody is to be woken by a test. */
export function pagerDutyEvents(message: Message, key: string): object[] {
  const { id, alert } = message;
  const about = { routing_key: key, dedup_key: fit(alert?.key ?? id, longestKey) };
  switch (alert?.event) {
    case "acknowledged":
      return [{ ...about, event_action: "acknowledge" }];
    case "closed":
      return [{ ...about, event_action: "resolve" }];
    case "opened":
    case "escalated":
      return [{ ...about, ...trigger(message) }];
    case undefined:
      return [
        { ...about, ...trigger(message) },
        { ...about, event_action: "resolve" },
      ];
  }
}

function trigger({ subject, text, type, at, facts, alert }: Message): object {
  const { service, check, probe, location, contract } = facts;
  return {
    event_action: "trigger",
    payload: {
      summary: fit(subject, longestSummary),
      source: alert?.source ?? "Fournines",
      severity: alert?.severity ?? "info",
      timestamp: new Date(at).toISOString(),
      component: componentOf([service, check, probe, contract]),
      group: typeof location === "string" ? location : undefined,
      class: typeof facts.kind === "string" ? facts.kind : type,
      custom_details: {
        text: fit(saidIn(text, alert), longestText),
        ...facts,
      },
    },
    ...(alert === undefined
      ? {}
      : {
          client: alert.source,
          client_url: alert.page.address,
          links: linksOf(alert).map(({ word, address }) => ({
            ...{ href: address, text: word },
          })),
        }),
  };
}

function componentOf(names: unknown[]): string | undefined {
  const known = names.filter((name) => typeof name === "string");
  return known.length === 0 ? undefined : known.join("/");
}
