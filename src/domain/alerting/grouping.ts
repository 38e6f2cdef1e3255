/**
 * One alert for one cause: an alert that another one already speaks for becomes its member, is listed with it, and calls nobody by itself.
 * Only what is at least as urgent speaks for another one, so that nothing is hidden behind something smaller.
 */
import { alertSeverities } from "./alert.ts";
import { serviceOf, type StandingAlert } from "./standing-alert.ts";

/** What has one cause shows within this time: later it is a trouble of its own. */
export const togetherMs = 60_000;

/** What may have caused the trouble of an alert, by its key: `check gateway/web`, `location lisbon`. */
export type CausesOf = (key: string) => readonly string[];

/**
 * The alert that speaks for this one: of the same trouble, which comes and goes; of the same service; of the same parent or location, when
 * both began together. Undefined: it speaks for itself.
 *
 * @param speakers alerts that speak for themselves, in order of opening
 */
export function speakerFor(
  alert: StandingAlert,
  speakers: readonly StandingAlert[],
  causesOf: CausesOf,
): StandingAlert | undefined {
  const others = speakers.filter((one) => one.id !== alert.id && isAsUrgent(one, alert));
  const service = serviceOf(alert);
  const causes = causesOf(alert.key);
  return (
    others.find(({ key }) => key === alert.key) ??
    others.find((one) => service !== null && one.closedAt === null && serviceOf(one) === service) ??
    others.find(
      (one) =>
        one.closedAt === null &&
        Math.abs(alert.openedAt - one.openedAt) <= togetherMs &&
        causesOf(one.key).some((cause) => causes.includes(cause)),
    )
  );
}

function isAsUrgent(one: StandingAlert, other: StandingAlert): boolean {
  return alertSeverities.indexOf(one.severity) <= alertSeverities.indexOf(other.severity);
}
