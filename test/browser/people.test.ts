/** People in a real browser: in by a passkey of a virtual authenticator, and every page of theirs looked at by axe, in both themes. */
import { beforeAll, describe, expect, it } from "vitest";
import { pathOfAccessLink } from "../../src/actions/access-link.ts";
import { invitePerson } from "../../src/actions/invite-person.ts";
import { testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { house, type Visit } from "../support/house.ts";
import { comeIn } from "../support/people.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

describe("people in a browser", () => {
  const home = house((db) => testApi(db, now));
  let session: string;
  beforeAll(async () => {
    session = (await comeIn(home.api, "Ann", "admin")).browser.cookies.get("fn_session")!;
  });
  const enter = (options: Visit) => home.enter({ session, ...options });

  it("a passkey is added with the device, and lets its person in without anything typed", async () => {
    const page = await enter({ viewport: { width: 390, height: 844 } });
    const device = await page.context().newCDPSession(page);
    await device.send("WebAuthn.enable");
    const { authenticatorId } = await device.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        ...{ protocol: "ctap2", transport: "internal" },
        ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      },
    });
    await page.goto(`${home.url}/console/account`);
    await page.getByLabel("What you call it").fill("Telephone");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("Telephone", { exact: true }).waitFor();

    await page.context().clearCookies();
    await page.goto(`${home.url}/console/sign-in?then=/console/account`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    expect(await page.getByText("Signed in as Ann").count()).toBe(1);

    // A device that did not see its person opens nothing.
    await page.context().clearCookies();
    await device.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await page.goto(`${home.url}/console/sign-in`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("The device did not show a passkey").waitFor();
    await device.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });

    // Forgotten here, it is worth nothing.
    await page
      .context()
      .addCookies([{ name: "fn_session", value: session, domain: "localhost", path: "/console" }]);
    await page.goto(`${home.url}/console/account`);
    await page.getByText("Forget it").first().click();
    await page.getByLabel("It opens this account no more").check();
    await page.getByRole("button", { name: "Forget it" }).click();
    await page.context().clearCookies();
    await page.goto(`${home.url}/console/sign-in`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("This passkey is not known here").waitFor();
  }, 60_000);

  it("an answer of a passkey is taken once", async () => {
    const page = await enter({});
    const device = await page.context().newCDPSession(page);
    await device.send("WebAuthn.enable");
    await device.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        ...{ protocol: "ctap2", transport: "internal" },
        ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      },
    });
    await page.goto(`${home.url}/console/account`);
    await page.getByLabel("What you call it").fill("Laptop");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("Laptop", { exact: true }).waitFor();
    await page.context().clearCookies();
    await page.goto(`${home.url}/console/sign-in`);
    const sent = page.waitForRequest((request) => request.url() === `${home.url}/console/passkey`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    const body = (await sent).postData()!;
    await page.waitForURL((address) => !address.pathname.includes("passkey"));
    const again = await fetch(`${home.url}/console/passkey`, {
      method: "POST",
      redirect: "manual",
      headers: { Origin: home.url, "Content-Type": "application/x-www-form-urlencoded" },
      body,
    });
    expect(again.status).toBe(401);
  }, 60_000);

  it("axe finds nothing on their doors, nor on the audit that was checked, in every look", async () => {
    const wanted = { role: "ops", customer: null, name: null, mail: "bo@acme.example" } as const;
    const { link } = await invitePerson(home.db, wanted, "Ann", now);
    const page = await enter({ bypassCSP: true });
    for (const path of [
      "/console/audit?check=1",
      "/console/sign-in",
      "/console/forgotten",
      pathOfAccessLink(home.api.deps.secretKey, link),
    ]) {
      await page.goto(home.url + path);
      expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
    }
  }, 120_000);
});
