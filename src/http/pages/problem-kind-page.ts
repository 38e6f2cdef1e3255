/**
 * The pages that the `type` of a problem leads to: what it means and what to do, for whoever reads an API's answer. In English, as the
 * API is. Between the kinds of problem and their template.
 */
import { problemKinds } from "../problem.ts";

export interface ProblemKindPage {
  title: string;
  advice: string;
  /** "Answered with status 404."; empty on the list of all kinds. */
  status: string;
  links: { path: string; text: string }[];
}

/** The page of one kind, or for null the list of them; undefined where there is no such kind. */
export function problemKindPage(name: string | null): ProblemKindPage | undefined {
  const kinds = Object.entries(problemKinds);
  if (name === null) {
    return {
      title: "Problems",
      advice: "What the API answers where it cannot do as asked.",
      status: "",
      links: kinds.map(([kind, { title, status }]) => ({
        path: `/problems/${kind}`,
        text: `${title} (${status})`,
      })),
    };
  }
  const found = kinds.find(([kind]) => kind === name)?.[1];
  return found === undefined
    ? undefined
    : {
        title: found.title,
        advice: found.advice,
        status: `Answered with status ${found.status}.`,
        links: [{ path: "/problems", text: "All kinds of problems" }],
      };
}
