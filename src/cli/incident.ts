/**
 * `fournines incident declare | update | resolve | list | show`: a thin client of the running server's API.
 */
import { type Command, Option } from "commander";
import { InvalidInput } from "../domain/errors.ts";
import { incidentImpacts, incidentStates } from "../domain/status/incident.ts";
import { promisedUpdate } from "../domain/status/next-update.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import {
  collect,
  type CommonOptions,
  converse,
  type Conversation,
  type Terminal,
  withServerOptions,
} from "./words.ts";

/** The parts of the API's incident that are printed. */
interface IncidentJson {
  reference: string;
  title: string;
  state: string;
  started_at: string;
  declared_at: string;
  resolved_at: string | null;
  updates: {
    state: string;
    message: string;
    at: string;
    next_update_at: string | null;
    from: string | null;
  }[];
  impacts: { service: string; impact: string; start: string; end: string | null }[];
}

interface WordsOptions extends CommonOptions {
  template?: string;
  title?: string;
  message: string;
  state?: string;
  service?: string[];
  started?: string;
  resolved?: string;
  reopen?: boolean;
  priority?: string;
  nextUpdate?: string;
}

/** Adds the command and its subcommands. */
export function addIncidentCommands(program: Command, terminal: Terminal): void {
  const incident = program.command("incident").description("tell the public about trouble");
  const serviceOption = () =>
    new Option(
      "--service <slug=impact>",
      `a service and how bad it is (${incidentImpacts.join(", ")}); may be repeated`,
    ).argParser(collect);
  const nextUpdateOption = () =>
    new Option(
      "--next-update <time>",
      'until when you say more: so long from now ("30m"), a time of day ("14:50") or a date and time in the platform\'s zone',
    );
  const stateOption = () => new Option("--state <state>", "where we stand").choices(incidentStates);

  withServerOptions(incident.command("declare").description("declare an incident"))
    .option("--template <slug>", "ready-made words: they say what is left out here")
    .option("--title <title>", "what is wrong, in one line; needed without a template")
    .option("--message <message>", "what people are told; needed without a template")
    .addOption(serviceOption())
    .addOption(stateOption())
    .option(
      "--started <time>",
      'when it began, like "2026-12-01 22:00" in the platform\'s zone (default: now)',
    )
    .option("--resolved <time>", "when it was over, with --state resolved")
    .option("--priority <slug>", "how urgent it is")
    .addOption(nextUpdateOption())
    .action(async (options: Partial<WordsOptions> & CommonOptions) => {
      const { template, title, message, state } = options;
      const server = converse(options, terminal);
      const declared = await server.ask<IncidentJson>("POST", "/api/v1/incidents", {
        // What is undefined is not sent.
        ...{ template, title, message, state },
        ...(options.service === undefined ? {} : { services: toAffected(options.service) }),
        ...(options.priority === undefined ? {} : { priority: options.priority }),
        ...(options.started === undefined ? {} : { started_at: await server.instant(options.started) }),
        ...(options.resolved === undefined ? {} : { resolved_at: await server.instant(options.resolved) }),
        ...(await promiseIn(options, server)),
      });
      report(terminal, options, declared, `${declared.reference} declared: ${declared.title}`);
    });

  withServerOptions(incident.command("update <reference>").description("say more, or change how bad it is"))
    .requiredOption("--message <message>", "what people are told")
    .option("--title <title>", "another title")
    .addOption(serviceOption())
    .addOption(stateOption())
    .option("--reopen", "open a resolved incident again")
    .option("--priority <slug>", "another priority")
    .addOption(nextUpdateOption())
    .action(async (reference: string, options: WordsOptions) => {
      const server = converse(options, terminal);
      const updated = await publish(server, reference, {
        message: options.message,
        ...(options.title === undefined ? {} : { title: options.title }),
        ...(options.state === undefined ? {} : { state: options.state }),
        ...(options.service === undefined ? {} : { services: toAffected(options.service) }),
        ...(options.priority === undefined ? {} : { priority: options.priority }),
        ...(options.reopen === true ? { reopen: true } : {}),
        ...(await promiseIn(options, server)),
      });
      report(terminal, options, updated, `${updated.reference} updated: ${updated.state}`);
    });

  withServerOptions(incident.command("resolve <reference>").description("say that it is over"))
    .requiredOption("--message <message>", "what people are told")
    .option("--resolved <time>", "when it was over, in the platform's zone (default: now)")
    .action(async (reference: string, options: WordsOptions) => {
      const server = converse(options, terminal);
      const resolved = await publish(server, reference, {
        ...{ message: options.message, state: "resolved" },
        ...(options.resolved === undefined ? {} : { resolved_at: await server.instant(options.resolved) }),
      });
      report(terminal, options, resolved, `${resolved.reference} resolved`);
    });

  withServerOptions(incident.command("list").description("incidents, newest first"))
    .option("--open", "only those that are not resolved")
    .option("--month <month>", "only those that began in a month, like 2026-12")
    .option("--limit <count>", "at most so many", "50")
    .action(async (options: CommonOptions & { open?: boolean; month?: string; limit: string }) => {
      const server = converse(options, terminal);
      const query = new URLSearchParams({ limit: options.limit });
      if (options.open === true) {
        query.set("state", "open");
      }
      if (options.month !== undefined) {
        query.set("month", options.month);
      }
      const answer = await server.ask<{ incidents: IncidentJson[] }>("GET", `/api/v1/incidents?${query}`);
      if (options.json === true) {
        terminal.print(JSON.stringify(answer, null, 2));
        return;
      }
      for (const one of answer.incidents) {
        const started = await server.local(one.started_at);
        const next = await nextUpdate(server, one);
        terminal.print(`${one.reference}  ${one.state.padEnd(13)}  ${started}  ${one.title}${next}`);
      }
      if (answer.incidents.length === 0) {
        terminal.print("No incidents.");
      }
    });

  withServerOptions(
    incident.command("show <reference>").description("one incident with all its updates"),
  ).action(async (reference: string, options: CommonOptions) => {
    const server = converse(options, terminal);
    const shown = await server.ask<IncidentJson>("GET", `/api/v1/incidents/${encodeURIComponent(reference)}`);
    if (options.json === true) {
      terminal.print(JSON.stringify(shown, null, 2));
    } else {
      await tell(terminal, server, shown);
    }
  });
}

