/** Passwords as they are stored: Argon2id, written in the notation of the PHC, with a salt of its own for each. */
import { argon2, type Argon2Parameters, randomBytes, timingSafeEqual } from "node:crypto";

/** What OWASP's password storage cheat sheet asks for at least: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await digestOf(password, { ...cost, nonce });
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(nonce)}$${unpadded(tag)}`;
}

/**
 * Whether this is the password of a hash. Without a hash it takes as long and is never so: who is known here cannot be told by the time
 * an answer takes.
 */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt, digest] =
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(hash ?? nobody) ?? [];
  const expected = Buffer.from(digest!, "base64");
  const tag = await digestOf(password, {
    ...{ memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    ...{ nonce: Buffer.from(salt!, "base64"), tagLength: expected.length },
  });
  return timingSafeEqual(tag, expected) && hash !== undefined;
}

/** A hash in the same notation of which nobody knows a password. */
const nobody = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`;

/** The same letters may reach us composed or not, as keyboards differ: they are one password. */
function digestOf(password: string, parameters: Omit<Argon2Parameters, "message">): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2("argon2id", { ...parameters, message: password.normalize("NFKC") }, (error, tag) =>
      error === null ? resolve(tag) : reject(error),
    );
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
