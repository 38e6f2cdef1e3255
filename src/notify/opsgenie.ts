/** Opsgenie, by an API integration of a team: https://docs.opsgenie.com/docs/alert-api. */
import { postJson } from "./call.ts";
import { type Channel, linksOf, type Message, saidIn } from "./channel.ts";
import { fit } from "./fit.ts";

export interface OpsgenieSettings {
  name: string;
  /** The API key, a secret. */
  key: string;
  region: "us" | "eu";
  /** Null: that of the region. */
  address: string | null;
  isInternal: boolean;
}

const addresses = { us: "https://api.opsgenie.com", eu: "https://api.eu.opsgenie.com" };
/** Opsgenie's own limits. */
const longestMessage = 130;
const longestDescription = 15_000;
const longestAlias = 512;
const longestDetail = 400;
const longestNote = 1000;

/** One alert is one alert there, by its alias: creating it anew only counts, closing it twice changes nothing. */
export function opsgenieChannel(settings: OpsgenieSettings): Channel {
  const { name, key, region, address, isInternal } = settings;
  const base = address ?? addresses[region];
  return {
    name,
    leadsTo: new URL(base).host,
    keepsAlerts: true,
    async send(message) {
      let answer = "";
      for (const { path, body } of opsgenieCalls(message)) {
        const rules = { isInternal, secrets: [key] };
        answer = await postJson(`${base}${path}`, body, rules, { authorization: `GenieKey ${key}` });
      }
      return answer;
    },
    close() {},
  };
}

/** What stands alone is closed at once: nobody is to be woken by a test. */
export function opsgenieCalls(message: Message): { path: string; body: object }[] {
  const { id, subject, alert } = message;
  const alias = fit(alert?.key ?? id, longestAlias);
  const source = fit(alert?.source ?? "Fournines", 100);
  const follow = (verb: string) => ({
    path: `/v2/alerts/${encodeURIComponent(alias)}/${verb}?identifierType=alias`,
    body: { source, note: fit(subject, longestNote) },
  });
  const create = { path: "/v2/alerts", body: { alias, source, ...created(message) } };
  switch (alert?.event) {
    case "opened":
      return [create];
    case "escalated":
      return [follow("notes")];
    case "acknowledged":
      return [follow("acknowledge")];
    case "closed":
      return [follow("close")];
    case undefined:
      return [create, follow("close")];
  }
}

function created({ subject, text, facts, alert }: Message): object {
  const entity = facts.service ?? facts.probe ?? facts.contract;
  const links = alert === undefined ? [] : linksOf(alert);
  const said = saidIn(text, alert);
  return {
    message: fit(subject, longestMessage),
    description: fit(
      [subject, said, ...links.map(({ word, address }) => `${word}: ${address}`)].join("\n\n"),
      longestDescription,
    ),
    priority: alert === undefined ? "P5" : { critical: "P1", warning: "P3", info: "P5" }[alert.severity],
    ...(typeof entity === "string" ? { entity: fit(entity, longestAlias) } : {}),
    tags: ["fournines", ...(typeof facts.kind === "string" ? [facts.kind] : [])],
    details: Object.fromEntries(
      Object.entries(facts)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [name, fit(String(value), longestDetail)]),
    ),
  };
}
