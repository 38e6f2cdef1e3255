/** axe-core as a script that a page can be given (page.evaluate): looks for what keeps people from using it. For tests of pages. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
