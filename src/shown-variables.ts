/** Which settings an installation has, for those who keep it: every variable by name, and what it is set to unless that is, or may hold, a secret. */

export interface ShownVariable {
  name: string;
  isSet: boolean;
  /** What it is, or what holds without it; null: it is not shown, or there is nothing. */
  value: string | null;
}

/** How each is shown: as it is, only the host of an address, or not at all. */
const variables: readonly { name: string; show: "value" | "host" | "nothing"; otherwise?: string }[] = [
  { name: "HOST", show: "value", otherwise: "127.0.0.1" },
  { name: "PORT", show: "value", otherwise: "3000" },
  { name: "BASE_URL", show: "value" },
  { name: "OTHER_HOSTS", show: "value" },
  { name: "TRUSTED_PROXIES", show: "value" },
  { name: "EVENT_STREAMS", show: "value", otherwise: "20000" },
  { name: "EVENT_STREAMS_PER_ADDRESS", show: "value", otherwise: "200" },
  { name: "DATA_DIR", show: "value", otherwise: "data" },
  { name: "DATABASE_URL", show: "host" },
  { name: "FOURNINES_CONFIG", show: "value", otherwise: "platform.yaml" },
  { name: "FOURNINES_LOCATION", show: "value" },
  { name: "SECRET_KEY", show: "nothing" },
  { name: "EVIDENCE_RETENTION", show: "value", otherwise: "1830d" },
  { name: "LOG_LEVEL", show: "value", otherwise: "info" },
  { name: "SMTP_URL", show: "host" },
  { name: "MAIL_FROM", show: "value" },
  { name: "ALERT_EMAIL", show: "value" },
  { name: "ALERT_WEBHOOK_URL", show: "host" },
  { name: "ALERT_WEBHOOK_SECRET", show: "nothing" },
  { name: "OIDC_ISSUER", show: "value" },
  { name: "OIDC_CLIENT_ID", show: "value" },
  { name: "OIDC_CLIENT_SECRET", show: "nothing" },
  { name: "OIDC_NAME", show: "value" },
  { name: "SUPPORT_EMAIL", show: "value" },
  { name: "BOUNCE_EMAIL", show: "value" },
  { name: "INBOUND_SMTP_PORT", show: "value" },
  { name: "SUBSCRIBER_WEBHOOKS", show: "value", otherwise: "public" },
  { name: "CHECK_IN_URL", show: "host" },
  { name: "PAGE_COPY_DIR", show: "value" },
  { name: "PAGE_COPY_URL", show: "value" },
  { name: "PAGE_COPY_EVERY", show: "value", otherwise: "1m" },
];

export function shownVariables(environment: Readonly<Record<string, string | undefined>>): ShownVariable[] {
  return variables.map(({ name, show, otherwise = null }) => {
    const [given, file] = [environment[name] ?? "", environment[`${name}_FILE`] ?? ""];
    if (file !== "") {
      return { name: `${name}_FILE`, isSet: true, value: file };
    }
    if (given === "") {
      return { name, isSet: false, value: otherwise };
    }
    const value = show === "value" ? given : show === "host" ? (URL.parse(given)?.host ?? null) : null;
    return { name, isSet: true, value };
  });
}
