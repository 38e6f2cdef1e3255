/** What computes: the edition of the product and of the time zone database, told with every report. */
import { createRequire } from "node:module";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

export const engine = { version, timeZones: process.versions.tz ?? "unknown" };
