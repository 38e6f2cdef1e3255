/**
 * Who has asked to be told of the demo's incidents: by mail in every language, some not confirmed yet, one who has left since, and a program
 * by its webhook.
 */
import { confirmSubscription, subscriberAuthor } from "../../actions/change-subscription.ts";
import { enterSubscription } from "../../actions/enter-subscription.ts";
import { keepDelivery } from "../../actions/keep-delivery.ts";
import { subscribe, type SubscriptionRules, type WantedSubscription } from "../../actions/subscribe.ts";
import { rootSlug } from "../../domain/status/page-access.ts";
import { noteReturn } from "../../domain/status/suppression.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Database } from "../../store/database.ts";
import { countSubscriptions, lockSubscriptionsAt } from "../../store/subscriptions.ts";
import { dayMs } from "../history/span.ts";
import type { DemoPlatform } from "../platform.ts";
import { receiverPort } from "../places.ts";
import { mette } from "./people.ts";

type Reader = Omit<WantedSubscription, "channel" | "topics"> & {
  daysAgo: number;
  isConfirmed: boolean;
  /** Since when letters come back; absent: they arrive. */
  leftDaysAgo?: number;
};

const only = (services: string[], groups: string[] = []) => ({ services, groups });
const readers: readonly Reader[] = [
  { ...reader("drift@nordlys.example", "da"), daysAgo: 212 },
  { ...reader("ikt@helsefjord.example", "nb"), scope: only([], ["learning"]), daysAgo: 180 },
  { ...reader("formation@durand.example", "fr"), pace: "daily", daysAgo: 131 },
  { ...reader("vendor.management@meridian.example", "en"), scope: only(["api", "sign-in"]), daysAgo: 96 },
  { ...reader("it.operations@aurora.example", "en"), pace: "hourly", daysAgo: 40 },
  { ...reader("t.larsen@nordlys.example", "da"), daysAgo: 151, leftDaysAgo: 9 },
  { ...reader("kontor@havnensbageri.example", "da"), scope: only(["mail"]), daysAgo: 17 },
  { ...reader("ola.hauge@post.example", "nb"), daysAgo: 0, isConfirmed: false },
  { ...reader("sla@lumiere.example", "fr"), scope: only(["search"]), daysAgo: 0, isConfirmed: false },
];

function reader(address: string, language: string) {
  return { page: rootSlug, address, language, scope: null, pace: "at_once" as const, isConfirmed: true };
}

/** Done again, it changes nothing. The question to a webhook is asked by the server, which it then confirms itself by answering. */
export async function subscribeReaders(db: Database, present: DemoPlatform, now: Instant): Promise<void> {
  if ((await countSubscriptions(db)).length > 0) {
    return;
  }
  const offer = {
    languages: present.settings.languages,
    groups: present.groups.map(({ slug }) => slug),
    services: present.services.map(({ slug }) => slug),
  };
  const rules: SubscriptionRules = { way: { kind: "public" }, offer, isInternal: true };
  const topics = ["incidents", "maintenance"] as const;
  await db.transaction(async (tx) => {
    for (const { daysAgo, isConfirmed, leftDaysAgo, ...wanted } of readers) {
      const at = now - daysAgo * dayMs;
      await subscribe(tx, { ...wanted, channel: "email", topics: [...topics] }, rules, at);
      if (isConfirmed) {
        const [asked] = await lockSubscriptionsAt(tx, {
          page: rootSlug,
          channel: "email",
          address: wanted.address,
        });
        const told = await confirmSubscription(tx, asked!.id, subscriberAuthor, at + 120_000);
        if (leftDaysAgo !== undefined) {
          const left = now - leftDaysAgo * dayMs;
          await keepDelivery(
            tx,
            told,
            noteReturn(told, { kind: "undelivered", status: "5.1.1" }, left),
            left,
          );
        }
      }
    }
    const desk = { ...reader("servicedesk@ostbanken.example", "nb"), channel: "email" as const };
    const consent = "Asked for by their service desk in the meeting of the steering group.";
    await enterSubscription(tx, { ...desk, topics: [...topics], consent }, rules, mette, now - 60 * dayMs);
    const address = `http://127.0.0.1:${receiverPort}/news`;
    const program = { page: rootSlug, address, language: "en", scope: null, pace: "at_once" as const };
    await subscribe(tx, { ...program, channel: "webhook", topics: [...topics] }, rules, now);
  });
}
