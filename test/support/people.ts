/** People for tests: invited and come in by the real verbs. */
import { pathOfAccessLink } from "../../src/actions/access-link.ts";
import { invitePerson } from "../../src/actions/invite-person.ts";
import { join } from "../../src/actions/join.ts";
import type { Person } from "../../src/domain/people/person.ts";
import type { Role } from "../../src/domain/people/rights.ts";
import type { TestApi } from "./api.ts";
import { type TestBrowser, testBrowser } from "./browsers.ts";

export const goodPassword = "five blue horses swim";

/** Somebody of this role, who has followed an invitation, and their browser, signed in. */
export async function comeIn(
  api: TestApi,
  name: string,
  role: Role,
  customer: string | null = null,
): Promise<{ person: Person; browser: TestBrowser }> {
  const { db, secretKey, now } = api.deps;
  const mail = `${name.toLowerCase().replaceAll(" ", ".")}@acme.example`;
  const { link } = await invitePerson(db, { role, customer, name, mail }, "command line", now());
  const sealed = pathOfAccessLink(secretKey, link).split("/").at(-1)!;
  const { person, secret } = await join(db, secretKey, sealed, { name, mail, password: goodPassword }, now());
  const browser = testBrowser(api);
  browser.cookies.set("fn_session", secret);
  return { person, browser };
}
