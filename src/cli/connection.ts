/**
 * How the command line reaches the running server: the address and token it is given, or those that the server wrote into its data
 * folder. Everything it does goes through the API, as for any other caller.
 */
import { resolve } from "node:path";
import { readConfig } from "../config.ts";
import {
  Conflict,
  type Fault,
  Forbidden,
  InvalidInput,
  NotFound,
  Refusal,
  Unauthenticated,
} from "../domain/errors.ts";
import type { ServerNote } from "../store/data-folder.ts";
import { findRunningServer, readNote, ServerAway } from "./running-server.ts";

export interface ServerOptions {
  /** Address of the server; left out: FOURNINES_URL, else the one running in DATA_DIR. */
  server?: string | undefined;
  token?: string | undefined;
}

export interface Connection {
  url: string;
  /** Null: only reading is possible. */
  token: string | null;
}

/**
 * Where the server is, and with which token.
 *
 * @throws InvalidInput server_address; ServerAway server_unknown: none runs on this machine
 */
export async function findServer(
  options: ServerOptions,
  environment: Record<string, string | undefined> = process.env,
): Promise<Connection> {
  const url = options.server ?? (environment.FOURNINES_URL || undefined);
  const token = options.token ?? (environment.FOURNINES_TOKEN || undefined);
  if (url !== undefined) {
    const parsed = URL.parse(url);
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
      throw new InvalidInput("server_address", `"${url}" is not an address like https://status.example.com.`);
    }
    return { url: url.replace(/\/+$/, ""), token: token ?? null };
  }
  const dataDir = resolve(environment.DATA_DIR || "data");
  const running = (await findRunningServer(dataDir)) ?? readNote(dataDir);
  if (running === null) {
    throw new ServerAway(
      "server_unknown",
      `No server is running in ${dataDir}. Start it with npm start, or name one with --server and --token (or FOURNINES_URL and FOURNINES_TOKEN).`,
    );
  }
  return connectionTo(running, token);
}

function connectionTo({ url, controlToken }: ServerNote, token = controlToken): Connection {
  return { url: url.replace(/\/+$/, ""), token };
}

/**
 * The server that must do what would else be done in the database: the one that the environment names, or the one that holds the data
 * folder. Null: there is none, and the database can be opened.
 */
export async function findServerInCharge(
  environment: Record<string, string | undefined> = process.env,
): Promise<Connection | null> {
  if ((environment.FOURNINES_URL ?? "") !== "") {
    return findServer({}, environment);
  }
  const { databaseUrl, dataDir } = readConfig(environment);
  const running = databaseUrl === null ? await findRunningServer(dataDir) : null;
  return running && connectionTo(running, environment.FOURNINES_TOKEN || undefined);
}

/** The same for commands that may name a server and a token themselves. */
export async function findServerFor(
  options: ServerOptions,
  environment: Record<string, string | undefined> = process.env,
): Promise<Connection | null> {
  const named = options.server === undefined ? await findServerInCharge(environment) : options;
  return named === null ? null : findServer(options, environment);
}

/** What the API answers; refusals of the server are thrown as what they are. */
export async function askServer<Answer>(
  connection: Connection,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await reach(connection, method, path, body);
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
  if (!isJson) {
    throw new ServerAway(
      "not_fournines",
      `${connection.url} answers, but not as Fournines does (status ${response.status}).`,
    );
  }
  const answer: unknown = JSON.parse(text);
  if (!response.ok) {
    throw toRefusal(response.status, answer as ProblemJson, connection);
  }
  return answer as Answer;
}

/** A file of the server, or what it answers to what is sent, to be read as it comes; refusals are thrown as what they are. */
export async function openServerFile(
  connection: Connection,
  path: string,
  sent?: { body: unknown },
): Promise<{ body: ReadableStream; name: string }> {
  const { url, token } = connection;
  let response: Response;
  try {
    response = await fetch(`${url}${path}`, {
      method: sent === undefined ? "GET" : "POST",
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(sent === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent.body) }),
    });
  } catch (cause) {
    throw new ServerAway("server_away", `No server answers at ${url}.`, [], { cause });
  }
  if (!response.ok || response.body === null) {
    const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
    throw toRefusal(response.status, isJson ? ((await response.json()) as ProblemJson) : {}, connection);
  }
  const named = /filename="([\w.-]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return { body: response.body, name: named ?? "fournines-export" };
}

const answerWithinMs = 30_000;

async function reach(connection: Connection, method: string, path: string, body: unknown): Promise<Response> {
  // With a key of its own, a request whose answer was lost may be sent once more: it does nothing twice.
  const attempts = method === "POST" ? 2 : 1;
  const headers: Record<string, string> = {
    Accept: "application/json",
    ...(connection.token === null ? {} : { Authorization: `Bearer ${connection.token}` }),
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(method === "POST" ? { "Idempotency-Key": crypto.randomUUID() } : {}),
  };
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetch(`${connection.url}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(answerWithinMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      if (attempt === attempts) {
        const where = `No server answers at ${connection.url}.`;
        const advice = "Start it with npm start, or name another with --server.";
        throw new ServerAway("server_away", `${where} ${advice}`, [], { cause });
      }
    }
  }
}

interface ProblemJson {
  code?: string;
  title?: string;
  detail?: string;
  instance?: string;
  errors?: Fault[];
}

function toRefusal(status: number, problem: ProblemJson, connection: Connection): Refusal {
  const code = problem.code ?? "refused";
  const message = problem.detail ?? problem.title ?? `The server answered with status ${status}.`;
  const fields = problem.errors ?? [];
  switch (status) {
    case 400:
    case 413:
    case 422:
      return new InvalidInput(code, message, fields);
    case 401:
      return new Unauthenticated(
        code,
        connection.token === null ? `${message} Give it with --token or FOURNINES_TOKEN.` : message,
        fields,
      );
    case 403:
      return new Forbidden(code, message, fields);
    case 404:
      return new NotFound(code, message, fields);
    case 409:
      return new Conflict(code, message, fields);
    default:
      return new ServerAway(
        code,
        `${message} (${connection.url}, ${problem.instance ?? `status ${status}`})`,
        fields,
      );
  }
}
