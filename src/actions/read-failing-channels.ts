/** Which channels nobody can be told on at the moment: they refused for good, or took nothing several times in a row. */
import type { FailingChannel } from "../domain/alerting/troubles.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listStandings } from "../store/channel-attempts.ts";
import type { Database } from "../store/database.ts";
import { failuresMatter, toldForMs } from "./tell-alerts.ts";

/** @param configured channels there are; one that is configured no more is nobody's trouble */
export async function readFailingChannels(
  db: Database,
  configured: readonly { name: string; title: string }[],
  now: Instant,
): Promise<FailingChannel[]> {
  const titles = new Map(configured.map(({ name, title }) => [name, title]));
  return [...(await listStandings(db, now - toldForMs)).values()].flatMap((standing) => {
    const { channel, failingSince, failures, failure, givenUp } = standing;
    // Of people only that they cannot be told is said, and not who they are.
    const title = channel.startsWith("person:") ? "" : titles.get(channel);
    const fails = failingSince !== null && (failures >= failuresMatter || givenUp > 0);
    return title === undefined || !fails
      ? []
      : [{ channel, title, since: failingSince, reason: failure ?? "" }];
  });
}
