/** A Worker that asks whatever assignment it is sent and answers with the observation: the cases of cases.ts reach workerd through it. */

import { createProber } from "../../../probes/prober.ts";
import type { Assignment } from "../../../probes/protocol.ts";
import { machineClock } from "../../../probes/clock.ts";
import { kindsOf } from "../../../probes/worker/kinds.ts";

export default {
  async fetch(request: Request): Promise<Response> {
    const { assignment, resolverUrl } = await request.json<{ assignment: Assignment; resolverUrl: string }>();
    return Response.json(await createProber(kindsOf(resolverUrl), machineClock)(assignment));
  },
};
