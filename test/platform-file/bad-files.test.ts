import { describe, expect, it } from "vitest";
import { InvalidInput } from "../../src/domain/errors.ts";
import { BadPlatformFile, describeMistakes } from "../../src/platform-file/mistakes.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";
import { badFiles } from "./bad-files.ts";

function refusalOf(text: string): BadPlatformFile {
  try {
    parsePlatformFile(text, { file: "platform.yaml", capabilities: { icmp: false } });
  } catch (error) {
    if (error instanceof BadPlatformFile) {
      return error;
    }
    throw error;
  }
  throw new Error("was accepted");
}

describe("a bad platform file is refused with the place and the rule of every mistake", () => {
  it.each(badFiles.map(({ rule, text, told }) => [rule, text, told] as const))("%s", (_, text, told) => {
    expect(describeMistakes(refusalOf(text))).toEqual(told.map((line) => `platform.yaml:${line}`));
  });

  it("as an invalid input with a field for each, for the API", () => {
    const error = refusalOf("platform: { name: Acme }\nservices: { a/b: { checks: [] } }\n");
    expect(error).toBeInstanceOf(InvalidInput);
    expect(error.code).toBe("bad_platform_file");
    expect(error.fields.map(({ pointer }) => pointer)).toEqual(["/services/a~1b", "/services/a~1b/checks"]);
    expect(error.fields[1]?.detail).toBe("must be checks by slug, not a list");
  });

  it("as one message with a line for each, for whoever only prints messages", () => {
    expect(refusalOf("platform: {}\nservices: 1\n").message).toBe(
      [
        "platform.yaml has 2 mistakes:",
        'platform.yaml:1:1  platform: "name" is missing',
        "platform.yaml:2:11  services: must be services by slug, not 1",
      ].join("\n"),
    );
  });

  it("and other errors have no mistakes to describe", () => {
    expect(describeMistakes(new InvalidInput("other", "other"))).toEqual([]);
  });

  it("told where the value stands, wherever an alias uses it", () => {
    const text = [
      "platform: { name: Acme }",
      "x-ways: &ways { http: beacon }",
      "services: { beacon: { checks: { web: *ways } } }",
    ].join("\n");
    expect(describeMistakes(refusalOf(text))).toEqual([
      'platform.yaml:2:23  services.beacon.checks.web.http: must be an http:// or https:// address, not "beacon"',
    ]);
  });

  it("and an alias that holds itself does not hang", () => {
    const text = "platform: { name: Acme }\nservices: &all { beacon: { checks: *all } }\n";
    expect(describeMistakes(refusalOf(text)).length).toBeGreaterThan(0);
  });

  it("and aliases of aliases do not make millions of values", () => {
    const many = (count: number, one: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => one(i));
    const text = [
      "platform: { name: Acme }",
      `x-checks: &checks { ${many(500, (i) => `c${i}: { tcp: "beacon.example:1" }`).join(", ")} }`,
      "x-service: &service { checks: *checks }",
      `services: { ${many(500, (i) => `s${i}: *service`).join(", ")} }`,
    ].join("\n");
    expect(describeMistakes(refusalOf(text))).toEqual([
      expect.stringMatching(
        /^platform\.yaml:4:\d+ {2}services\.s\d+: aliases stand for more than 100000 values$/,
      ),
    ]);
  });

  it("without repeating what might be a secret in the wrong place", () => {
    const told = describeMistakes(
      refusalOf(
        [
          "platform: { name: Acme }",
          "services:",
          "  beacon:",
          "    checks:",
          "      web:",
          "        http:",
          '          url: "ftp://ops:4711@beacon.example/"',
          "          basic_auth: ops:4711",
          "          bearer_token: 4711",
          "          headers: { X-Key: 4711 }",
        ].join("\n"),
      ),
    );
    expect(told).toHaveLength(4);
    expect(told.join("\n")).not.toContain("4711");
  });

  it("where secrets are asked for and one is not set", () => {
    const text = [
      "platform: { name: Acme }",
      "services:",
      "  beacon:",
      "    checks:",
      "      web:",
      "        http:",
      "          url: https://beacon.example/",
      '          headers: { X-Key: "${env:SET} ${env:BEACON_KEY}" }',
      "          bearer_token: ${file:/run/secrets/token}",
      "          expect: { text: '${env:NOT_A_SECRET}' }",
    ].join("\n");
    const read = ({ name }: { name: string }) => (name === "SET" ? "value" : undefined);
    const parse = (readSecret?: typeof read) =>
      parsePlatformFile(text, {
        file: "platform.yaml",
        capabilities: { icmp: false },
        ...(readSecret === undefined ? {} : { readSecret }),
      });
    expect(() => parse(read)).toThrow(
      [
        "platform.yaml:8:29  services.beacon.checks.web.http.headers.X-Key: no value for ${env:BEACON_KEY}",
        "platform.yaml:9:25  services.beacon.checks.web.http.bearer_token: no value for ${file:/run/secrets/token}",
      ].join("\n"),
    );
    expect(parse().services[0]?.checks[0]?.target).toMatchObject({
      bearerToken: "${file:/run/secrets/token}",
    });
  });
});
