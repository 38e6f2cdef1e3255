/**
 * Bad platform files, one rule each, with the exact lines that are told, without the name of the file. `good` begins every one that is not about the beginning.
 */

export interface BadFile {
  rule: string;
  text: string;
  told: string[];
}

const good = "platform: { name: Acme }\n";

/** A file with one service `beacon` and one check `web` that has these lines, the first of them in line 6. */
function check(...lines: string[]): string {
  return `${good}services:\n  beacon:\n    checks:\n      web:\n${lines.map((line) => `        ${line}\n`).join("")}`;
}

/** The same, with `rest` after it at the top of the file. */
function checkAnd(rest: string, ...lines: string[]): string {
  return check(...lines) + rest;
}

/** A file without services that goes on with these lines, the first of them in line 4. */
function agreed(...lines: string[]): string {
  return `${good}services: {}\n# what is agreed\n${lines.join("\n")}\n`;
}

/** One with the contract `all` of Acme's customer, in line 5. */
function contract(clauses: string): string {
  return agreed(
    "customers: { acme: Acme }",
    `contracts: { all: { customer: acme, starts: 2026-01-01, ${clauses} } }`,
  );
}

const web = "http: https://beacon.example/";

export const badFiles: BadFile[] = [
  { rule: "an empty file is no platform", text: "", told: ["1:1  the file is empty"] },
  { rule: "a file of comments is no platform", text: "# soon\n", told: ["1:1  the file is empty"] },
  {
    rule: "a text is no platform",
    text: "Acme\n",
    told: ['1:1  must be a section with "platform" and "services", not a text'],
  },
  {
    rule: "a list is no platform",
    text: "- platform\n",
    told: ['1:1  must be a section with "platform" and "services", not a list'],
  },
  {
    rule: "platform and services must stand in it",
    text: "groups: {}\n",
    told: ['1:1  "platform" is missing', '1:1  "services" is missing'],
  },
  {
    rule: "one document a file",
    text: `${good}services: {}\n---\n${good}`,
    told: ["3:1  a second document begins here; a file holds one platform"],
  },
  {
    rule: "tabs do not indent",
    text: "platform:\n\tname: Acme\n",
    told: ["2:1  not YAML: Tabs are not allowed as indentation"],
  },
  {
    rule: "a bracket must be closed",
    text: `${good}services: { beacon: [\n`,
    told: [
      "3:1  not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
      "3:1  not YAML: Flow map in block collection must be sufficiently indented and end with a }",
    ],
  },
  {
    rule: "every mistake of syntax is told",
    text: "a: [1\nb: }\nc: 'x\n",
    told: [
      "2:1  not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
      '2:4  not YAML: Unexpected flow-map-end token in YAML stream: "}"',
      '3:1  not YAML: Unexpected scalar token in YAML stream: "c"',
      '3:2  not YAML: Unexpected map-value-ind token in YAML stream: ":"',
      '3:4  not YAML: Unexpected single-quoted-scalar token in YAML stream: "\'x\\n"',
    ],
  },
  {
    rule: "an alias needs its anchor",
    text: "platform: { name: *acme }\nservices: {}\n",
    told: ['1:19  platform.name: there is no anchor "&acme" before this'],
  },
  {
    rule: "what no database keeps: the character NUL, half a character",
    text: check('tcp: { host: beacon.example, port: 25, send: "a\\0b" }') + '    title: "\\uD800"\n',
    told: [
      "6:54  services.beacon.checks.web.tcp.send: must not hold the character NUL",
      "7:12  services.beacon.title: must be valid Unicode",
    ],
  },
  {
    rule: "tags of other tools mean nothing",
    text: "platform: { name: !vault acme }\nservices: {}\n",
    told: ["1:19  not YAML: Unresolved tag: !vault"],
  },
  {
    rule: "unknown keys at the top",
    text: `${good}services: {}\nserivces: {}\nzebra: 1\n`,
    told: [
      "3:1  serivces: unknown key; known are platform, incidents, page, pages, locations, groups, defaults, services, calendars, customers, contracts, channels, routes, escalations, rotas, management, include",
      "4:1  zebra: unknown key; known are platform, incidents, page, pages, locations, groups, defaults, services, calendars, customers, contracts, channels, routes, escalations, rotas, management, include",
    ],
  },
  {
    rule: "a key once more",
    text: `${good}services: {}\nplatform: { name: Other }\n`,
    told: ["3:1  platform: stands here a second time"],
  },
  {
    rule: "a slug once more",
    text: `${check(web)}  beacon: { checks: { web: { icmp: b.example } } }\n`,
    told: ["7:3  services.beacon: stands here a second time"],
  },
  {
    rule: "a name must not be blank",
    text: 'platform: { name: " " }\nservices: {}\n',
    told: ["1:19  platform.name: must not be blank"],
  },
  {
    rule: "a name is a text",
    text: "platform: { name: 12 }\nservices: {}\n",
    told: ["1:19  platform.name: must be a text, not 12 (put it in quotes)"],
  },
  {
    rule: "a name has an end",
    text: `platform: { name: ${"a".repeat(101)} }\nservices: {}\n`,
    told: ["1:19  platform.name: must have at most 100 characters, not 101"],
  },
  {
    rule: "a name is given",
    text: "platform: {}\nservices: {}\n",
    told: ['1:1  platform: "name" is missing'],
  },
  {
    rule: "an address is whole",
    text: "platform: { name: Acme, address: status.acme.example }\nservices: {}\n",
    told: [
      '1:34  platform.address: must be an address like https://status.example.com, without query and fragment, not "status.acme.example"',
    ],
  },
  {
    rule: "an address has no query",
    text: "platform: { name: Acme, address: https://acme.example/?a=1 }\nservices: {}\n",
    told: [
      '1:34  platform.address: must be an address like https://status.example.com, without query and fragment, not "https://acme.example/?a=1"',
    ],
  },
  {
    rule: "zones are those of the IANA",
    text: "platform: { name: Acme, time_zone: Europe/Copenhagn }\nservices: {}\n",
    told: [
      '1:36  platform.time_zone: must be a time zone of the IANA database, like Europe/Copenhagen, not "Europe/Copenhagn"; did you mean "Europe/Copenhagen"?',
    ],
  },
  {
    rule: "an offset is no zone",
    text: 'platform: { name: Acme, time_zone: "+01:00" }\nservices: {}\n',
    told: [
      '1:36  platform.time_zone: must be a time zone of the IANA database, like Europe/Copenhagen, not "+01:00"',
    ],
  },
  {
    rule: "languages are those of the page",
    text: "platform:\n  name: Acme\n  languages: [en, dk]\nservices: {}\n",
    told: ['3:19  platform.languages[1]: must be "en", "da", "fr" or "nb", not "dk"; did you mean "da"?'],
  },
  {
    rule: "languages are a list",
    text: "platform: { name: Acme, languages: en }\nservices: {}\n",
    told: ["1:36  platform.languages: must be a list of languages, not a text"],
  },
  {
    rule: "there is a language",
    text: "platform: { name: Acme, languages: [] }\nservices: {}\n",
    told: ["1:36  platform.languages: must not be empty"],
  },
  {
    rule: "a target is at most 100",
    text: "platform:\n  name: Acme\n  commitment: { target: 100.5, anchor_day: 32 }\nservices: {}\n",
    told: [
      '3:25  platform.commitment.target: must be a percentage above 0 and at most 100 with at most 9 decimals, like 99.99, or "none", not 100.5',
      "3:44  platform.commitment.anchor_day: must be a day from 1 to 31, not 32",
    ],
  },
  {
    rule: "a target is above 0",
    text: "platform:\n  name: Acme\n  commitment: { target: 0 }\nservices: {}\n",
    told: [
      '3:25  platform.commitment.target: must be a percentage above 0 and at most 100 with at most 9 decimals, like 99.99, or "none", not 0',
    ],
  },
  {
    rule: "a target is a number",
    text: "platform:\n  name: Acme\n  commitment: { target: high, ancor_day: 1 }\nservices: {}\n",
    told: [
      '3:25  platform.commitment.target: must be a percentage above 0 and at most 100 with at most 9 decimals, like 99.99, or "none", not high',
      '3:31  platform.commitment.ancor_day: unknown key; did you mean "anchor_day"?',
    ],
  },
  {
    rule: "a slug is lower-case",
    text: `${good}services: {}\nlocations:\n  Lisbon: Lisbon\n  osaka_1: Osaka\n`,
    told: [
      '4:3  locations.Lisbon: must be a slug of lower-case letters, digits and single dashes, at most 63 characters, not "Lisbon"',
      '5:3  locations.osaka_1: must be a slug of lower-case letters, digits and single dashes, at most 63 characters, not "osaka_1"',
    ],
  },
  {
    rule: "there is a location",
    text: `${good}services: {}\nlocations: {}\n`,
    told: ["3:12  locations: must not be empty"],
  },
  {
    rule: "a title is no list",
    text: `${good}services: {}\ngroups:\n  core: [Core]\n`,
    told: ["4:9  groups.core: must be a title or a section, not a list"],
  },
  {
    rule: "a title is not nothing",
    text: `${good}services: {}\ngroups:\n  core:\n  edge: { titel: Edge }\n`,
    told: [
      "4:3  groups.core: must be a title or a section, not nothing",
      '5:11  groups.edge.titel: unknown key; did you mean "title"?',
    ],
  },
  {
    rule: "services are a section",
    text: `${good}services: [beacon]\n`,
    told: ["2:11  services: must be services by slug, not a list"],
  },
  {
    rule: "a service has checks",
    text: `${good}services:\n  beacon: { title: Beacon }\n  api: { checks: {} }\n`,
    told: ['3:3  services.beacon: "checks" is missing', "4:18  services.api.checks: must not be empty"],
  },
  {
    rule: "a group must be known",
    text: `${checkAnd("", web)}    group: cor\ngroups: { core: Core }\n`,
    told: ['7:12  services.beacon.group: there is no group "cor"; did you mean "core"?'],
  },
  {
    rule: "there are no groups",
    text: `${checkAnd("", web)}    group: core\n`,
    told: ['7:12  services.beacon.group: there is no group "core"; there are none'],
  },
  {
    rule: "the key of an interval",
    text: check(web, "intervall: 15s", "timeuot: 5s"),
    told: [
      '7:9  services.beacon.checks.web.intervall: unknown key; did you mean "interval"?',
      '8:9  services.beacon.checks.web.timeuot: unknown key; did you mean "timeout"?',
    ],
  },
  {
    rule: "a check asks something",
    text: check("interval: 15s"),
    told: [
      '5:7  services.beacon.checks.web: one of "http", "tcp", "tls", "dns", "icmp", "websocket" or "check-in" is missing',
    ],
  },
  {
    rule: "a check is of one kind",
    text: check(web, "tcp: beacon.example:443"),
    told: [
      '7:9  services.beacon.checks.web.tcp: stands beside "http"; only one of "http", "tcp", "tls", "dns", "icmp", "websocket" or "check-in" may be given',
    ],
  },
  {
    rule: "a kind must be known",
    text: check("htpp: https://beacon.example/"),
    told: ['6:9  services.beacon.checks.web.htpp: unknown key; did you mean "http"?'],
  },
  {
    rule: "a check is a section",
    text: `${good}services:\n  beacon:\n    checks:\n      web: https://beacon.example/\n`,
    told: [
      "5:12  services.beacon.checks.web: must be a section with one kind of check, like http, not a text",
    ],
  },
  {
    rule: "a duration has a unit",
    text: check(web, "interval: 15"),
    told: [
      "7:19  services.beacon.checks.web.interval: must be a duration from 1s to 1d, not 15 (a unit is missing, like 15s)",
    ],
  },
  {
    rule: "a duration has no fractions",
    text: check(web, "interval: 1.5m"),
    told: ['7:19  services.beacon.checks.web.interval: must be a duration from 1s to 1d, not "1.5m"'],
  },
  {
    rule: "an interval is at least a second",
    text: check(web, "interval: 999ms"),
    told: ['7:19  services.beacon.checks.web.interval: must be a duration from 1s to 1d, not "999ms"'],
  },
  {
    rule: "an interval is at most a day",
    text: check(web, "interval: 25h"),
    told: ['7:19  services.beacon.checks.web.interval: must be a duration from 1s to 1d, not "25h"'],
  },
  {
    rule: "a timeout is at most a minute",
    text: check(web, "interval: 5m", "timeout: 61s"),
    told: ['8:18  services.beacon.checks.web.timeout: must be a duration from 50ms to 1m, not "61s"'],
  },
  {
    rule: "a timeout fits its interval",
    text: check(web, "timeout: 16s"),
    told: ["7:18  services.beacon.checks.web.timeout: must not be longer than the interval, 15s"],
  },
  {
    rule: "slow is before the timeout",
    text: check(web, "timeout: 2s", "slow_above: 2s"),
    told: [
      "8:21  services.beacon.checks.web.slow_above: must be shorter than the timeout, 2s: nothing could ever be slow",
    ],
  },
  {
    rule: "slow is a duration or never",
    text: check(web, "slow_above: nevr"),
    told: ['7:21  services.beacon.checks.web.slow_above: must be "never", not "nevr"; did you mean "never"?'],
  },
  {
    rule: "families are three",
    text: check(web, "family: ipv5"),
    told: [
      '7:17  services.beacon.checks.web.family: must be "any", "ipv4" or "ipv6", not "ipv5"; did you mean "ipv4"?',
    ],
  },
  {
    rule: "counts is true or false",
    text: check(web, 'counts: "yes"'),
    told: ['7:17  services.beacon.checks.web.counts: must be true or false, not "yes"'],
  },
  {
    rule: "confirmations begin at 1",
    text: check(web, "confirm: { down: 0, upp: 1 }"),
    told: [
      "7:26  services.beacon.checks.web.confirm.down: must be a number of rounds from 1 to 100, not 0",
      '7:29  services.beacon.checks.web.confirm.upp: unknown key; did you mean "up"?',
    ],
  },
  {
    rule: "a confirmation is a number",
    text: check(web, "confirm: twice"),
    told: ['7:18  services.beacon.checks.web.confirm: must be a number of rounds from 1 to 100, not "twice"'],
  },
  {
    rule: "a quorum has locations",
    text: check(web, "confirm: { locations: 2 }"),
    told: [
      "7:31  services.beacon.checks.web.confirm.locations: must be at most 1, the number of locations that ask",
    ],
  },
  {
    rule: "locations must be known",
    text: checkAnd("locations: { lisbon: Lisbon }\n", web, "locations: [lisbon, lisbonn]"),
    told: [
      '7:29  services.beacon.checks.web.locations[1]: there is no location "lisbonn"; did you mean "lisbon"?',
    ],
  },
  {
    rule: "a location stands once",
    text: checkAnd("locations: { lisbon: Lisbon }\n", web, "locations: [lisbon, lisbon]"),
    told: ['7:29  services.beacon.checks.web.locations[1]: "lisbon" stands here a second time'],
  },
  {
    rule: "locations of the defaults are told once",
    text: `${check(web)}      api: { tcp: "beacon.example:1" }\ndefaults: { locations: osaka }\n`,
    told: ['8:24  defaults.locations: there is no location "osaka"'],
  },
  {
    rule: "unknown defaults",
    text: checkAnd("defaults: { intervall: 15s, counts: false }\n", web),
    told: [
      '7:13  defaults.intervall: unknown key; did you mean "interval"?',
      "7:29  defaults.counts: unknown key; known are interval, timeout, slow_above, family, locations, confirm",
    ],
  },
  {
    rule: "a parent's service must be known",
    text: check(web, "parent: becon/web"),
    told: ['7:17  services.beacon.checks.web.parent: there is no service "becon"; did you mean "beacon"?'],
  },
  {
    rule: "a parent's check must be known",
    text: `${check(web)}      api: { tcp: "beacon.example:1", parent: beacon/wbe }\n`,
    told: ['7:47  services.beacon.checks.api.parent: "beacon" has no check "wbe"; did you mean "web"?'],
  },
  {
    rule: "a service with several checks is no parent",
    text: `${check(web)}      api: { tcp: "beacon.example:1", parent: beacon }\n`,
    told: [
      '7:47  services.beacon.checks.api.parent: "beacon" has 2 checks; name one, "beacon/web" or "beacon/api"',
    ],
  },
  {
    rule: "nobody is his own parent",
    text: check(web, "parent: beacon"),
    told: ["7:17  services.beacon.checks.web.parent: is the check itself"],
  },
  {
    rule: "parents do not run in circles",
    text: `${good}services:\n  a:\n    checks:\n      x: { icmp: a.example, parent: b }\n  b:\n    checks:\n      y: { tcp: "b.example:1", parent: c/z }\n  c:\n    checks:\n      z: { tcp: "c.example:1", parent: a/x }\n      w: { tcp: "c.example:2", parent: a/x }\n`,
    told: [
      "5:12  services.a.checks.x.icmp: this machine has no ping that may be used; ask by tcp or http, or install it",
      "5:37  services.a.checks.x.parent: is in a cycle: a/x → b/y → c/z → a/x",
    ],
  },
  {
    rule: "a child of a mistaken check is not mistaken",
    text: `${good}services:\n  beacon:\n    checks:\n      web: { http: beacon }\n      api: { tcp: "beacon.example:1", parent: beacon/web }\n`,
    told: ['5:20  services.beacon.checks.web.http: must be an http:// or https:// address, not "beacon"'],
  },
  {
    rule: "nor is its own parent forgotten",
    text: check("http: beacon", "parent: becon"),
    told: [
      '6:15  services.beacon.checks.web.http: must be an http:// or https:// address, not "beacon"',
      '7:17  services.beacon.checks.web.parent: there is no service "becon"; did you mean "beacon"?',
    ],
  },
  {
    rule: "ping must be there",
    text: check("icmp: beacon.example"),
    told: [
      "6:9  services.beacon.checks.web.icmp: this machine has no ping that may be used; ask by tcp or http, or install it",
    ],
  },
  {
    rule: "an address of a web page is http",
    text: check("http: ftp://beacon.example/"),
    told: [
      '6:15  services.beacon.checks.web.http: must be an http:// or https:// address, not "ftp://beacon.example/"',
    ],
  },
  {
    rule: "an address has a host",
    text: check('http: "http://:80/"'),
    told: ['6:15  services.beacon.checks.web.http: must be a whole address, not "http://:80/"'],
  },
  {
    rule: "an address holds no password",
    text: check("http: https://ops:secret@beacon.example/"),
    told: [
      "6:15  services.beacon.checks.web.http: must not hold a password: addresses are shown; use basic_auth",
    ],
  },
  {
    rule: "an address holds no secret",
    text: check('http: "https://beacon.example/?key=${env:KEY}"'),
    told: [
      "6:15  services.beacon.checks.web.http: must not hold a secret reference: addresses are shown; use a header, the body, basic_auth or bearer_token",
    ],
  },
  {
    rule: "http needs its url",
    text: check("http: { method: PUSH }"),
    told: [
      '6:9  services.beacon.checks.web.http: "url" is missing',
      '6:25  services.beacon.checks.web.http.method: must be "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS", not "PUSH"',
    ],
  },
  {
    rule: "everything wrong in one http check",
    text: check(
      "http:",
      "  url: https://beacon.example/",
      "  headers: { X Key: a, Accept: [b] }",
      "  basic_auth: { username: ops }",
      "  bearer_token: ${TOKEN}",
      "  redirects: 21",
      "  max_body_bytes: 0",
      "  verify_certificate: 1",
      "  expect:",
      '    status: [200, 99, "299-200", 2xx, ok]',
      '    headers: { server: "(" }',
      "    text: []",
      "    json:",
      "      - { path: $.a }",
      "      - { path: $.a, equals: 1, exists: true }",
      "      - { path: a.b, equals: 1 }",
      '      - { path: "$[", matches: "[" }',
    ),
    told: [
      '8:22  services.beacon.checks.web.http.headers["X Key"]: must be the name of a header, not "X Key"',
      "8:40  services.beacon.checks.web.http.headers.Accept: must be a text, not a list",
      '9:11  services.beacon.checks.web.http.basic_auth: "password" is missing',
      "10:25  services.beacon.checks.web.http.bearer_token: must write a secret reference as ${env:NAME} or ${file:/path}",
      "11:22  services.beacon.checks.web.http.redirects: must be a number from 0 to 20, not 21",
      "12:27  services.beacon.checks.web.http.max_body_bytes: must be a number of bytes from 1 to 16777216, not 0",
      "13:31  services.beacon.checks.web.http.verify_certificate: must be true or false, not 1",
      "15:27  services.beacon.checks.web.http.expect.status[1]: must be a status from 100 to 599, not 99",
      "15:31  services.beacon.checks.web.http.expect.status[2]: must not end before it begins, as 299-200 does",
      '15:47  services.beacon.checks.web.http.expect.status[4]: must be a status like 200, or a range like "200-299", not "ok"',
      '16:32  services.beacon.checks.web.http.expect.headers.server: must be a regular expression: unterminated group in "("',
      "17:19  services.beacon.checks.web.http.expect.text: must not be empty",
      '19:17  services.beacon.checks.web.http.expect.json[0]: one of "equals", "matches" or "exists" is missing',
      '20:41  services.beacon.checks.web.http.expect.json[1].exists: stands beside "equals"; only one of "equals", "matches" or "exists" may be given',
      '21:25  services.beacon.checks.web.http.expect.json[2].path: must be a JSON path (RFC 9535), like $.status, not "a.b"',
      "22:25  services.beacon.checks.web.http.expect.json[3].path: must be a JSON path (RFC 9535), like $.status: unclosed bracketed selection ('$[':2)",
      '22:40  services.beacon.checks.web.http.expect.json[3].matches: must be a regular expression: unterminated character class in "["',
    ],
  },
  {
    rule: "a value of JSON is a scalar",
    text: check("http:", "  url: https://beacon.example/", "  expect: { json: { $.a: [1] } }"),
    told: [
      '8:34  services.beacon.checks.web.http.expect.json["$.a"]: must be a text, a number, true, false or null, not a list',
    ],
  },
  {
    rule: "half a reference in a body",
    text: check("http:", "  url: https://beacon.example/", "  body: 'x ${env:} ${name}'"),
    told: [
      "8:17  services.beacon.checks.web.http.body: must write a secret reference as ${env:NAME} or ${file:/path}",
    ],
  },
  {
    rule: "tcp names a port",
    text: check("tcp: beacon.example"),
    told: [
      '6:14  services.beacon.checks.web.tcp: must be an address like "mail.example.com:25" or "[::1]:25", not "beacon.example"',
    ],
  },
  {
    rule: "a port is at most 65535",
    text: check("tcp: beacon.example:65536"),
    told: ["6:14  services.beacon.checks.web.tcp: must name a port from 1 to 65535, not 65536"],
  },
  {
    rule: "a port is at least 1",
    text: check("tcp: { host: beacon.example, port: 0 }"),
    told: ["6:44  services.beacon.checks.web.tcp.port: must be a port from 1 to 65535, not 0"],
  },
  {
    rule: "a host has no scheme",
    text: check('tcp: { host: "tcp://beacon.example", port: 1 }'),
    told: [
      '6:22  services.beacon.checks.web.tcp.host: must be a host name or an IP address, without scheme and port, not "tcp://beacon.example"',
    ],
  },
  {
    rule: "an IP address is whole",
    text: check("tcp: 10.0.0.300:1"),
    told: [
      '6:14  services.beacon.checks.web.tcp: must be a host name or an IP address, without scheme and port, not "10.0.0.300"',
    ],
  },
  {
    rule: "escapes need double quotes",
    text: check("tcp: { host: beacon.example, port: 25, send: QUIT\\r\\n }"),
    told: [
      '6:54  services.beacon.checks.web.tcp.send: must stand in double quotes: only there does YAML read escapes like "\\r\\n"',
    ],
  },
  {
    rule: "certificates warn before they fail",
    text: check("tls: { host: beacon.example, min_days: 30 }"),
    told: ["6:14  services.beacon.checks.web.tls: warn_days (21) must not be fewer than min_days (30)"],
  },
  {
    rule: "records are those of the DNS",
    text: check("dns: { name: beacon.example, record: AAA, resolver: 1.1.1.1:99999 }"),
    told: [
      '6:46  services.beacon.checks.web.dns.record: must be "A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "SRV", "CAA" or "PTR", not "AAA"; did you mean "AAAA"?',
      "6:61  services.beacon.checks.web.dns.resolver: must name a port from 1 to 65535, not 99999",
    ],
  },
  {
    rule: "a socket's address is ws",
    text: check("websocket: https://beacon.example/"),
    told: [
      '6:20  services.beacon.checks.web.websocket: must be a ws:// or wss:// address, not "https://beacon.example/"',
    ],
  },
  {
    rule: "a pattern is a regular expression",
    text: check("websocket: { url: wss://beacon.example/, expect: a** }"),
    told: [
      '6:58  services.beacon.checks.web.websocket.expect: must be a regular expression: nothing to repeat in "a**"',
    ],
  },
  {
    rule: "a period is at least a minute",
    text: check("check-in: 59s"),
    told: ['6:19  services.beacon.checks.web.check-in: must be a duration from 1m to 31d, not "59s"'],
  },
  {
    rule: "a period is at most 31 days",
    text: check("check-in: { period: 32d }"),
    told: ['6:29  services.beacon.checks.web.check-in.period: must be a duration from 1m to 31d, not "32d"'],
  },
  {
    rule: "a check-in is due some time",
    text: check("check-in: { grace: 1m }"),
    told: ['6:9  services.beacon.checks.web.check-in: one of "period" or "cron" is missing'],
  },
  {
    rule: "a check-in is due in one way",
    text: check("check-in: { period: 1h, cron: 0 * * * * }"),
    told: [
      '6:33  services.beacon.checks.web.check-in.cron: stands beside "period"; only one of "period" or "cron" may be given',
    ],
  },
  {
    rule: "a cron expression has five fields",
    text: check("check-in: { cron: 0 3 * * }"),
    told: [
      '6:27  services.beacon.checks.web.check-in.cron: must be a cron expression of five fields, like 0 3 * * 1-5, not "0 3 * *"',
    ],
  },
  {
    rule: "a cron expression keeps to its ranges",
    text: check("check-in: { cron: 0 25 * * *, time_zone: Mars/Base }"),
    told: [
      '6:27  services.beacon.checks.web.check-in.cron: must be a cron expression of five fields, like 0 3 * * 1-5, not "0 25 * * *": invalid value for hour: 25',
      '6:50  services.beacon.checks.web.check-in.time_zone: must be a time zone of the IANA database, like Europe/Copenhagen, not "Mars/Base"',
    ],
  },
  {
    rule: "a cron expression comes",
    text: check("check-in: { cron: 0 0 30 2 * }"),
    told: [
      '6:27  services.beacon.checks.web.check-in.cron: must be a cron expression of five fields, like 0 3 * * 1-5, not "0 0 30 2 *": it never comes',
    ],
  },
  {
    rule: "a job calls one location",
    text: checkAnd(
      "locations: { lisbon: Lisbon, osaka: Osaka }\n",
      "check-in: 1h",
      "locations: [lisbon, osaka]",
    ),
    told: ["7:20  services.beacon.checks.web.locations: a job calls one location; name only one"],
  },
  {
    rule: "the key of a check-in",
    text: check("check_in: 1h"),
    told: ['6:9  services.beacon.checks.web.check_in: unknown key; did you mean "check-in"?'],
  },
  {
    rule: "a contract has a customer and a start",
    text: agreed("contracts: { acme: {} }"),
    told: ['4:14  contracts.acme: "customer" is missing', '4:14  contracts.acme: "starts" is missing'],
  },
  {
    rule: "a customer must be known",
    text: agreed("customers: { acme: Acme }", "contracts: { all: { customer: acmee, starts: 2026-01-01 } }"),
    told: ['5:31  contracts.all.customer: there is no customer "acmee"; did you mean "acme"?'],
  },
  {
    rule: "a currency is one of ISO 4217",
    text: contract("fee: 4000.00 DKR"),
    told: ['5:62  contracts.all.fee: there is no currency "DKR" in ISO 4217; did you mean "DKK"?'],
  },
  {
    rule: "an amount has the decimals of its currency",
    text: contract("fee: 4000.50 ISK"),
    told: ['5:62  contracts.all.fee: an amount in ISK is written with no decimals, not "4000.50"'],
  },
  {
    rule: "a policy is one that is there",
    text: contract("policy: pindena"),
    told: ['5:65  contracts.all.policy: there is no ready-made policy "pindena"; did you mean "pindena-no"?'],
  },
  {
    rule: "a date exists",
    text: contract("ends: 2026-02-30"),
    told: ['5:63  contracts.all.ends: must be a date that exists, not "2026-02-30"'],
  },
  {
    rule: "a calendar must be known",
    text: contract("service_hours: office"),
    told: ['5:72  contracts.all.service_hours: there is no calendar "office"; there are none'],
  },
  {
    rule: "hours begin before they end",
    text: agreed("calendars: { office: { hours: { mon: 17:00-09:00 } } }"),
    told: [
      '4:38  calendars.office.hours.mon: must begin before it ends, from 00:00 to 24:00, not "17:00-09:00"; a night is two entries on two days',
    ],
  },
  {
    rule: "hours do not overlap",
    text: agreed("calendars: { office: { hours: { mon-tue: 09:00-17:00, tue: 16:00-18:00 } } }"),
    told: ["4:31  calendars.office.hours: hours of tue overlap"],
  },
  {
    rule: "a region is one of those with holidays",
    text: agreed("calendars: { office: { hours: {}, holidays: DKK } }"),
    told: [
      '4:45  calendars.office.holidays: must be a country, or a region of one, of which public holidays are known, like DK or GB-ENG, not "DKK"',
    ],
  },
  {
    rule: "a threshold falls",
    text: contract(
      "target: 99.9, fee: 1.00 DKK, credit: { bands: [{ below: 99, percent: 10 }, { below: 99.9, percent: 25 }] }",
    ),
    told: [
      "5:132  contracts.all.credit.bands[1]: below 99.9 → 25 % follows below 99 → 10 %: thresholds have to fall and percents to rise, each strictly",
    ],
  },
  {
    rule: "a version begins with a cycle",
    text: contract("versions: [{ effective: 2026-07-02, reason: More }]"),
    told: [
      "5:81  contracts.all.versions[0].effective: takes effect at the start of a cycle, 2026-07-01 or 2026-08-01, not on 2026-07-02; to judge that cycle in two parts, write mid_cycle: split",
    ],
  },
  {
    rule: "versions do not overlap",
    text: contract(
      "versions: [{ effective: 2026-07-01, reason: More }, { effective: 2026-07-01, reason: Again }]",
    ),
    told: [
      "5:122  contracts.all.versions[1].effective: overlaps the version of 2026-07-01: each takes effect after the one before it",
    ],
  },
  {
    rule: "a deadline is one",
    text: contract("support: { plans: { basic: { response: soon } } }"),
    told: [
      '5:96  contracts.all.support.plans.basic.response: must be a deadline like "2h", "2h working" or "2h clock"; or "next_working_day", "at_once" or "none", not "soon"',
    ],
  },
  {
    rule: "a weekly report comes on a day of the week",
    text: "platform: { name: Acme, operations_report: { to: [lea@acme.example], day: mandag } }\nservices: {}\n",
    told: [
      '1:75  platform.operations_report.day: must be "monday", "tuesday", "wednesday", "thursday", "friday", "saturday" or "sunday", not "mandag"; did you mean "monday"?',
    ],
  },
  {
    rule: "a weekly report goes to mail addresses",
    text: "platform: { name: Acme, operations_report: { to: [management] } }\nservices: {}\n",
    told: ['1:51  platform.operations_report.to[0]: must be a mail address, not "management"'],
  },
  {
    rule: "account managers are mail addresses",
    text: "platform: { name: Acme, account_managers: [bo] }\nservices: {}\n",
    told: ['1:44  platform.account_managers[0]: must be a mail address, not "bo"'],
  },
  {
    rule: "reports are sent on issue, never, or by a rule",
    text: contract("send: monthly"),
    told: ['5:63  contracts.all.send: must be "on_issue" or "never", not "monthly"'],
  },
  {
    rule: "a rule of sending names a day or a calendar",
    text: contract("send: {}"),
    told: ['5:63  contracts.all.send: must name a day or a calendar, or be "on_issue" or "never"'],
  },
  {
    rule: "a time of sending needs its day",
    text: contract('send: { at: "09:00" }'),
    told: ["5:69  contracts.all.send.at: is a time of a day: name the day, too"],
  },
  {
    rule: "reports are sent on a day of a month",
    text: contract("send: { day: 32 }"),
    told: ["5:70  contracts.all.send.day: must be a day from 1 to 31, not 32"],
  },
  {
    rule: "reports are sent within a calendar there is",
    text: contract("send: { calendar: office }"),
    told: ['5:75  contracts.all.send.calendar: there is no calendar "office"; there are none'],
  },
  {
    rule: "a channel has a kind",
    text: agreed("channels:", "  ops: { language: da }"),
    told: [
      '5:3  channels.ops: one of "mail", "webhook", "slack", "teams", "discord", "telegram", "ntfy", "pagerduty", "opsgenie", "sms", "alertmanager" or "alertmanager-webhook" is missing',
    ],
  },
  {
    rule: "a channel has one kind",
    text: agreed("channels:", '  ops: { mail: ops@acme.example, slack: "${env:SLACK}" }'),
    told: [
      '5:34  channels.ops.slack: stands beside "mail"; only one of "mail", "webhook", "slack", "teams", "discord", "telegram", "ntfy", "pagerduty", "opsgenie", "sms", "alertmanager" or "alertmanager-webhook" may be given',
    ],
  },
  {
    rule: "an address that is a secret stands in no file",
    text: agreed("channels:", "  ops: { slack: https://hooks.slack.example/services/T/B/x }"),
    told: [
      '5:17  channels.ops.slack: must be a secret reference like ${env:NAME} or ${file:/path}, not "https://hooks.slack.example/services/T/B/x"',
    ],
  },
  {
    rule: "a signed webhook has a secret",
    text: agreed("channels:", "  ops: { webhook: { url: https://ops.acme.example/ } }"),
    told: ['5:10  channels.ops.webhook: "secret" is missing'],
  },
  {
    rule: "a chat is one",
    text: agreed("channels:", '  ops: { telegram: { token: "${env:T}", chat: -100123 } }'),
    told: [
      '5:47  channels.ops.telegram.chat: must be a chat, like "-1001234567890" or "@acme_alerts", not -100123 (put it in quotes)',
    ],
  },
  {
    rule: "ntfy writes to a topic",
    text: agreed("channels:", "  ops: { ntfy: https://ntfy.example }"),
    told: ["5:16  channels.ops.ntfy: must name a topic after the server, like https://ntfy.sh/acme-alerts"],
  },
  {
    rule: "a short message stands somewhere",
    text: agreed("channels:", '  ops: { sms: { url: https://sms.example/, to: "+4512345678" } }'),
    told: ["5:15  channels.ops.sms: must hold {text} in its address or its body, or the message is nowhere"],
  },
  {
    rule: "a route takes an escalation there is",
    text: agreed(
      "routes: { all: { escalation: dutty } }",
      "escalations:",
      "  duty: { steps: [{ tell: management }] }",
    ),
    told: [
      '4:30  routes.all.escalation: there is no escalation "dutty"; did you mean "duty"?',
      '6:27  escalations.duty.steps[0].tell: nobody is named under "management"',
    ],
  },
  {
    rule: "a route is for services, groups and calendars there are",
    text: agreed(
      "escalations: { duty: { steps: [{ tell: channel:mail }] } }",
      "routes: { all: { services: beacon, groups: product, during: office, escalation: duty } }",
    ),
    told: [
      '5:28  routes.all.services: there is no service "beacon"; there are none',
      '5:44  routes.all.groups: there is no group "product"; there are none',
      '5:61  routes.all.during: there is no calendar "office"; there are none',
    ],
  },
  {
    rule: "a target is one",
    text: agreed("escalations: { duty: { steps: [{ tell: [ops-chat, channel:ops-chat, rota:platform] }] } }"),
    told: [
      '4:40  escalations.duty.steps[0].tell: there is no channel "ops-chat"',
      '4:40  escalations.duty.steps[0].tell: there is no rota "platform"; there are none',
      '4:41  escalations.duty.steps[0].tell[0]: must be a target like "channel:ops-chat", "rota:platform", "person:anna@acme.example" or "management", not "ops-chat"',
    ],
  },
  {
    rule: "steps come in order of their delay",
    text: agreed(
      "escalations:",
      "  duty: { steps: [{ after: 10m, tell: channel:mail }, { after: 5m, tell: channel:webhook }] }",
    ),
    told: ["5:64  escalations.duty.steps[1].after: must not come before the step above it"],
  },
  {
    rule: "the first step can be answered",
    text: agreed("escalations: { duty: { steps: [{ unless: over, tell: channel:mail }] } }"),
    told: ["4:42  escalations.duty.steps[0].unless: the first step is for whoever can acknowledge"],
  },
  {
    rule: "a rota has members or layers",
    text: agreed('rotas: { platform: { hand_over: "09:00" } }'),
    told: ['4:20  rotas.platform: needs either "members" or "layers"'],
  },
  {
    rule: "turns last a day at least",
    text: agreed("rotas: { platform: { every: 0 days, members: [anna@acme.example] } }"),
    told: ["4:29  rotas.platform.every: must be a length of turns of at least a day"],
  },
  {
    rule: "a member is a person",
    text: agreed("rotas: { platform: { members: [anna] } }"),
    told: [
      '4:32  rotas.platform.members[0]: must be a person: the mail address they sign in with, or their number here, not "anna"',
    ],
  },
  {
    rule: "a layer is inside or outside hours",
    text: agreed(
      "calendars: { office: { hours: { mon-fri: 09:00-17:00 } } }",
      "rotas: { platform: { layers: [{ members: [a@b.example], during: office, outside: office }] } }",
    ),
    told: ['5:73  rotas.platform.layers[0].outside: stands beside "during"; only one of them may be given'],
  },
];
