/**
 * How each kind of check is written in the platform file: keys, rules and defaults. targets.ts makes the targets of it.
 */
import { key, list, oneOrMore, section, choice, table } from "./shapes.ts";
import { anyScalar, duration, either, flag, text, turned, wholeNumber, word } from "./scalars.ts";
import {
  body,
  cronExpression,
  headerName,
  headerValue,
  host,
  hostAndPort,
  httpUrl,
  jsonPath,
  pattern,
  port,
  sent,
  statusRange,
  timeZone,
  websocketUrl,
} from "./words.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

const headers = table("headers by name", headerName, headerValue);
const bodyText = text({ max: 2000 });

const jsonExpectation = section(
  "a JSON path and what it must find",
  {
    path: key(jsonPath, "RFC 9535 path of the value, like $.status."),
    equals: key(anyScalar, "The value must be exactly this."),
    matches: key(pattern, "The value must match this regular expression."),
    exists: key(flag(), "true: the path must find something; false: nothing."),
  },
  { required: ["path"], oneOf: ["equals", "matches", "exists"] },
);

const httpExpectations = section("what the response must be", {
  status: key(
    oneOrMore("a status, a range or a list of them", statusRange),
    "Statuses that are right. Default: 200-299.",
  ),
  headers: key(table("regular expressions by header name", headerName, pattern), "Headers that must match."),
  text: key(oneOrMore("a text or a list of texts", bodyText), "Texts that the body must contain."),
  no_text: key(oneOrMore("a text or a list of texts", bodyText), "Texts that the body must not contain."),
  json: key(
    choice("values by JSON path, or a list of expectations", {
      mapping: table("values by JSON path", jsonPath, anyScalar),
      list: list("a list of expectations", jsonExpectation, 1),
    }),
    'What a JSON body must hold: {"$.status": ok}, or a list of {path, equals | matches | exists}.',
  ),
});

/** Kinds as the file names them. */
export const describedKinds = {
  http: key(
    choice("an address or a section", {
      scalar: httpUrl,
      mapping: section(
        "an HTTP question",
        {
          url: key(httpUrl, "What is asked for."),
          method: key(
            word(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
            "Default: GET, or POST with a body.",
          ),
          headers: key(headers, "Headers that are sent; values may be ${env:NAME} or ${file:/path}."),
          body: key(body, "What is sent; may hold secret references."),
          basic_auth: key(
            section(
              "a user name and a password",
              {
                username: key(headerValue, "User name, or a secret reference."),
                password: key(headerValue, "Password, as a secret reference if it is one."),
              },
              { required: ["username", "password"] },
            ),
            "HTTP basic authentication.",
          ),
          bearer_token: key(headerValue, "Sent as Authorization: Bearer …; ${env:NAME} or ${file:/path}."),
          expect: key(httpExpectations, "When the response is right."),
          redirects: key(wholeNumber("a number", 0, 20), "At most so many are followed. Default: 5."),
          max_body_bytes: key(
            wholeNumber("a number of bytes", 1, 16_777_216),
            "At most so much of the body is read and judged. Default: 1048576.",
          ),
          verify_certificate: key(flag(), "Whether an untrusted certificate is a failure. Default: true."),
          keep_connection: key(
            flag(),
            "true: use one connection again and again. Default: false, a new one each time, as visitors do.",
          ),
        },
        { required: ["url"] },
      ),
    }),
    "Asks over HTTP.",
  ),
  tcp: key(
    choice('"host:port" or a section', {
      scalar: hostAndPort(true),
      mapping: section(
        "a TCP question",
        {
          host: key(host, "Name or IP address."),
          port: key(port, "Its port."),
          send: key(sent, 'Sent after connecting; escapes like "\\r\\n" in double quotes.'),
          expect: key(pattern, "Regular expression that the answer must match."),
        },
        { required: ["host", "port"] },
      ),
    }),
    "Opens a TCP connection, with a dialogue if one is given.",
  ),
  tls: key(
    choice("a host, with or without port, or a section", {
      scalar: hostAndPort(false),
      mapping: section(
        "a question about a certificate",
        {
          host: key(host, "Name or IP address."),
          port: key(port, "Its port. Default: 443."),
          server_name: key(host, "The name that the certificate must be for. Default: the host."),
          min_days: key(wholeNumber("a number of days", 0, 825), "Fewer days left fail. Default: 7."),
          warn_days: key(wholeNumber("a number of days", 0, 825), "Fewer days left are slow. Default: 21."),
          verify_chain: key(flag(), "Whether the chain must be trusted. Default: true."),
        },
        { required: ["host"] },
      ),
    }),
    "Looks at a certificate: days left, name, chain. Does not count for the service unless counts is true.",
  ),
  dns: key(
    choice("a name or a section", {
      scalar: host,
      mapping: section(
        "a question to a resolver",
        {
          name: key(host, "The name that is asked for."),
          record: key(
            word(["A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "SRV", "CAA", "PTR"]),
            "Type of the record. Default: A.",
          ),
          resolver: key(
            choice('a resolver, "host" or "host:port"', {
              scalar: hostAndPort(false),
              mapping: section(
                "a resolver",
                { host: key(host, "Name or IP address."), port: key(port, "Default: 53.") },
                { required: ["host"] },
              ),
            }),
            "Who is asked. Default: the machine's own resolvers.",
          ),
          expect: key(
            oneOrMore("an answer or a list of answers", text({ max: 1000 })),
            "Answers that must be among those given. Default: any answer will do.",
          ),
        },
        { required: ["name"] },
      ),
    }),
    "Asks a resolver for a record.",
  ),
  icmp: key(
    choice("a host or a section", {
      scalar: host,
      mapping: section("a ping", { host: key(host, "Name or IP address.") }, { required: ["host"] }),
    }),
    "Pings, with the system's own ping.",
  ),
  websocket: key(
    choice("an address or a section", {
      scalar: websocketUrl,
      mapping: section(
        "a WebSocket question",
        {
          url: key(websocketUrl, "What is opened."),
          headers: key(headers, "Headers that are sent; values may be ${env:NAME} or ${file:/path}."),
          send: key(sent, "First message that is sent."),
          expect: key(pattern, "Regular expression that the answer must match."),
          verify_certificate: key(flag(), "Whether an untrusted certificate is a failure. Default: true."),
        },
        { required: ["url"] },
      ),
    }),
    "Opens a WebSocket, with a dialogue if one is given.",
  ),
  "check-in": key(
    choice("a period, a cron expression or a section", {
      scalar: either(
        "a period from 1m to 31d, or a cron expression",
        turned(duration(minuteMs, 31 * dayMs), (periodMs) => ({ value: { periodMs } })),
        turned(cronExpression, (cron) => ({ value: { cron } })),
        ({ source }) => !/[\s@]/.test(source),
      ),
      mapping: section(
        "when a job calls",
        {
          period: key(duration(minuteMs, 31 * dayMs), "From one call to the next."),
          cron: key(cronExpression, "When the job runs, five fields."),
          time_zone: key(timeZone, "Zone of the cron expression. Default: the platform's."),
          grace: key(
            duration(0, 7 * dayMs),
            "How late a call may be. Default: a tenth of the period, at least 1m and at most 1h; 5m with cron.",
          ),
        },
        { oneOf: ["period", "cron"] },
      ),
    }),
    "A job that calls us: late when no call came in time.",
  ),
};
