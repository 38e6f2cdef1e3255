/** /console/settings: how this installation is set up, and whether all of it works: settings by name, never a secret; and who is signed in. */
import type { Context, Hono } from "hono";
import { endSessionsOfPerson } from "../../actions/end-sessions.ts";
import { trySendingMail } from "../../actions/send-account-letter.ts";
import { holidayEdition } from "../../calendars/holidays.ts";
import { isoDay } from "../../domain/time/written-instant.ts";
import { findLastRoot } from "../../store/evidence-roots.ts";
import { type JobRuns, listJobRuns, listServers, readStoreHealth } from "../../store/health.ts";
import { countMailings } from "../../store/mailings.ts";
import { getPerson } from "../../store/people.ts";
import { listStandingProbes, type StandingProbe } from "../../store/probes.ts";
import { listSessions } from "../../store/sessions.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import { authorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { authorOf, type ConsoleContext, type ConsoleEnv, consoleContext, needs, selfOf } from "./room.ts";
import { consoleShell } from "./shell.ts";

/** Adds the settings, the test mail, and everybody's sessions. */
export function addSettings(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const { db, now } = deps;

  const page = async (c: Context<ConsoleEnv>, mailed: { failure: string | null } | null, status = 200) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const readiness = await deps.readiness();
    const root = await findLastRoot(db);
    const health = await readStoreHealth(db);
    const model = {
      versions: [
        { name: "Fournines", value: deps.installation.version },
        { name: "Node", value: deps.installation.runtime },
        { name: say("console.settings.database"), value: health.version.replace(/ on .*/, "") },
        { name: say("console.settings.holidays"), value: holidayEdition },
      ],
      parts: readiness.map(({ part, trouble }) => ({
        part: say(part === "probe" ? "console.settings.ownProbe" : "console.settings.database"),
        trouble,
      })),
      variables: deps.installation.variables,
      settings: platformLines(deps, context),
      jobs: (await listJobRuns(db)).map((job) => jobLine(job, context)),
      servers: (await listServers(db)).map(({ id, wellAt }) => ({
        id,
        wellAt: shortTimeMarkup(wellAt, context),
      })),
      probes: (await listStandingProbes(db))
        .filter(({ revokedAt }) => revokedAt === null)
        .map((probe) => probeLine(probe, context)),
      size: megabytes(health.bytes, context),
      tables: health.tables.map(({ name, bytes }) => ({ name, size: megabytes(bytes, context) })),
      mail: {
        trouble: deps.mailTrouble,
        counts: Object.entries(await countMailings(db)).map(([state, n]) => ({
          state: say(`console.mail.state.${state as "sent"}`),
          n,
        })),
        canTry: deps.accountPost !== null && context.isPerson,
        mailed,
      },
      seal: deps.office.seal.publicKey,
      root: root === undefined ? null : { day: isoDay(root.day), root: root.root },
    };
    const head = { title: say("console.settings.title"), path: "/settings" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/settings", model: shell, status });
  };

  app.get("/settings", needs("write:platform"), (c) => page(c, null));

  app.post("/settings/test-mail", needs("write:platform"), async (c) => {
    const person = await getPerson(db, selfOf(c));
    const failure =
      deps.accountPost === null ? deps.mailTrouble : await trySendingMail(deps.accountPost, person, now());
    return page(c, { failure }, failure === null ? 200 : 502);
  });

  app.get("/settings/sessions", needs("write:people"), async (c) => {
    const context = consoleContext(c, deps);
    const names = await authorNames(db, context.language);
    const model = {
      sessions: (await listSessions(db, now())).map(({ person: id, address, agent, createdAt, seenAt }) => ({
        ...{ id, address, agent, name: names.of(id) },
        since: shortTimeMarkup(createdAt, context),
        seen: shortTimeMarkup(seenAt, context),
      })),
    };
    const head = { title: context.language.say("console.settings.sessions"), path: "/settings/sessions" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/sessions", model: shell, status: 200 });
  });

  app.post("/settings/sessions/:id/end", needs("write:people"), async (c) => {
    await endSessionsOfPerson(db, c.req.param("id"), null, authorOf(c), now());
    return c.redirect("/console/settings/sessions", 303);
  });
}

/** What the platform file, or whoever applied one, says of the platform itself. */
function platformLines(deps: ConsoleDeps, { language }: ConsoleContext): { name: string; value: string }[] {
  const { settings, services } = deps.board();
  const { say } = language;
  const none = say("console.settings.none");
  return [
    { name: say("console.settings.name"), value: settings.name },
    { name: say("console.settings.address"), value: settings.address ?? deps.baseUrl ?? none },
    { name: say("console.settings.zone"), value: settings.timeZone },
    { name: say("nav.languages"), value: settings.languages.join(", ") },
    {
      name: say("console.settings.target"),
      value: settings.commitment.targetPercent === null ? none : `${settings.commitment.targetPercent} %`,
    },
    { name: say("console.services.title"), value: String(services.length) },
    { name: say("console.settings.selfCheck"), value: String(settings.selfCheck?.length ?? 0) },
  ];
}

function jobLine({ name, lastDoneAt, lastFailedAt }: JobRuns, context: ConsoleContext) {
  const fails = lastFailedAt !== null && (lastDoneAt === null || lastFailedAt > lastDoneAt);
  return {
    ...{ name, fails },
    done: lastDoneAt === null ? null : shortTimeMarkup(lastDoneAt, context),
    failed: lastFailedAt === null ? null : shortTimeMarkup(lastFailedAt, context),
  };
}

function probeLine({ id, location, engine, seenAt, state }: StandingProbe, context: ConsoleContext) {
  return {
    ...{ id, location, engine },
    seen: seenAt === null ? null : shortTimeMarkup(seenAt, context),
    isLost: state?.networkLostSince != null,
    held: state?.held ?? 0,
  };
}

function megabytes(bytes: number, { language }: ConsoleContext): string {
  return `${new Intl.NumberFormat(language.tag, { maximumFractionDigits: 1 }).format(bytes / 1_000_000)}\u00a0MB`;
}
