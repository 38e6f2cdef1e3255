/** Which function asks which kind of check on Node: a kind is one file and one line here. */

import type { ProbeTable } from "../prober.ts";
import { askHttp } from "./http.ts";

export const kinds: ProbeTable = {
  http: askHttp,
};
