/**
 * What hurts in the console, over all of its forms: whatever destroys, ends or reaches customers is confirmed with a tick, undone by a
 * button, or put before somebody once more. A form that is added without an entry here fails.
 */
import { expect, it } from "vitest";
import { consoleRights } from "../rights.ts";

const incident = "/incidents/:reference{[A-Z]{3}-\\d{4}-\\d{4,9}}";
const window = "/maintenance/:reference{MNT-\\d{4}-\\d{4,9}}";
const series = "/maintenance/series/:reference{SER-\\d{4}-\\d{4,9}}";

/** Refused until `confirmed` is ticked: nothing takes it back. */
const confirmed = [
  "/account/passkeys/removal",
  "/account/tokens/revocation",
  "/calendars/:slug/archive",
  "/contracts/:slug/:month/settle/close",
  "/credits/:slug/:month/:revision{[1-9]\\d{0,6}}/steps",
  "/customers/:slug/links/:id/revocation",
  "/incidents/drafts/:id/dismissal",
  `${incident}/merger`,
  "/mail/:id/withdrawal",
  `${window}/steps`,
  `${series}/end`,
  "/pages/:slug/links/:id/revocation",
  "/people/:id/authenticator-removal",
  "/people/:id/erasure",
  "/requests/:reference/erasure",
  "/services/:slug/archive",
  "/services/:slug/checks/:check/removal",
  "/subscribers/:id/removal",
  "/subscribers/:id/resumption",
];

/** Done at once, and taken back by another form. */
const undone: Readonly<Record<string, string>> = {
  "/alerts/:id/acknowledgement": "/alerts/:id/return",
  "/alerts/:id/return": "/alerts/:id/acknowledgement",
  "/incidents/new": `${incident}/updates`,
  [`${incident}/impacts`]: `${incident}/impacts`,
  [`${incident}/particulars`]: `${incident}/particulars`,
  [`${incident}/postmortem`]: `${incident}/postmortem`,
  [`${incident}/updates`]: `${incident}/updates`,
  [`${incident}/updates/:number`]: `${incident}/updates/:number`,
  "/incidents/templates/:slug/archive": "/incidents/templates/:slug/restoration",
  "/incidents/templates/:slug/restoration": "/incidents/templates/:slug/archive",
  "/on-call/takeovers": "/on-call/takeovers/:id/return",
  "/on-call/takeovers/:id/return": "/on-call/takeovers",
  "/people/:id/deactivation": "/people/:id/reactivation",
  "/people/:id/reactivation": "/people/:id/deactivation",
  "/people/:id/role": "/people/:id/role",
  "/services/:slug/restoration": "/services/:slug/archive",
  "/silences": "/silences/:id/lifting",
  "/silences/:id/lifting": "/silences",
};

/** Shown with all that it does, or put before another person, before it is done. */
const shownFirst = [
  "/calendars/:slug/edit",
  "/closings/:month/close",
  "/contracts/:slug/:month/propose-revision",
  `${window}/change`,
  "/maintenance/new",
  `${series}/change`,
  "/proposals/new-correction",
  "/proposals/new-exclusion",
];

/** Takes the words or the reason with which it is done: nobody writes them by mistake. */
const worded = [
  "/account/authenticator/removal",
  "/contracts/:slug/:month/settle/decide",
  "/contracts/:slug/:month/settle/explain",
  `${window}/extend`,
  `${window}/reason`,
  "/proposals/:reference{[A-Z]{3}-\\d{4}-\\d{4,9}}/steps",
  "/requests/:reference/steps",
  "/requests/new",
];

/** Hurts nobody: adds or changes what can be changed again, tries, comes in, goes out, or writes to whom it is about. */
const harmless = [
  "/account",
  "/account/authenticator",
  "/account/passkeys",
  "/account/passkeys/options",
  "/account/password",
  "/account/sessions",
  "/account/tokens",
  "/acknowledge/:link",
  "/calendars/new",
  "/channels/:name/retries",
  "/channels/:name/tests",
  "/customers/:slug/links",
  "/forgotten",
  "/incidents/templates/:slug/edit",
  "/incidents/templates/new",
  "/language",
  "/mail/:id/retry",
  "/new-password/:link",
  "/new-service",
  "/pages/:slug/links",
  "/pages/:slug/password",
  "/passkey",
  "/passkey/options",
  "/people",
  "/people/:id/invitation",
  "/people/:id/new-password",
  "/people/:id/sign-out",
  "/provider",
  "/second-step",
  "/services/:slug/checks/:check",
  "/services/:slug/edit",
  "/services/:slug/new-check",
  "/settings/sessions/:id/end",
  "/settings/test-mail",
  "/sign-in",
  "/sign-in/:link",
  "/sign-out",
  "/welcome/:link",
  "/what-if",
];

const posts = Object.keys(consoleRights)
  .filter((route) => route.startsWith("POST "))
  .map((route) => route.slice("POST /console".length));

it("every form of the console says how it is kept from hurting, once", () => {
  const said = [...confirmed, ...Object.keys(undone), ...shownFirst, ...worded, ...harmless];
  expect(said.toSorted()).toEqual(posts.toSorted());
});

it("what is undone by a form is undone by one that there is", () => {
  for (const undo of Object.values(undone)) {
    expect(posts).toContain(undo);
  }
});
