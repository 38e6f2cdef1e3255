import { expect, it } from "vitest";
import { shownVariables } from "../src/shown-variables.ts";

const shown = (environment: Record<string, string>, name: string) =>
  shownVariables(environment).find((one) => one.name === name);

it("shows what is set, and what holds otherwise", () => {
  expect(shown({ PORT: "4100" }, "PORT")).toEqual({ name: "PORT", isSet: true, value: "4100" });
  expect(shown({}, "PORT")).toEqual({ name: "PORT", isSet: false, value: "3000" });
  expect(shown({ PORT: "" }, "PORT")).toMatchObject({ isSet: false });
});

it("shows the path of a file, and nothing that is in it", () => {
  expect(shown({ SECRET_KEY_FILE: "/run/secrets/key" }, "SECRET_KEY_FILE")?.value).toBe("/run/secrets/key");
});

it("shows no secret, nor an address that may hold one", () => {
  const environment = {
    SECRET_KEY: "s3cret-of-32-characters-and-more",
    DATABASE_URL: "postgres://ops:s3cret@db.acme.example:5432/fournines",
    SMTP_URL: "smtps://ops:s3cret@mail.acme.example:465",
    ALERT_WEBHOOK_URL: "https://hooks.acme.example/s3cret",
    ALERT_WEBHOOK_SECRET: "whsec_s3cret",
    OIDC_CLIENT_SECRET: "s3cret",
    CHECK_IN_URL: "https://watch.acme.example/ping/s3cret",
  };
  expect(JSON.stringify(shownVariables(environment))).not.toContain("s3cret");
  expect(shown(environment, "DATABASE_URL")).toMatchObject({ isSet: true, value: "db.acme.example:5432" });
});

it("knows every variable that the README's table names", async () => {
  const { readFileSync } = await import("node:fs");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const table = readme.slice(readme.indexOf("## Settings"), readme.indexOf("The command line reads"));
  const named = [...table.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name!);
  const known = shownVariables({}).map(({ name }) => name);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
