/**
 * Two ways to speak Prometheus: pushing alerts to an Alertmanager (its API v2), which then decides who is told, and calling whatever takes
 * the webhooks that an Alertmanager sends (its payload of version 4): https://prometheus.io/docs/alerting/latest/configuration/#webhook_config.
 */
import { postJson } from "./call.ts";
import { type Channel, type Message, saidIn } from "./channel.ts";

export interface AlertmanagerSettings {
  name: string;
  url: string;
  headers: Record<string, string>;
  isInternal: boolean;
  secrets: readonly string[];
}

/** An Alertmanager takes an alert to be over when its end is past; one that is open says when at the latest. */
const openForMs = 30 * 86_400_000;
/** A test is over by itself. */
const testForMs = 60_000;

/** Pushes to `POST /api/v2/alerts` of the Alertmanager at this address. */
export function alertmanagerChannel({ name, url, headers, ...rules }: AlertmanagerSettings): Channel {
  const address = `${url.replace(/\/+$/, "")}/api/v2/alerts`;
  return {
    name,
    leadsTo: new URL(url).host,
    keepsAlerts: true,
    send: (message) => postJson(address, [pushedAlert(message)], rules, headers),
    close() {},
  };
}

/** Calls a receiver as an Alertmanager would. */
export function alertmanagerWebhook({ name, url, headers, ...rules }: AlertmanagerSettings): Channel {
  return {
    name,
    leadsTo: new URL(url).host,
    keepsAlerts: true,
    send: (message) => postJson(url, webhookPayload(message, name), rules, headers),
    close() {},
  };
}

export function pushedAlert(message: Message): object {
  const { at, alert } = message;
  const startsAt = alert?.openedAt ?? at;
  const endsAt = alert === undefined ? at + testForMs : (alert.closedAt ?? startsAt + openForMs);
  return {
    labels: labelsOf(message),
    annotations: annotationsOf(message),
    startsAt: iso(startsAt),
    endsAt: iso(Math.max(endsAt, startsAt)),
    ...(alert === undefined ? {} : { generatorURL: alert.page.address }),
  };
}

export function webhookPayload(message: Message, receiver: string): object {
  const { at, alert } = message;
  const labels = labelsOf(message);
  const annotations = annotationsOf(message);
  const status = alert?.closedAt == null ? "firing" : "resolved";
  const page = alert?.page.address ?? "";
  return {
    version: "4",
    groupKey: `{}:{alert=${JSON.stringify(labels.alert)}}`,
    truncatedAlerts: 0,
    status,
    receiver,
    groupLabels: { alert: labels.alert },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: page === "" ? "" : new URL(page).origin,
    alerts: [
      {
        ...{ status, labels, annotations },
        startsAt: iso(alert?.openedAt ?? at),
        endsAt: alert?.closedAt == null ? "0001-01-01T00:00:00Z" : iso(alert.closedAt),
        generatorURL: page,
        fingerprint: fingerprintOf(labels),
      },
    ],
  };
}

/** The same from the opening of an alert to its end, as they are its identity: nothing in them changes. */
function labelsOf({ id, type, facts, alert }: Message): Record<string, string> {
  const names = ["service", "check", "probe", "location", "contract", "channel"] as const;
  const known = names.flatMap((name) =>
    typeof facts[name] === "string" ? [[name, facts[name]] as const] : [],
  );
  return {
    alertname: typeof facts.kind === "string" ? facts.kind : type,
    alert: alert?.key ?? id,
    severity: alert?.severity ?? "info",
    source: alert?.source ?? "Fournines",
    ...Object.fromEntries(known),
  };
}

function annotationsOf({ subject, text, alert }: Message): Record<string, string> {
  return {
    summary: subject,
    description: saidIn(text, alert),
    ...(alert === undefined ? {} : { page: alert.page.address, event: alert.event }),
    ...(alert?.acknowledge == null ? {} : { acknowledge: alert.acknowledge.address }),
  };
}

/** FNV-1a of 64 bits over the labels in order, as Alertmanager makes its own. */
function fingerprintOf(labels: Record<string, string>): string {
  let hash = 0xcbf29ce484222325n;
  const add = (text: string) => {
    for (const byte of [...new TextEncoder().encode(text), 255]) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
  };
  for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(name);
    add(value);
  }
  return hash.toString(16).padStart(16, "0");
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
