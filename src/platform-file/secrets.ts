/**
 * Secret references: `${env:NAME}` and `${file:PATH}` stand in a definition as they were written, so that no table, page or API ever
 * holds a secret. What people type in the console stands as `${sealed:…}`, which only this installation can open. Values are put in at
 * the last moment, when an assignment is handed to a probe.
 */
import type { Target } from "../../probes/protocol.ts";
import { InvalidInput } from "../domain/errors.ts";

/** Where one secret comes from: a variable of the environment, the text of a file, or what was sealed with the server's own key. */
export interface SecretReference {
  from: "env" | "file" | "sealed";
  /** Name of the variable, path of the file, or the sealed text. */
  name: string;
}

const references = /\$\{(env|file|sealed):([^{}\s][^{}]*)\}/g;

/**
 * The target with the values of its references put in; what it returns must go to a probe and nowhere else.
 *
 * @param read the value of a reference; undefined = there is none
 * @throws InvalidInput secret_missing, naming every reference without a value
 */
export function withSecrets(
  target: Target,
  read: (reference: SecretReference) => string | undefined,
): Target {
  const missing = new Set<string>();
  const filled = mapSecretTexts(target, (text) =>
    text.replaceAll(references, (written, from: SecretReference["from"], name: string) => {
      const value = read({ from, name });
      if (value === undefined) {
        missing.add(written);
      }
      return value ?? "";
    }),
  );
  if (missing.size > 0) {
    throw new InvalidInput("secret_missing", `no value for ${[...missing].join(", ")}`);
  }
  return filled;
}

/**
 * One text with the values of its references put in; what it returns must go to whom it is for and nowhere else.
 *
 * @throws InvalidInput secret_missing, naming every reference without a value
 */
export function fillSecrets(text: string, read: (reference: SecretReference) => string | undefined): string {
  const missing = referencesIn(text).filter((reference) => read(reference) === undefined);
  if (missing.length > 0) {
    throw new InvalidInput("secret_missing", `no value for ${missing.map(printReference).join(", ")}`);
  }
  return text.replaceAll(references, (_, from: "env" | "file", name: string) => read({ from, name })!);
}

/** The references of a target, each once, in the order in which they stand. */
export function secretReferences(target: Target): SecretReference[] {
  const found = new Map<string, SecretReference>();
  mapSecretTexts(target, (text) => {
    for (const reference of referencesIn(text)) {
      found.set(printReference(reference), reference);
    }
    return text;
  });
  return [...found.values()];
}

/** The references in one text. */
export function referencesIn(text: string): SecretReference[] {
  return [...text.matchAll(references)].map(([, from, name]) => ({
    from: from as SecretReference["from"],
    name: name!,
  }));
}

/** As it is written: `${env:NAME}`. */
export function printReference({ from, name }: SecretReference): string {
  return `\${${from}:${name}}`;
}

/** Whether every `${` begins a well-formed reference: `${TOKEN}` would else be sent as it stands. */
export function hasOnlyWholeReferences(text: string): boolean {
  return !text.replaceAll(references, "").includes("${");
}

/** All texts of a target that may hold a secret go through `map`, each with a name for its place in it; nothing else is touched. */
export function mapSecretTexts(target: Target, map: (text: string, place: string) => string): Target {
  const mapHeaders = (headers: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, map(value, `header ${name.toLowerCase()}`)]),
    );
  switch (target.kind) {
    case "http": {
      const { body, basicAuth, bearerToken } = target;
      return {
        ...target,
        headers: mapHeaders(target.headers),
        ...(body === undefined ? {} : { body: map(body, "body") }),
        ...(basicAuth === undefined
          ? {}
          : {
              basicAuth: {
                username: map(basicAuth.username, "username"),
                password: map(basicAuth.password, "password"),
              },
            }),
        ...(bearerToken === undefined ? {} : { bearerToken: map(bearerToken, "bearer") }),
      };
    }
    case "websocket":
      return {
        ...target,
        headers: mapHeaders(target.headers),
        ...(target.send === undefined ? {} : { send: map(target.send, "send") }),
      };
    case "tcp":
      return target.send === undefined ? target : { ...target, send: map(target.send, "send") };
    case "tls":
    case "dns":
    case "icmp":
    case "check-in":
      return target;
  }
}
