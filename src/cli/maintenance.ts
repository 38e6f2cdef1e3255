/**
 * `fournines maintenance plan | change | start | verify | end | cancel | list | show`: a thin client of the running server's API.
 */
import type { Command } from "commander";
import { printDuration } from "../domain/time/duration.ts";
import {
  collect,
  type CommonOptions,
  converse,
  type Conversation,
  type Terminal,
  withServerOptions,
} from "./words.ts";

/** The parts of the API's window that are printed. */
interface WindowJson {
  reference: string;
  title: string;
  state: string;
  announced_at: string;
  planned_start: string;
  planned_end: string;
  actual_start: string | null;
  actual_end: string | null;
  overrun_ms: number;
  services: string[];
  updates: { state: string; message: string; at: string }[];
}

interface PlanOptions extends CommonOptions {
  title: string;
  message: string;
  service: string[];
  start: string;
  end: string;
  reason?: string;
}

/** A step a person takes: the state it leads to, what people are told unless something else is said, and the word for it. */
const steps = [
  { name: "start", state: "in_progress", message: "The planned work has begun.", word: "begun" },
  {
    name: "verify",
    state: "verifying",
    message: "The work is done and is being checked.",
    word: "being verified",
  },
  { name: "end", state: "completed", message: "The planned work is over.", word: "completed" },
  { name: "cancel", state: "cancelled", message: "The planned work will not take place.", word: "cancelled" },
] as const;

/** Adds the command and its subcommands. */
export function addMaintenanceCommands(program: Command, terminal: Terminal): void {
  const maintenance = program.command("maintenance").description("announce planned work and live through it");
  const times = 'like "2026-12-01 22:00" in the platform\'s zone, or ISO 8601';
  const why = "why it may break what contracts promise about planned work, where it does";

  withServerOptions(maintenance.command("plan").description("announce planned work"))
    .requiredOption("--title <title>", "what is done, in one line")
    .requiredOption("--message <message>", "what people are told")
    .requiredOption("--service <slug>", "a service it touches; may be repeated", collect)
    .requiredOption("--start <time>", `planned start, ${times}`)
    .requiredOption("--end <time>", "planned end")
    .option("--reason <reason>", why)
    .action(async (options: PlanOptions) => {
      const server = converse(options, terminal);
      const planned = await server.ask<WindowJson>("POST", "/api/v1/maintenance-windows", {
        title: options.title,
        message: options.message,
        services: options.service,
        planned_start: await server.instant(options.start),
        planned_end: await server.instant(options.end),
        ...(options.reason === undefined ? {} : { reason: options.reason }),
      });
      await report(
        terminal,
        options,
        planned,
        async () => `${planned.reference} planned: ${await timeOf(server, planned)}`,
      );
    });

  withServerOptions(
    maintenance.command("change <reference>").description("plan it anew; more than before is announced anew"),
  )
    .requiredOption("--message <message>", "what people are told about the change")
    .option("--title <title>", "another title")
    .option("--service <slug>", "the services it touches now; may be repeated", collect)
    .option("--start <time>", `another planned start, ${times}`)
    .option("--end <time>", "another planned end")
    .option("--reason <reason>", why)
    .action(async (reference: string, options: Partial<PlanOptions>) => {
      const server = converse(options, terminal);
      const changed = await server.ask<WindowJson>("PATCH", addressOf(reference), {
        message: options.message,
        ...(options.title === undefined ? {} : { title: options.title }),
        ...(options.service === undefined ? {} : { services: options.service }),
        ...(options.start === undefined ? {} : { planned_start: await server.instant(options.start) }),
        ...(options.end === undefined ? {} : { planned_end: await server.instant(options.end) }),
        ...(options.reason === undefined ? {} : { reason: options.reason }),
      });
      await report(
        terminal,
        options,
        changed,
        async () =>
          `${changed.reference} changed: ${await timeOf(server, changed)}, announced ${await server.local(changed.announced_at)}`,
      );
    });

  for (const { name, state, message, word } of steps) {
    withServerOptions(maintenance.command(`${name} <reference>`).description(`say that it is ${word}`))
      .option("--message <message>", "what people are told", message)
      .action(async (reference: string, options: CommonOptions & { message: string }) => {
        const server = converse(options, terminal);
        const change = { state, message: options.message };
        const moved = await server.ask<WindowJson>("POST", `${addressOf(reference)}/updates`, change);
        await report(terminal, options, moved, () => `${moved.reference} ${word}${overrun(moved)}`);
      });
  }

  withServerOptions(maintenance.command("list").description("maintenance windows in order of planned start"))
    .option("--coming", "only those that have not begun")
    .option("--month <month>", "only those planned for a part of a month, like 2026-12")
    .action(async (options: CommonOptions & { coming?: boolean; month?: string }) => {
      const server = converse(options, terminal);
      const query = new URLSearchParams();
      if (options.coming === true) {
        query.set("state", "coming");
      }
      if (options.month !== undefined) {
        query.set("month", options.month);
      }
      const answer = await server.ask<{ maintenance_windows: WindowJson[] }>(
        "GET",
        `/api/v1/maintenance-windows?${query}`,
      );
      if (options.json === true) {
        terminal.print(JSON.stringify(answer, null, 2));
        return;
      }
      for (const window of answer.maintenance_windows) {
        const time = await timeOf(server, window);
        terminal.print(
          `${window.reference}  ${window.state.padEnd(11)}  ${time}  ${window.title}${overrun(window)}`,
        );
      }
      if (answer.maintenance_windows.length === 0) {
        terminal.print("No maintenance.");
      }
    });

  withServerOptions(
    maintenance.command("show <reference>").description("one window with all its updates"),
  ).action(async (reference: string, options: CommonOptions) => {
    const server = converse(options, terminal);
    const shown = await server.ask<WindowJson>("GET", addressOf(reference));
    if (options.json === true) {
      terminal.print(JSON.stringify(shown, null, 2));
    } else {
      await tell(terminal, server, shown);
    }
  });
}

async function report(
  terminal: Terminal,
  options: CommonOptions,
  answer: WindowJson,
  sentence: () => string | Promise<string>,
): Promise<void> {
  terminal.print(options.json === true ? JSON.stringify(answer, null, 2) : await sentence());
}

async function tell(terminal: Terminal, server: Conversation, shown: WindowJson): Promise<void> {
  terminal.print(`${shown.reference}  ${shown.state}  ${shown.title}${overrun(shown)}`);
  terminal.print(
    `  planned ${await timeOf(server, shown)} (${await server.timeZone()}), announced ${await server.local(shown.announced_at)}`,
  );
  terminal.print(
    `  began ${await server.local(shown.actual_start)}, over ${await server.local(shown.actual_end)}`,
  );
  terminal.print(`  services: ${shown.services.join(", ")}`);
  for (const { state, message, at } of shown.updates) {
    terminal.print(`  ${await server.local(at)}  ${state}: ${message.replaceAll("\n", "\n    ")}`);
  }
}

async function timeOf(server: Conversation, window: WindowJson): Promise<string> {
  return `${await server.local(window.planned_start)} to ${await server.local(window.planned_end)}`;
}

function overrun({ overrun_ms }: WindowJson): string {
  const seconds = Math.floor(overrun_ms / 1_000);
  return seconds === 0 ? "" : `, ${printDuration(seconds * 1_000)} over its planned end`;
}

function addressOf(reference: string): string {
  return `/api/v1/maintenance-windows/${encodeURIComponent(reference)}`;
}
