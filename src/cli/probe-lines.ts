/** What a running probe prints: a line for each thing that happens to it, in words for whoever reads its log. */
import type { NodeProbeNews, NodeProbeProblem } from "../../probes/node/remote.ts";

export interface ProbeLine {
  level: "debug" | "info" | "warn" | "error";
  text: string;
}

/** The line for a problem; null = nothing new, it was told before. */
export function problemLine(problem: NodeProbeProblem): ProbeLine | null {
  switch (problem.kind) {
    case "join_failed":
      return again(problem.attempts, `it could not join yet: ${problem.message}`);
    case "poll_failed":
      return again(problem.attempts, `the server did not say what to ask: ${problem.message}`);
    case "poll_resumed":
      return { level: "info", text: "the server says what to ask again" };
    case "assignments_unreadable":
      return {
        level: "error",
        text: `${problem.entries} of the assignments cannot be understood by this version, and are not asked`,
      };
    case "delivery_failed":
      return again(problem.attempts, `a batch was not taken: ${problem.message}`);
    case "delivery_resumed":
      return { level: "info", text: `batches are taken again, after ${problem.attempts} attempts` };
    case "spool_full":
      return { level: "error", text: `no room for more than ${problem.held} samples: new ones are refused` };
    case "samples_refused":
      return { level: "error", text: `${problem.refused} samples were refused; there is room again` };
    case "spool_failed":
      return {
        level: "error",
        text: `samples stay in memory, the spool does not take them: ${problem.message}`,
      };
    case "spool_recovered":
      return { level: "info", text: "the spool takes samples again" };
    case "damaged":
      return { level: "error", text: `${problem.bytes} bytes of ${problem.path} cannot be read any more` };
    case "batch_set_aside":
      return {
        level: "error",
        text: `batch ${problem.sequence} with ${problem.samples} samples is taken by no server and was set aside: ${problem.message}`,
      };
    case "chain_mismatch":
      return { level: "warn", text: `batch ${problem.expected} was answered with ${problem.acknowledged}` };
    case "chain_resealed":
      return { level: "warn", text: `the server's chain ends at ${problem.goesOnAfter}: going on behind it` };
    case "probe_revoked":
      return { level: "error", text: `revoked: ${problem.message}` };
    case "assignments_not_kept":
      return { level: "warn", text: `what is asked could not be written down: ${problem.message}` };
    case "rotation_failed":
      return { level: "warn", text: `the key could not be changed yet: ${problem.message}` };
  }
}

export function newsLine(news: NodeProbeNews): ProbeLine {
  switch (news.kind) {
    case "joined":
      return {
        level: news.warnings.length === 0 ? "info" : "warn",
        text: [`joined as ${news.probe} in ${news.location}`, ...news.warnings].join("; "),
      };
    case "assigned":
      return { level: "info", text: `asks ${news.checks} checks` };
    case "network":
      return news.lostSince === null
        ? { level: "info", text: "its own network is back" }
        : { level: "warn", text: "its own network is lost: no reference target answers" };
    case "clock":
      return Math.abs(news.skewMs) > 2_000
        ? { level: "warn", text: `its clock is off by ${news.skewMs} ms from the server's` }
        : { level: "info", text: "its clock is right again" };
    case "key_rotated":
      return { level: "info", text: `a new key signs from batch ${news.fromSequence} on` };
  }
}

/** The same trouble is told at attempts 1, 2, 4, 8 …, so that a night without a server is a page and not a book. */
function again(attempts: number, text: string): ProbeLine | null {
  const isPower = (attempts & (attempts - 1)) === 0;
  return isPower ? { level: "warn", text: attempts === 1 ? text : `${text} (attempt ${attempts})` } : null;
}
