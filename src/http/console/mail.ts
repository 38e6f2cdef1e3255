/** /console/mail: every mail that was put down, what has become of it and why, and what it looks like; sending again what failed. */
import type { Context, Hono } from "hono";
import { composeMailing } from "../../actions/compose-mailing.ts";
import { readLetterhead } from "../../actions/read-letterhead.ts";
import { letterInBrowser, underLetterhead } from "../../documents/letterhead.ts";
import { previewOperationsReport } from "../../actions/preview-operations-report.ts";
import { settleMailing } from "../../actions/settle-mailing.ts";
import { NotFound } from "../../domain/errors.ts";
import { type MailingState, mailingStates } from "../../domain/mailing/mailing.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { countMailings, getMailing, listAttempts, listMailings, type Mailing } from "../../store/mailings.ts";
import { failureOf } from "../api/mailings.ts";
import { type Markup, shortTimeMarkup } from "../pages/markup.ts";
import { securityHeaders } from "../pages/security.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedButton, refuseUnmeant } from "./form.ts";
import { contractTitles } from "./maintenance-words.ts";
import { returnWords } from "./return-words.ts";
import { authorOf, type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const mostShown = 300;

/** A mail stands alone, in its own looks, and can do nothing: not even a script of ours runs in it. */
const mailHeaders = {
  ...securityHeaders,
  "Content-Security-Policy":
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  "Cache-Control": "private, no-store",
};

/** Adds the pages of mails. */
export function addMail(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/mail", needs("read:reports"), async (c) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const state = mailingStates.find((one) => one === c.req.query("state")) ?? null;
    const counts = await countMailings(deps.db);
    const mailings = await listMailings(deps.db, state === null ? {} : { state }, mostShown);
    const titles = await contractTitles(deps.db);
    const model = {
      trouble: deps.mailTrouble,
      choices: [null, ...mailingStates].map((one) => ({
        address: `${context.base}/mail${one === null ? "" : `?state=${one}`}`,
        text: one === null ? say("console.mail.all") : say(`console.mail.state.${one}`),
        count: one === null ? Object.values(counts).reduce((sum, n) => sum + n, 0) : counts[one],
        isHere: one === state,
      })),
      mailings: mailings.map((mailing) => shownMailing(mailing, titles, context, deps)),
      isCut: mailings.length === mostShown,
    };
    const head = { title: say("console.mail.title"), path: "/mail" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/mail", model: shell, status: 200 });
  });

  app.get("/mail/weekly", needs("read:reports"), async (c) => {
    const preview = await previewOperationsReport(deps.db, deps, deps.now());
    const { letter, pictures } = underLetterhead(
      preview,
      await readLetterhead(deps.db, deps.board().settings),
    );
    return c.body(letterInBrowser(letter.html, pictures), 200, {
      ...mailHeaders,
      "Content-Type": "text/html; charset=utf-8",
    });
  });

  app.get("/mail/:id", needs("read:reports"), (c) => page(c, deps, freshForm()));

  app.get("/mail/:id/letter", needs("read:reports"), async (c) => {
    const { html, attachments } = await composeMailing(deps.db, await getMailing(deps.db, idOf(c)), deps);
    return c.body(letterInBrowser(html, attachments), 200, {
      ...mailHeaders,
      "Content-Type": "text/html; charset=utf-8",
    });
  });

  app.get("/mail/:id/text", needs("read:reports"), async (c) => {
    const { text } = await composeMailing(deps.db, await getMailing(deps.db, idOf(c)), deps);
    return c.body(text, 200, { ...mailHeaders, "Content-Type": "text/plain; charset=utf-8" });
  });

  for (const [verb, to] of [
    ["retry", "retried"],
    ["withdrawal", "withdrawn"],
  ] as const) {
    app.post(`/mail/:id/${verb}`, needs("write:reports"), async (c) => {
      const id = idOf(c);
      const typed = await readForm(c);
      try {
        if (to === "withdrawn") {
          refuseUnmeant(typed);
        }
        await settleMailing(deps.db, { id, to, author: authorOf(c) }, deps.now());
        return c.redirect(`/console/mail/${id}${to === "retried" ? "?again=yes" : ""}`, 303);
      } catch (error) {
        if (error instanceof NotFound) {
          throw error;
        }
        const { form, status } = refusedButton(error);
        return page(c, deps, form, status);
      }
    });
  }
}

