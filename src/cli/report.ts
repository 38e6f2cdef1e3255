/** `fournines report list | show | close | export`: a thin client of the running server's API. */
import { text as readAll } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { InvalidInput } from "../domain/errors.ts";
import { printAmount } from "../domain/sla/figures/money.ts";
import { customerLanguages } from "../domain/sla/promise/customer.ts";
import { findServer, openServerFile } from "./connection.ts";
import { saveFile } from "./save-file.ts";
import { CommandEnded, type CommonOptions, converse, type Terminal, withServerOptions } from "./words.ts";

/** The parts of the API's report that are printed. */
interface ReportJson {
  contract: string;
  month: string;
  revision: number;
  verdict: string;
  percent: string | null;
  credit_minor: number | null;
  currency: string | null;
  issued_at: string;
  author: string;
  sha256: string;
}

interface CycleJson {
  contract: string;
  month: string;
  state: string;
  revision: number;
  start: string;
  end: string;
  verdict: string;
  percent: string | null;
  bounds: { low: string | null; high: string | null };
  credit_minor: number | null;
  currency: string | null;
  changed_since_issue: boolean;
  needs: { detail: string }[];
}

type ProgressJson =
  | { step: "begun"; total: number }
  | { step: "waiting"; contract: string; needs: { detail: string }[] }
  | { step: "looked"; total: number; ready: number; final: number; waiting: number }
  | { step: "issued"; report: ReportJson }
  | { step: "refused"; contract: string; message: string }
  | { step: "done"; issued: number; final: number; waiting: number; refused: number }
  | { step: "failed"; code: string };

/** Adds the command and its subcommands. */
export function addReportCommands(program: Command, terminal: Terminal): void {
  const report = program.command("report").description("close the month, and get what was issued");

  withServerOptions(report.command("list").description("every revision that was issued"))
    .option("--contract <slug>", "only those of a contract")
    .option("--month <month>", "only those of a month, like 2026-06")
    .action(async (options: CommonOptions & { contract?: string; month?: string }) => {
      const query = new URLSearchParams();
      for (const name of ["contract", "month"] as const) {
        if (options[name] !== undefined) {
          query.set(name, options[name]);
        }
      }
      const server = converse(options, terminal);
      const answer = await server.ask<{ reports: ReportJson[] }>("GET", `/api/v1/reports?${query}`);
      if (options.json === true) {
        terminal.print(JSON.stringify(answer, null, 2));
        return;
      }
      answer.reports.forEach((issued) => terminal.print(lineOf(issued)));
      if (answer.reports.length === 0) {
        terminal.print("No reports.");
      }
    });

  withServerOptions(
    report.command("show <contract> <month>").description("how a cycle stands, and what it still needs"),
  ).action(async (contract: string, month: string, options: CommonOptions) => {
    const server = converse(options, terminal);
    const cycle = await server.ask<CycleJson>("GET", `${addressOf(contract)}/cycles/${month}`);
    if (options.json === true) {
      terminal.print(JSON.stringify(cycle, null, 2));
      return;
    }
    const { state, revision, bounds } = cycle;
    terminal.print(
      `${cycle.contract} ${cycle.month}  ${state}${revision > 0 ? `, revision ${revision}` : ""}`,
    );
    terminal.print(`  ${await server.local(cycle.start)} to ${await server.local(cycle.end)}`);
    terminal.print(`  ${figureOf(cycle)}, between ${bounds.low ?? "–"} and ${bounds.high ?? "–"} %`);
    if (cycle.changed_since_issue) {
      terminal.print("  something has changed since it was issued");
    }
    cycle.needs.forEach(({ detail }) => terminal.print(`  needs: ${detail}`));
  });

  withServerOptions(
    report.command("close <month>").description("close all contracts of a month, or one of them"),
  )
    .option("--contract <slug>", "only this one")
    .action(async (month: string, options: CommonOptions & { contract?: string }) => {
      if (options.contract !== undefined) {
        const address = `${addressOf(options.contract)}/cycles/${month}/closing`;
        const issued = await converse(options, terminal).ask<ReportJson>("POST", address);
        terminal.print(options.json === true ? JSON.stringify(issued, null, 2) : lineOf(issued));
        return;
      }
      const connection = await findServer(options, terminal.environment);
      const { body } = await openServerFile(connection, "/api/v1/closings", { body: { month } });
      for await (const line of linesOf(body)) {
        const progress = JSON.parse(line) as ProgressJson;
        terminal.print(options.json === true ? line : inWords(progress));
        if (progress.step === "failed") {
          throw new CommandEnded(1);
        }
      }
    });

  withServerOptions(
    report
      .command("export")
      .usage("<contract> <month> [options], or --all <month> [options]")
      .argument("<words...>", "a contract and a month; with --all the month alone")
      .description("a report as a file: its sealed text, or a document; with --all, the reports of a month"),
  )
    .option("--revision <number>", "which revision (default: the latest)")
    .option("--all", "the latest revisions of every contract of the month in one file")
    .option("--customer <slug>", "with --all: only the contracts of a customer")
    .addOption(new Option("--language <language>", "language of documents").choices(customerLanguages))
    .option(
      "--document <name>",
      "report.pdf, report.xlsx, bundle.zip, or a table like summary.csv; with --all reports.zip, reports.xlsx or a table (default: the sealed text; with --all reports.zip)",
    )
    .option("--out <file>", "the file to write (default: named after what is in it); - prints it")
    .action(async (words: string[], options: ExportOptions) => {
      const address = addressOfExport(words, options);
      const { body, name } = await openServerFile(await findServer(options, terminal.environment), address);
      const file = options.out ?? name;
      if (file === "-") {
        terminal.print(await readAll(body));
        return;
      }
      await saveFile(body, file);
      terminal.print(`${file} written`);
    });
}

