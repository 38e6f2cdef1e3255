/** Why a sample failed, in a few plain words for the page: the reason's meaning, and what the probe saw where that helps. */
import type { FailureReason } from "../../../probes/protocol.ts";

const words: Record<FailureReason, string> = {
  name_not_found: "the name does not exist",
  name_lookup_failed: "the name could not be looked up",
  connection_refused: "the connection was refused",
  connection_reset: "the connection was reset",
  connection_closed: "the connection was closed before an answer",
  network_unreachable: "the network could not be reached",
  timeout: "no answer in time",
  tls_failed: "no secure connection could be made",
  certificate_expired: "the certificate has expired",
  certificate_expires_soon: "the certificate expires soon",
  certificate_untrusted: "the certificate is not trusted",
  certificate_name_mismatch: "the certificate is for another name",
  protocol_error: "the answer was not valid",
  too_many_redirects: "it redirected too many times",
  bad_redirect: "it redirected to an address that cannot be asked",
  unexpected_status: "an unexpected status was answered",
  unexpected_header: "a header was not as expected",
  unexpected_body: "the content was not as expected",
  body_too_large: "the answer was larger than allowed",
  unexpected_answer: "the answer was not as expected",
  check_in_late: "the job did not call in time",
  check_in_failed: "the job said that it failed",
  not_asked_yet: "nothing was asked yet",
  probe_overloaded: "the probe was overloaded and cannot say",
  probe_failed: "the probe could not ask",
  network_lost: "the probe had lost its own network",
};

/** Reasons whose detail the probe makes of numbers alone; any other may repeat what a target answered, or what is expected of it. */
const harmlessDetails: ReadonlySet<FailureReason> = new Set(["unexpected_status"]);

/**
 * Plain words for a reason, fit for everybody to read. What the probe saw follows only where it cannot repeat a word of the target's
 * answer or of the configuration: those stay in the evidence.
 */
export function troubleInWords(reason: FailureReason, detail: string | null): string {
  return detail === null || detail === "" || !harmlessDetails.has(reason)
    ? words[reason]
    : `${words[reason]} (${detail})`;
}

const reasons = new Map(Object.entries(words).map(([reason, text]) => [text, reason as FailureReason]));

/** The reason that these plain words, without what was seen, stand for; undefined: they are none of these. */
export function troubleReason(text: string): FailureReason | undefined {
  return reasons.get(text);
}
