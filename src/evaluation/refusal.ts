/**
 * A case that is refused, as it stands in the place of its result: a stable word for the rule, the place in the case, and a sentence.
 */
import { Refusal } from "../domain/errors.ts";

export interface RefusedCase {
  error: {
    code: string;
    /** JSON pointer into the case: "/input/contract/timezone". */
    pointer: string;
    detail: string;
  };
}

export function refused(code: string, path: readonly PropertyKey[], detail: string): RefusedCase {
  return { error: { code, pointer: pointerTo(path), detail } };
}

/** The parts of a fault of zod that are told. */
interface Issue {
  code?: string | undefined;
  path: readonly PropertyKey[];
  message: string;
  keys?: readonly string[];
  input?: unknown;
  params?: { code?: string } | undefined;
  errors?: readonly (readonly Issue[])[];
}

/** The first fault of a misshapen case; `path` is where the faulty value stands in the case. */
export function refusedShape(issues: readonly unknown[], path: readonly PropertyKey[]): RefusedCase {
  const issue = innermost(issues[0] as Issue);
  const at = [...path, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys ?? [];
    return refused("unknown_key", [...at, key], `There is no property "${key}" here.`);
  }
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined")) {
    return refused("missing", at, "It is needed.");
  }
  const detail = issue.message.endsWith(".") ? issue.message : `${issue.message}.`;
  return refused(issue.params?.code ?? "invalid_value", at, detail);
}

/** A rule of the domain that refused a well-formed case. */
export function refusedRule(refusal: Refusal, path: readonly PropertyKey[]): RefusedCase {
  const place = refusal.fields[0]?.pointer ?? "";
  return { error: { code: refusal.code, pointer: `${pointerTo(path)}${place}`, detail: refusal.message } };
}

/** Of several shapes that were possible, the fault of the one that came furthest. */
function innermost(issue: Issue): Issue {
  if (issue.code !== "invalid_union" || issue.errors === undefined) {
    return issue;
  }
  const deepest = issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [first]))
    .reduce<Issue | null>(
      (best, one) => (best === null || one.path.length > best.path.length ? one : best),
      null,
    );
  return deepest === null || deepest.path.length === 0
    ? issue
    : innermost({ ...deepest, path: [...issue.path, ...deepest.path] });
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
