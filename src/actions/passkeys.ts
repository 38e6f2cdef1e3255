/**
 * Passkeys (WebAuthn): a key that somebody's device keeps for this platform, shown with a finger, a face or a PIN. It is two things at
 * once, so no code is asked for beside it. Each challenge is answered once.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import type { AuditEvent } from "../domain/audit/audit-event.ts";
import { InvalidInput, Unauthenticated } from "../domain/errors.ts";
import { nameFaults, type Person, personState } from "../domain/people/person.ts";
import { refuseFaults } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import {
  deletePasskey,
  findPasskey,
  insertPasskey,
  listPasskeys,
  notePasskeyUse,
  putChallenge,
  takeChallenge,
} from "../store/passkeys.ts";
import { getPerson } from "../store/people.ts";
import { noteRefusal } from "./sign-in.ts";

/** Who asks for keys: the platform, at its address. */
export interface RelyingParty {
  name: string;
  /** "https://status.example" */
  origin: string;
}

const challengeMs = 5 * 60_000;

/** Loaded by the first passkey: a server starts without it. */
const webauthn = () => import("@simplewebauthn/server");

/** What a browser is asked, for it to make a key. */
export async function beginPasskey(
  db: Database,
  { name, origin }: RelyingParty,
  { id, mail, name: called }: Person,
  now: Instant,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await webauthn();
  const options = await generateRegistrationOptions({
    rpName: name,
    rpID: new URL(origin).hostname,
    userID: new Uint8Array(Buffer.from(id)),
    userName: mail ?? id,
    userDisplayName: called ?? mail ?? id,
    excludeCredentials: (await listPasskeys(db, id)).map((passkey) => ({ id: passkey.id })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  await putChallenge(db, options.challenge, now + challengeMs);
  return options;
}

/**
 * Keeps the key that a browser made.
 *
 * @param response what the browser answered, as JSON
 * @throws InvalidInput invalid_passkey
 */
export async function addPasskey(
  db: Database,
  { origin }: RelyingParty,
  person: string,
  { response, name }: { response: string; name: string },
  now: Instant,
): Promise<void> {
  refuseFaults("invalid_passkey", "The passkey needs a name.", nameFaults(name, "/name"));
  const answer = readAnswer<RegistrationResponseJSON>(response);
  const { verifyRegistrationResponse } = await webauthn();
  const verified = await orNull(() =>
    verifyRegistrationResponse({
      response: answer!,
      expectedChallenge: (challenge) => takeChallenge(db, challenge, now),
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
    }),
  );
  if (verified === null || !verified.verified) {
    throw new InvalidInput("invalid_passkey", "The passkey could not be taken. Try again.");
  }
  const { id, publicKey, counter, transports = [] } = verified.registrationInfo.credential;
  await db.transaction(async (tx) => {
    const passkey = { id, personId: person, publicKey, counter, transports, name: name.trim() };
    if (!(await insertPasskey(tx, passkey, now))) {
      throw new InvalidInput("invalid_passkey", "This passkey is kept here already.");
    }
    await appendAudit(tx, changed(person, "passkey added", now));
  });
}

/** Forgets a key of one's own; gone already, nothing happens. */
export async function removePasskey(db: Database, person: string, id: string, now: Instant): Promise<void> {
  await db.transaction(async (tx) => {
    if (await deletePasskey(tx, person, id)) {
      await appendAudit(tx, changed(person, "passkey removed", now));
    }
  });
}

/** What a browser is asked, for somebody to come in by a key of theirs, whoever they are. */
export async function askForPasskey(
  db: Database,
  { origin }: RelyingParty,
  now: Instant,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await webauthn();
  const options = await generateAuthenticationOptions({
    rpID: new URL(origin).hostname,
    userVerification: "required",
  });
  await putChallenge(db, options.challenge, now + challengeMs);
  return options;
}

/**
 * Whose key this is.
 *
 * @param response what the browser answered, as JSON
 * @throws Unauthenticated passkey_refused
 */
export async function recognisePasskey(
  db: Database,
  { origin }: RelyingParty,
  response: string,
  now: Instant,
): Promise<Person> {
  const answer = readAnswer<AuthenticationResponseJSON>(response);
  const passkey = answer === null ? undefined : await findPasskey(db, answer.id);
  const person = passkey && (await getPerson(db, passkey.personId));
  const { verifyAuthenticationResponse } = await webauthn();
  const verified =
    passkey &&
    (await orNull(() =>
      verifyAuthenticationResponse({
        response: answer!,
        expectedChallenge: (challenge) => takeChallenge(db, challenge, now),
        expectedOrigin: origin,
        expectedRPID: new URL(origin).hostname,
        credential: {
          id: passkey.id,
          publicKey: new Uint8Array(passkey.publicKey),
          counter: passkey.counter,
        },
      }),
    ));
  if (!verified?.verified || person === undefined || personState(person) !== "active") {
    await noteRefusal(db, person?.id ?? null, "passkey", now);
    throw new Unauthenticated("passkey_refused", "This passkey is not known here, or its time was over.");
  }
  await notePasskeyUse(db, passkey!.id, verified.authenticationInfo.newCounter, now);
  return person;
}

function readAnswer<Answer extends { id: string }>(text: string): Answer | null {
  try {
    const answer = JSON.parse(text) as Answer;
    return typeof answer.id === "string" ? answer : null;
  } catch {
    return null;
  }
}

/** The library throws at whatever is wrong with an answer; a refusal says no more than that it is. */
async function orNull<Value>(work: () => Promise<Value>): Promise<Value | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}

function changed(person: string, event: AuditEvent, now: Instant) {
  const what = { kind: "person" as const, subject: person, event, author: person };
  return { ...what, recordedAt: now, before: null, after: null };
}