function publish(server: Conversation, reference: string, change: object): Promise<IncidentJson> {
  return server.ask("POST", `/api/v1/incidents/${encodeURIComponent(reference)}/updates`, change);
}

function report(terminal: Terminal, options: CommonOptions, answer: IncidentJson, sentence: string): void {
  terminal.print(options.json === true ? JSON.stringify(answer, null, 2) : sentence);
}

async function tell(terminal: Terminal, server: Conversation, shown: IncidentJson): Promise<void> {
  terminal.print(`${shown.reference}  ${shown.state}  ${shown.title}${await nextUpdate(server, shown)}`);
  terminal.print(
    `  began ${await server.local(shown.started_at)}, over ${await server.local(shown.resolved_at)} (${await server.timeZone()})`,
  );
  for (const { service, impact, start, end } of shown.impacts) {
    terminal.print(`  ${service}: ${impact}, ${await server.local(start)} to ${await server.local(end)}`);
  }
  for (const { state, message, at } of shown.updates) {
    terminal.print(`  ${await server.local(at)}  ${state}: ${message.replaceAll("\n", "\n    ")}`);
  }
}

/** What is sent of a promise; nothing where none is given. */
async function promiseIn({ nextUpdate }: Pick<WordsOptions, "nextUpdate">, server: Conversation) {
  return nextUpdate === undefined ? {} : { next_update_at: await server.coming(nextUpdate) };
}

/** ", next update by 2026-12-01 22:30": the promise that stands, kept or not; "" where none does. */
async function nextUpdate(server: Conversation, { state, updates }: IncidentJson): Promise<string> {
  const at = promisedUpdate({
    state,
    updates: updates.map(({ from, next_update_at: next }) => ({
      from,
      nextUpdateAt: next === null ? null : Date.parse(next),
    })),
  });
  return at === null ? "" : `, next update by ${await server.local(isoInstant(at))}`;
}

function toAffected(given: readonly string[] | undefined): { service: string; impact: string }[] {
  return (given ?? []).map((text) => {
    const parts = /^([^=]+)=([^=]+)$/.exec(text);
    if (parts === null) {
      throw new InvalidInput(
        "service_option",
        `"${text}" is not a service and its impact, like beacon=partial_outage.`,
      );
    }
    return { service: parts[1]!, impact: parts[2]! };
  });
}