interface ExportOptions extends CommonOptions {
  revision?: string;
  all?: boolean;
  customer?: string;
  language?: string;
  document?: string;
  out?: string;
}

/** @throws InvalidInput export_unclear */
function addressOfExport(words: readonly string[], options: ExportOptions): string {
  const { all = false, revision, customer, language, document } = options;
  const month = words.at(-1)!;
  if (words.length !== (all ? 1 : 2)) {
    throw new InvalidInput("export_unclear", "Name a contract and a month, or a month with --all.");
  }
  if (all ? revision !== undefined : customer !== undefined) {
    const [name, why] = all
      ? ["--revision", "with --all it is always the latest"]
      : ["--customer", "it goes with --all"];
    throw new InvalidInput("export_unclear", `${name} cannot stand here: ${why}.`);
  }
  const query = new URLSearchParams(
    Object.entries({ revision, customer, language }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    ),
  );
  if (all) {
    return `/api/v1/reports/${month}/documents/${encodeURIComponent(document ?? "reports.zip")}?${query}`;
  }
  const report = `${addressOf(words[0]!)}/reports/${month}`;
  if (document !== undefined) {
    return `${report}/documents/${encodeURIComponent(document)}?${query}`;
  }
  if (language !== undefined) {
    throw new InvalidInput(
      "export_unclear",
      "--language goes with --document: the sealed text has no other.",
    );
  }
  return revision === undefined ? report : `${report}/revisions/${revision}`;
}

function inWords(progress: ProgressJson): string {
  switch (progress.step) {
    case "begun":
      return `Looking at ${progress.total} contracts.`;
    case "waiting":
      return [`${progress.contract} waits:`, ...progress.needs.map(({ detail }) => `  ${detail}`)].join("\n");
    case "looked":
      return `${progress.total} contracts: ${progress.ready} can be closed, ${progress.final} are closed, ${progress.waiting} wait.`;
    case "issued":
      return lineOf(progress.report);
    case "refused":
      return `${progress.contract} refused: ${progress.message}`;
    case "done":
      return `Done: ${progress.issued} issued, ${progress.final} were closed already, ${progress.waiting} wait, ${progress.refused} refused.`;
    case "failed":
      return `It broke off (${progress.code}). What was issued stands; close the month again to go on.`;
  }
}

function lineOf(issued: ReportJson): string {
  return `${issued.contract} ${issued.month}  revision ${issued.revision}  ${figureOf(issued)}  sha256 ${issued.sha256.slice(0, 12)}`;
}

function figureOf({
  verdict,
  percent,
  credit_minor,
  currency,
}: Pick<ReportJson, "verdict" | "percent" | "credit_minor" | "currency">): string {
  const credit =
    credit_minor === null || currency === null
      ? ""
      : `, credit ${printAmount(credit_minor, currency)} ${currency}`;
  return `${percent === null ? "no percentage" : `${percent} %`} ${verdict.replaceAll("_", " ")}${credit}`;
}

function addressOf(contract: string): string {
  return `/api/v1/contracts/${encodeURIComponent(contract)}`;
}

async function* linesOf(body: ReadableStream): AsyncGenerator<string> {
  let rest = "";
  for await (const part of body.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
    const lines = (rest + part).split("\n");
    rest = lines.pop()!;
    yield* lines.filter((line) => line !== "");
  }
}
