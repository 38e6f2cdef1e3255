/** /console/audit: everything anybody changed, looked through, taken away, and hashed again. */
import type { Context, Hono } from "hono";
import { type AuditKind, auditKinds } from "../../domain/audit/audit-chain.ts";
import { type AuditSearch, checkAuditChain, findAudit, type FoundAudit } from "../../store/audit.ts";
import { exportAudit } from "../audit-export.ts";
import { timeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import { type AuthorNames, authorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { freshForm } from "./form.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const shownAtOnce = 100;
const dayMs = 86_400_000;

/** Adds the pages of the audit. */
export function addAudit(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/audit", needs("read:audit"), async (c) => {
    const context = consoleContext(c, deps);
    const names = await authorNames(deps.db, context.language);
    const before = Number(c.req.query("before")) || null;
    const found = await findAudit(deps.db, searchIn(c), { before, limit: shownAtOnce + 1 });
    const shown = found.slice(0, shownAtOnce);
    const address = (path: string, more: Record<string, string>) => {
      const asked = Object.entries(c.req.query()).filter(
        ([name, value]) => value !== "" && name !== "before" && name !== "check",
      );
      return `${context.base}${path}?${new URLSearchParams([...asked, ...Object.entries(more)])}`;
    };
    const model = {
      form: freshForm(c.req.query()),
      kinds: auditKinds,
      people: names.choices,
      entries: shown.map((entry) => shownEntry(entry, names, context)),
      chain: c.req.query("check") === undefined ? null : await checkAuditChain(deps.db),
      checkAddress: address("/audit", { check: "1" }),
      olderAddress:
        found.length > shownAtOnce ? address("/audit", { before: String(shown.at(-1)!.sequence) }) : null,
      exports: (["csv", "json"] as const).map((format) => ({
        format: format.toUpperCase(),
        address: address(`/audit.${format}`, {}),
      })),
    };
    const head = { title: context.language.say("console.audit"), path: "/audit" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/audit", model: shell, status: 200 });
  });

  for (const format of ["csv", "json"] as const) {
    app.get(`/audit.${format}`, needs("read:audit"), (c) => exportAudit(c, deps.db, searchIn(c), format));
  }
}

/** What an address asks for; what cannot be read asks for nothing. */
function searchIn(c: Context): AuditSearch {
  const word = (name: string) => c.req.query(name)?.trim().slice(0, 200) || undefined;
  const day = (name: string) => {
    const at = Date.parse(word(name) ?? "");
    return Number.isNaN(at) ? undefined : at;
  };
  const [kind, author, text] = [word("kind"), word("author"), word("text")];
  const [from, last] = [day("from"), day("to")];
  return {
    ...(auditKinds.includes(kind as AuditKind) ? { kind: kind as AuditKind } : {}),
    ...(author === undefined ? {} : { author }),
    ...(text === undefined ? {} : { text }),
    ...(from === undefined ? {} : { from }),
    ...(last === undefined ? {} : { to: last + dayMs }),
  };
}

function shownEntry(
  { sequence, kind, subject, event, author, recordedAt, content, origin }: FoundAudit,
  names: AuthorNames,
  context: ConsoleContext,
) {
  const { before, after } = JSON.parse(content) as { before: unknown; after: unknown };
  const text = (side: unknown) => (side === null ? null : JSON.stringify(side, null, 1));
  return {
    ...{ sequence, kind, origin },
    event: context.language.say(`console.auditEvent.${event}`),
    subject: names.of(subject),
    author: names.of(author),
    at: timeMarkup(recordedAt, "moment", context),
    before: text(before),
    after: text(after),
  };
}
