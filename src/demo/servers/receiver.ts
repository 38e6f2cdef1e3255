/**
 * Where the demo's alerts and news arrive: takes what is published to it as ntfy does (POST / with a topic), what a subscriber's webhook
 * is sent, whose challenge it answers, and the letters that the mail server took. Its page shows the latest; nothing is kept or sent on.
 */
import { createServer } from "node:http";
import PostalMime from "postal-mime";
import { listen, type Running } from "./listening.ts";
import type { TakeLetter } from "./mail.ts";

/** So many messages are remembered, more than the letters of the story together, and so much is taken of each. */
const remembered = 250;
const longestBytes = 64 * 1024;

interface Received {
  at: Date;
  title: string;
  text: string;
}

export interface Receiver extends Running {
  takeLetter: TakeLetter;
}

export async function startReceiver(port: number, now: () => number): Promise<Receiver> {
  const latest: Received[] = [];
  const show = (received: Omit<Received, "at">) => {
    latest.unshift({ at: new Date(now()), ...received });
    latest.splice(remembered);
  };
  const server = createServer((request, response) => {
    if (request.method !== "POST") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
      response.end(page(latest));
      return;
    }
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      body = (body + part).slice(0, longestBytes);
    });
    request.on("end", () => {
      const { challenge, ...received } = read(body);
      if (received.title !== "") {
        show(received);
      }
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(challenge === undefined ? { taken: true } : { challenge }));
    });
  });
  return {
    ...(await listen(server, port, "receiver")),
    takeLetter({ to, raw }) {
      const unread = { subject: "A letter that cannot be read", text: raw };
      void PostalMime.parse(Buffer.from(raw, "latin1"))
        .catch(() => unread)
        .then(({ subject = "", text = "" }) => show({ title: `${subject} → ${to}`, text }));
    },
  };
}

/** What a message says; of what is none, nothing. */
function read(body: string): { title: string; text: string; challenge?: string } {
  try {
    const { title, message, type, data } = JSON.parse(body) as Record<string, unknown>;
    const { challenge, news } = (data ?? {}) as { challenge?: string; news?: { title?: string }[] };
    if (challenge !== undefined) {
      return { title: "", text: "", challenge };
    }
    return title === undefined
      ? { title: String(type ?? "A message"), text: (news ?? []).map((one) => one.title).join("\n") }
      : { title: String(title), text: String(message ?? "") };
  } catch {
    return { title: "", text: "" };
  }
}

function page(latest: readonly Received[]): string {
  const items = latest.map(
    ({ at, title, text }) =>
      `<li><b>${escaped(title)}</b> <time>${at.toISOString()}</time><pre>${linked(escaped(text))}</pre></li>`,
  );
  const list = items.length === 0 ? "<p>Nothing has arrived.</p>" : `<ol>${items.join("")}</ol>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>What arrived</title><h1>What arrived</h1>${list}</html>`;
}

/** Letters lead somewhere: to what confirms, to what ends it, to what happened. */
function linked(html: string): string {
  return html.replace(/https?:\/\/[^\s<]*[^\s<.,;)]/g, (address) => `<a href="${address}">${address}</a>`);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
