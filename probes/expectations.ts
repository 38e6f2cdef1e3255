/**
 * Judges what came back: status, headers, body, JSON path, latency, certificate. Only values in and an answer out, so that the
 * same judgement holds on every platform a probe runs on.
 */

import { jsonpath } from "json-p3";
import { shorten } from "./failure.ts";
import type { FailureReason, HttpTarget, JsonExpectation, Outcome, TlsTarget } from "./protocol.ts";

/** What an asking came to, before it is stamped and timed. */
export interface Answer {
  outcome: Outcome;
  reason?: FailureReason;
  detail?: string;
}

export const ok: Answer = Object.freeze({ outcome: "ok" });

/** A response as far as it was read. `text` is only given when the body has to be judged. */
export interface HttpResponse {
  status: number;
  /** Lower-case name; several values joined by a comma. */
  header(name: string): string | undefined;
  text?: string;
  /** The body went on after what was read. */
  cut?: boolean;
}

/** Whether the body says anything about the outcome of this check. */
export function judgesBody(target: HttpTarget): boolean {
  return target.expectText.length > 0 || target.refuseText.length > 0 || target.expectJson.length > 0;
}

/** Status first, then headers, then body: the first thing that is wrong is the reason. */
export function judgeResponse(target: HttpTarget, response: HttpResponse): Answer {
  return judgeStatus(target, response) ?? judgeHeaders(target, response) ?? judgeBody(target, response) ?? ok;
}

/** What is known from the head of a response alone: its failure, or null while the body must still be seen. */
export function judgeHead(target: HttpTarget, response: HttpResponse): Answer | null {
  return judgeStatus(target, response) ?? judgeHeaders(target, response) ?? null;
}

function judgeStatus(target: HttpTarget, { status }: HttpResponse): Answer | undefined {
  if (target.expectStatus.some(({ from, to }) => status >= from && status <= to)) {
    return undefined;
  }
  const expected = target.expectStatus.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`));
  return fail("unexpected_status", `status ${status}, expected ${expected.join(", ")}`);
}

function judgeHeaders(target: HttpTarget, response: HttpResponse): Answer | undefined {
  for (const { name, matches } of target.expectHeaders) {
    const value = response.header(name.toLowerCase());
    if (value === undefined) {
      return fail("unexpected_header", `header ${name} is missing`);
    }
    if (!pattern(matches).test(value)) {
      return fail("unexpected_header", `header ${name} does not match ${matches}`);
    }
  }
  return undefined;
}

function judgeBody(target: HttpTarget, { text = "", cut = false }: HttpResponse): Answer | undefined {
  for (const refused of target.refuseText) {
    if (text.includes(refused)) {
      return fail("unexpected_body", `the body contains “${refused}”`);
    }
  }
  for (const expected of target.expectText) {
    if (!text.includes(expected)) {
      return cut
        ? fail("body_too_large", `“${expected}” is not in the first ${target.maxBodyBytes} bytes of the body`)
        : fail("unexpected_body", `the body does not contain “${expected}”`);
    }
  }
  if (target.expectJson.length === 0) {
    return undefined;
  }
  if (cut) {
    return fail("body_too_large", `the JSON body is larger than ${target.maxBodyBytes} bytes`);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return fail("unexpected_body", "the body is not JSON");
  }
  for (const expectation of target.expectJson) {
    const wrong = judgeJson(expectation, document);
    if (wrong !== undefined) {
      return wrong;
    }
  }
  return undefined;
}

/** With several values found, one that agrees is enough; `exists: false` asks that nothing is found. */
function judgeJson(expectation: JsonExpectation, document: unknown): Answer | undefined {
  const { path } = expectation;
  const found: unknown[] = jsonpath.query(path, document as Parameters<typeof jsonpath.query>[1]).values();
  if (expectation.exists === false) {
    return found.length === 0 ? undefined : fail("unexpected_body", `${path} finds something`);
  }
  if (found.length === 0) {
    return fail("unexpected_body", `${path} finds nothing`);
  }
  if ("equals" in expectation && !found.some((value) => value === expectation.equals)) {
    return fail("unexpected_body", `${path} is ${show(found[0])}, expected ${show(expectation.equals)}`);
  }
  const { matches } = expectation;
  if (matches !== undefined && !found.some((value) => pattern(matches).test(asText(value)))) {
    return fail("unexpected_body", `${path} is ${show(found[0])}, expected a match of ${matches}`);
  }
  return undefined;
}

/** Slow when good but above the threshold; exactly at the threshold is still good. */
export function judgeLatency(answer: Answer, totalMs: number, slowAboveMs: number | null): Answer {
  if (answer.outcome !== "ok" || slowAboveMs === null || totalMs <= slowAboveMs) {
    return answer;
  }
  return { outcome: "slow", detail: `${Math.round(totalMs)} ms, slow above ${slowAboveMs} ms` };
}

/** A certificate that is otherwise in order, by the days it has left: below `minDays` fails, below `warnDays` is slow. */
export function judgeExpiry(target: TlsTarget, validTo: number, now: number): Answer {
  const daysLeft = (validTo - now) / 86_400_000;
  const until = new Date(validTo).toISOString().slice(0, 10);
  if (daysLeft <= 0) {
    return fail("certificate_expired", `the certificate expired on ${until}`);
  }
  const left = `${Math.floor(daysLeft)} days left, until ${until}`;
  if (daysLeft < target.minDays) {
    return fail("certificate_expires_soon", `${left}; at least ${target.minDays} expected`);
  }
  return daysLeft < target.warnDays ? { outcome: "slow", detail: left } : ok;
}

/** Whether an answer in plain text matches; undefined when it does. */
export function judgeText(expect: string, text: string): Answer | undefined {
  return pattern(expect).test(text)
    ? undefined
    : fail("unexpected_answer", `answered ${show(text.slice(0, 80))}, expected a match of ${expect}`);
}

export function fail(reason: FailureReason, detail: string): Answer {
  return { outcome: "fail", reason, detail: shorten(detail) };
}

const patterns = new Map<string, RegExp>();

/** Compiled once; the set of patterns is that of the configuration, the bound only guards against churn. */
function pattern(source: string): RegExp {
  let compiled = patterns.get(source);
  if (compiled === undefined) {
    compiled = new RegExp(source);
    if (patterns.size >= 10_000) {
      patterns.clear();
    }
    patterns.set(source, compiled);
  }
  return compiled;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
