import { describe, expect, it } from "vitest";
import type { ChannelSettings } from "../../src/domain/alerting/channel-definition.ts";
import { BadPlatformFile } from "../../src/platform-file/mistakes.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";
import { fillSecrets } from "../../src/platform-file/secrets.ts";
import { parse } from "./parsing.ts";

const file = (lines: string) =>
  `platform: { name: Acme, languages: [da, en] }\nservices: {}\nchannels:\n  ops-chat: { ${lines} }\n`;
const settingsOf = (lines: string) => parse(file(lines)).settings.channels![0]!.settings;

const cases: [string, ChannelSettings][] = [
  ["mail: ops@acme.example", { kind: "mail", to: ["ops@acme.example"] }],
  ["mail: [a@b.example, c@d.example, a@b.example]", { kind: "mail", to: ["a@b.example", "c@d.example"] }],
  [
    'webhook: { url: https://a.example/x, secret: "${env:S}", headers: { X-Team: "${file:/t}" } }',
    { kind: "webhook", url: "https://a.example/x", secret: "${env:S}", headers: { "X-Team": "${file:/t}" } },
  ],
  ['slack: "${env:SLACK}"', { kind: "slack", url: "${env:SLACK}" }],
  ['teams: "${file:/run/teams}"', { kind: "teams", url: "${file:/run/teams}" }],
  ['discord: "${env:D}"', { kind: "discord", url: "${env:D}" }],
  [
    'telegram: { token: "${env:T}", chat: "-1001", thread: 4, address: http://127.0.0.1:9/ }',
    { kind: "telegram", token: "${env:T}", chat: "-1001", thread: 4, address: "http://127.0.0.1:9" },
  ],
  ["ntfy: https://ntfy.example/acme", { kind: "ntfy", url: "https://ntfy.example/acme", token: null }],
  [
    'ntfy: { url: "${env:TOPIC}", token: "${env:N}" }',
    { kind: "ntfy", url: "${env:TOPIC}", token: "${env:N}" },
  ],
  ['pagerduty: "${env:P}"', { kind: "pagerduty", key: "${env:P}", region: "us", address: null }],
  [
    'opsgenie: { key: "${env:O}", region: eu, address: https://og.example }',
    { kind: "opsgenie", key: "${env:O}", region: "eu", address: "https://og.example" },
  ],
  [
    'sms: { url: "https://sms.example/?to={to}&text={text}", to: "+45 12 34 56 78" }',
    {
      ...{ kind: "sms", url: "https://sms.example/?to={to}&text={text}", to: "+4512345678", headers: {} },
      ...{ method: "GET", body: null, contentType: "application/json", segments: 2 },
    },
  ],
  [
    'sms: { url: https://sms.example, to: "12345678", body: "to={to}&text={text}", content_type: application/x-www-form-urlencoded, segments: 1 }',
    {
      ...{ kind: "sms", url: "https://sms.example", to: "12345678", headers: {}, method: "POST" },
      ...{ body: "to={to}&text={text}", contentType: "application/x-www-form-urlencoded", segments: 1 },
    },
  ],
  ["alertmanager: http://am:9093", { kind: "alertmanager", url: "http://am:9093", headers: {} }],
  [
    'alertmanager-webhook: { url: http://r.example/, headers: { Authorization: "Bearer ${env:A}" } }',
    {
      ...{ kind: "alertmanager-webhook", url: "http://r.example/" },
      headers: { Authorization: "Bearer ${env:A}" },
    },
  ],
];

describe("a channel of the platform file", () => {
  it.each(cases)("%s", (lines, settings) => expect(settingsOf(lines)).toEqual(settings));

  it("has a title, the platform's first language, and no way into private networks, unless it says otherwise", () => {
    expect(parse(file('slack: "${env:S}"')).settings.channels).toEqual([
      expect.objectContaining({ slug: "ops-chat", title: "Ops chat", language: "da", isInternal: false }),
    ]);
    const said = 'slack: "${env:S}", title: "#ops", language: fr, internal: true';
    expect(parse(file(said)).settings.channels).toEqual([
      expect.objectContaining({ title: "#ops", language: "fr", isInternal: true }),
    ]);
  });

  it("has values for all its secrets where somebody knows them", () => {
    const read = (text: string) =>
      parsePlatformFile(text, {
        file: "platform.yaml",
        capabilities: { icmp: true },
        readSecret: ({ name }) => (name === "KNOWN" ? "x" : undefined),
      });
    expect(read(file('slack: "${env:KNOWN}"')).settings.channels).toHaveLength(1);
    const mistaken = () =>
      read(file('telegram: { token: "${env:LOST}", chat: "-1" }, title: "${env:KNOWN}"'));
    expect(mistaken).toThrow(BadPlatformFile);
    expect(mistaken).toThrow(/4:34 {2}channels\.ops-chat\.telegram\.token: no value for \$\{env:LOST\}/);
  });

  it("gives away the value of a reference, or says which has none", () => {
    const read = ({ name }: { name: string }) => ({ A: "1$&", B: "2" })[name];
    expect(fillSecrets("x-${env:A}-${file:B}", read)).toBe("x-1$&-2");
    expect(() => fillSecrets("${env:A}${env:C}", read)).toThrow("no value for ${env:C}");
  });
});