async function page(c: Context<ConsoleEnv>, deps: ConsoleDeps, form: Form, status = 200): Promise<Response> {
  const context = consoleContext(c, deps);
  const mailing = await getMailing(deps.db, idOf(c));
  const shown = shownMailing(mailing, await contractTitles(deps.db), context, deps);
  const attempts = await listAttempts(deps.db, mailing.id);
  const model = {
    form,
    mailing: shown,
    facts: factsOf(mailing, context),
    attempts: attempts.map(({ number, startedAt, endedAt, failure }) => ({
      number,
      at: shortTimeMarkup(startedAt, context),
      word:
        endedAt === null
          ? context.language.say("console.mail.noEnd")
          : (failure ?? context.language.say("console.mail.taken")),
    })),
    // Once it was tried the log tells what came of it; where no mail can be sent, that is told instead.
    isTriedSoon:
      c.req.query("again") === "yes" &&
      mailing.state === "waiting" &&
      mailing.nextAt <= context.now &&
      deps.mailTrouble === null,
    mayWrite: context.scopes.has("write:reports"),
    canRetry: shown.state === "failed" || shown.state === "returned",
    canWithdraw: ["failed", "returned", "waiting"].includes(shown.state),
  };
  const head = { title: shown.what, path: `/mail/${mailing.id}` };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/mail-one", model: shell, status });
}

interface ShownMailing {
  id: string;
  recipient: string;
  /** "Report Acme Gold 2026-06, revision 1". */
  what: string;
  state: MailingState;
  stateWord: string;
  /** When it came to that, or is tried next. */
  at: Markup;
  attempts: number;
  /** Why it is not sent; "": nothing is wrong. */
  failure: string;
}

function shownMailing(
  mailing: Mailing,
  titles: ReadonlyMap<string, string>,
  context: ConsoleContext,
  { mailTrouble }: Pick<ConsoleDeps, "mailTrouble">,
): ShownMailing {
  const { id, kind, contract, label, revision, recipient, state, attempts } = mailing;
  const { say } = context.language;
  const about = { contract: titles.get(contract ?? "") ?? contract ?? "", label, n: String(revision) };
  return {
    ...{ id, recipient, state, attempts },
    what: say(`console.mail.kind.${kind}`, about),
    stateWord: say(`console.mail.state.${state}`),
    at: shortTimeMarkup(
      mailing.withdrawnAt ?? mailing.returnedAt ?? mailing.sentAt ?? mailing.failedAt ?? mailing.nextAt,
      context,
    ),
    failure: whyOf(mailing, mailTrouble, context),
  };
}

/** Why it did not arrive: what came back in the language of the console, what a mail server answered as it is kept. */
function whyOf(mailing: Mailing, mailTrouble: string | null, context: ConsoleContext): string {
  if (mailing.returned !== null) {
    return returnWords(mailing.returned, context);
  }
  const failure = failureOf(mailing, mailTrouble) ?? "";
  return failure.charAt(0).toUpperCase() + failure.slice(1);
}

function factsOf(mailing: Mailing, context: ConsoleContext): { word: string; at: Markup }[] {
  const { say } = context.language;
  const told: [Parameters<typeof say>[0], Instant | null][] = [
    ["console.mail.created", mailing.createdAt],
    ["console.mail.due", mailing.dueAt],
    ["console.mail.next", mailing.state === "waiting" ? mailing.nextAt : null],
    ["console.mail.sent", mailing.sentAt],
    ["console.mail.returned", mailing.returnedAt],
    ["console.mail.failed", mailing.failedAt],
    ["console.mail.withdrawn", mailing.withdrawnAt],
  ];
  return told.flatMap(([word, at]) =>
    at === null ? [] : [{ word: say(word), at: shortTimeMarkup(at, context) }],
  );
}

function idOf(c: Context<ConsoleEnv>): string {
  return c.req.param("id") ?? "";
}
