/** The demo's HTTP services: a web application, its sign-in, an API, a search and the course media over TLS. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Certificate } from "./certificate.ts";
import { type Demeanour, listen, type Running, takeTime } from "./listening.ts";

/** What a service says: status, type and body. */
interface Words {
  status: number;
  type: string;
  body: string;
}

type Speak = (path: string) => Words;

const html = (title: string, body: string): Words => ({
  status: 200,
  type: "text/html; charset=utf-8",
  body: `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1>${body}</main></html>`,
});

const json = (body: unknown, status = 200): Words => ({
  status,
  type: "application/json",
  body: JSON.stringify(body),
});

const courses = [
  "Phishing in practice",
  "Handling personal data",
  "Safe remote work",
  "Reporting an incident",
];

const speakers = {
  "web-app": () => html("My courses", `<ul>${courses.map((course) => `<li>${course}</li>`).join("")}</ul>`),
  "sign-in": () =>
    html("Sign in", '<form method="post"><input name="user"><input name="password" type="password"></form>'),
  api: (path) =>
    path.startsWith("/v1/courses") ? json({ courses }) : json({ status: "ok", version: "2026.11" }),
  search: () => json({ status: "ok", index: { documents: 48_211, shards: { total: 6, healthy: 6 } } }),
  "course-media": () => ({
    status: 200,
    type: "text/vtt",
    body: "WEBVTT\n\n00:00.000 --> 00:04.000\nWelcome\n",
  }),
} satisfies Record<string, Speak>;
export type WebService = keyof typeof speakers;

/** Starts one of them. With a certificate it speaks TLS. */
export function startWeb(
  service: WebService,
  port: number,
  demeanour: Demeanour,
  certificate?: Certificate,
): Promise<Running> {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    void takeTime(demeanour).then(() => {
      const words =
        demeanour.condition() === "failing"
          ? json({ status: "unavailable", message: "no shard of the index answers" }, 503)
          : speakers[service](request.url ?? "/");
      response.writeHead(words.status, {
        "content-type": words.type,
        "content-length": Buffer.byteLength(words.body),
        "cache-control": "no-store",
      });
      response.end(words.body);
    });
  };
  const server =
    certificate === undefined
      ? createServer(answer)
      : createSecureServer({ key: certificate.privateKeyPem, cert: certificate.certificatePem }, answer);
  return listen(server, port, service);
}
