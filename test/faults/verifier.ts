/**
 * What somebody elsewhere would do who does not believe the page: export a service's evidence, and verify the file with nothing else at
 * hand. The verifier must find it whole, agree with the server, and come to the outages that are stored.
 */
import { join } from "node:path";
import { run } from "./processes.ts";
import type { Stage } from "./stage.ts";

/** What the verifier says of one service. */
export interface Verification {
  service: string;
  findings: string[];
  /** Starts and ends of the outages it came to, epoch ms. */
  outages: { start: number; end: number | null }[];
}

/** Exports and verifies the evidence of a service from a server that still runs. */
export async function verifyService(stage: Stage, service: string, from: number): Promise<Verification> {
  const file = join(stage.folder, `${service}.evidence`);
  const { folder, token } = stage;
  const since = `${new Date(from - 60_000).toISOString().slice(0, 16).replace("T", " ")}`;
  const exported = await run(["evidence", "export", "--service", service, "--from", since, "--out", file], {
    folder,
    environment: { FOURNINES_URL: stage.servers[0]!.url, FOURNINES_TOKEN: token },
  });
  if (exported.code !== 0) {
    return {
      service,
      findings: [`the evidence of ${service} was not exported: ${exported.output}`],
      outages: [],
    };
  }
  const verified = await run(["verify", file, "--json"], { folder, environment: {} });
  try {
    const verdict = JSON.parse(verified.output) as {
      verified: boolean;
      faults: { words: string }[];
      differences: string[] | null;
      outages: { start: string; end: string | null }[];
    };
    return {
      service,
      findings: [
        ...verdict.faults.map(({ words }) => `the verifier says of ${service}: ${words}`),
        ...(verdict.differences ?? ["there is nothing to compare with"]).map(
          (words) => `the verifier does not agree with the server on ${service}: ${words}`,
        ),
        ...(verdict.verified && verified.code === 0
          ? []
          : [`the evidence of ${service} is not verified (exit status ${verified.code})`]),
      ],
      outages: verdict.outages.map(({ start, end }) => ({
        start: Date.parse(start),
        end: end === null ? null : Date.parse(end),
      })),
    };
  } catch {
    return { service, findings: [`the verifier broke on ${service}: ${verified.output}`], outages: [] };
  }
}
