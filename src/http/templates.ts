/**
 * The templates of views/, compiled once and rendered with a view model. Everything they print is escaped unless it is markup.
 */
import { fileURLToPath } from "node:url";
import { Eta } from "eta";

/** Prints a view model as the template of that name ("status/page"). */
export type Render = (template: string, model: object) => string;

/** Compiles each template on first use. */
export function openTemplates(folder: URL = new URL("../../views/", import.meta.url)): Render {
  const eta = new Eta({ views: fileURLToPath(folder), cache: true, autoTrim: [false, "nl"] });
  return (template, model) => eta.render(`/${template}`, model);
}
