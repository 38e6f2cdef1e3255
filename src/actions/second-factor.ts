/**
 * A second thing that somebody shows beside their password: a code of an authenticator (TOTP, RFC 6238), or one of the backup codes they
 * were given with it. Each code lets in once.
 */
import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import type { AuditEvent } from "../domain/audit/audit-event.ts";
import { Conflict, InvalidInput, Unauthenticated } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import {
  confirmSecondFactor,
  deleteSecondFactor,
  findSecondFactor,
  noteCodeStep,
  putBackupCodes,
  putSecondFactor,
  useBackupCode,
} from "../store/second-factors.ts";
import { digestOfToken } from "./create-token.ts";
import { openSealed, seal } from "./sealed-text.ts";

const stepMs = 30_000;
/** Clocks of telephones differ by so many steps. */
const stepsAround = 1;
const backupCodes = 10;

/** What an authenticator is told. */
export interface NewAuthenticator {
  /** `otpauth://totp/…`, as a picture or to be followed. */
  address: string;
  /** The same to be typed: base 32. */
  secret: string;
}

/** Whether this person shows a code beside their password. */
export async function hasSecondFactor(db: Database, person: string): Promise<boolean> {
  return ((await findSecondFactor(db, person))?.confirmedAt ?? null) !== null;
}

/**
 * A secret for an authenticator, which is asked for only when a code of it was shown. Asked again before that, the same.
 *
 * @throws Conflict second_factor_there
 */
export async function beginSecondFactor(
  db: Database,
  secretKey: string,
  person: { id: string; label: string },
  issuer: string,
  now: Instant,
): Promise<NewAuthenticator> {
  const known = await findSecondFactor(db, person.id);
  if (known !== undefined && known.confirmedAt !== null) {
    throw new Conflict("second_factor_there", "There is an authenticator already: take it away first.");
  }
  const secret = known === undefined ? new Secret({ size: 20 }) : opened(secretKey, person.id, known.sealed);
  if (known === undefined) {
    await putSecondFactor(db, person.id, sealed(secretKey, person.id, secret), now);
  }
  return {
    address: new TOTP({ issuer, label: person.label, secret }).toString(),
    secret: secret.base32,
  };
}

/**
 * Asks for codes from now on: the person has shown one.
 *
 * @returns backup codes, which leave here once
 * @throws InvalidInput wrong_code; Conflict second_factor_there
 */
export async function confirmSecondFactorOf(
  db: Database,
  secretKey: string,
  person: string,
  code: string,
  now: Instant,
): Promise<string[]> {
  const known = await findSecondFactor(db, person);
  if (known === undefined || known.confirmedAt !== null) {
    throw new Conflict("second_factor_there", "Nothing waits to be confirmed.");
  }
  const step = stepOf(opened(secretKey, person, known.sealed), code, now);
  if (step === null) {
    throw new InvalidInput("wrong_code", "This is not the code that the authenticator shows now.", [
      { pointer: "/code", detail: "Type the six digits that it shows now; check its clock." },
    ]);
  }
  const codes = Array.from({ length: backupCodes }, newBackupCode);
  const digests = await Promise.all(codes.map((one) => digestOfToken(tidyCode(one))));
  await db.transaction(async (tx) => {
    await confirmSecondFactor(tx, person, step, now);
    await putBackupCodes(tx, person, digests);
    await appendAudit(tx, changed(person, "authenticator added", person, now));
  });
  return codes;
}

/** Asks for no codes any more. */
export async function removeSecondFactor(
  db: Database,
  person: string,
  author: string,
  now: Instant,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (await deleteSecondFactor(tx, person)) {
      await appendAudit(tx, changed(person, "authenticator removed", author, now));
    }
  });
}

/** @throws Unauthenticated wrong_code: it is none, or has let in before */
export async function checkCode(
  db: Database,
  secretKey: string,
  person: string,
  code: string,
  now: Instant,
): Promise<void> {
  const known = await findSecondFactor(db, person);
  const step = known === undefined ? null : stepOf(opened(secretKey, person, known.sealed), code, now);
  const isRight =
    step === null
      ? await useBackupCode(db, person, await digestOfToken(tidyCode(code)), now)
      : await noteCodeStep(db, person, step);
  if (!isRight) {
    throw new Unauthenticated("wrong_code", "This code is not right, or was used.", [
      { pointer: "/code", detail: "Type the code that the authenticator shows now, or a backup code." },
    ]);
  }
}

/** The step that a code belongs to; null: to none near this instant. */
function stepOf(secret: Secret, code: string, now: Instant): number | null {
  const digits = code.replace(/\s/g, "");
  const delta = /^\d{6}$/.test(digits)
    ? new TOTP({ secret }).validate({ token: digits, timestamp: now, window: stepsAround })
    : null;
  return delta === null ? null : Math.floor(now / stepMs) + delta;
}

const letters = "abcdefghjkmnpqrstuvwxyz23456789";

/** 49 bits, in two halves that can be read out. */
function newBackupCode(): string {
  const code = [...randomBytes(10)].map((byte) => letters[byte % letters.length]).join("");
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

function tidyCode(code: string): string {
  return code.toLowerCase().replace(/[\s-]/g, "");
}

function changed(subject: string, event: AuditEvent, author: string, now: Instant) {
  const what = { kind: "person" as const, subject, event, author, recordedAt: now };
  return { ...what, before: null, after: null };
}

function sealed(secretKey: string, person: string, secret: Secret): Uint8Array {
  return seal({ secretKey, purpose: "authenticators", bound: person }, secret.bytes);
}

function opened(secretKey: string, person: string, box: Uint8Array): Secret {
  const bytes = openSealed({ secretKey, purpose: "authenticators", bound: person }, box);
  return new Secret({ buffer: bytes.buffer });
}
