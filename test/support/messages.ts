/** Messages for tests of channels: one alert from its opening to its end, and one that stands alone. */
import type { Message, ToldAlert } from "../../src/notify/channel.ts";

export const messageAt = Date.UTC(2026, 6, 3, 8, 15, 20);

const alert: ToldAlert = {
  key: "status.acme.example/alerts/7",
  event: "opened",
  severity: "critical",
  openedAt: messageAt,
  closedAt: null,
  source: "Acme",
  lines: ["Beacon has been down since 3 July 2026, 08:15:20.", "What was seen last: no answer in time."],
  page: { word: "Look", address: "https://status.acme.example/services/beacon" },
  acknowledge: { word: "I have it", address: "https://status.acme.example/acknowledge/7.ops.c2VhbA" },
};

/** A step in the life of the alert. */
export function alertMessage(
  more: Partial<Omit<Message, "alert">> = {},
  told: Partial<ToldAlert> = {},
): Message {
  const event = told.event ?? "opened";
  return {
    id: `alert_7_${event}`,
    type: `alert.${event}`,
    at: messageAt,
    subject: "Beacon is down",
    text: [...alert.lines, "", alert.page.address].join("\n"),
    facts: {
      alert: 7,
      kind: "service_down",
      service: "beacon",
      title: "Beacon",
      since: messageAt,
      note: null,
    },
    alert: { ...alert, ...told },
    ...more,
  };
}

/** What is said of an alert in its life: opened, taken, told higher up, over. */
export const lifeOfAlert: readonly Message[] = [
  alertMessage(),
  alertMessage({ subject: "Nobody has taken: Beacon is down" }, { event: "escalated" }),
  alertMessage({ subject: "Ada has taken: Beacon is down" }, { event: "acknowledged", acknowledge: null }),
  alertMessage(
    { subject: "Beacon is no longer down", at: messageAt + 252_000 },
    { event: "closed", closedAt: messageAt + 252_000, acknowledge: null },
  ),
];

export const loneMessage: Message = {
  id: "test_ops_1",
  type: "channel.tested",
  at: messageAt,
  subject: "A test of ops",
  text: "If you read this, it works.\nNobody has to do anything.",
  facts: { channel: "ops" },
};
