/** /console/subscribers: how many subscribed and by which way, what failed and why, and, for those who may see people, who; ending one, telling one again. */
import type { Hono } from "hono";
import { endSubscription, tellAgain } from "../../actions/change-subscription.ts";
import {
  maskedAddress,
  subscriptionState,
  type SubscriptionState,
  subscriptionStates,
} from "../../domain/status/subscription.ts";
import { findPage, rootSlug } from "../../domain/status/page-access.ts";
import { countMessagesSince } from "../../store/subscription-messages.ts";
import { countSubscriptions, listSubscriptions } from "../../store/subscriptions.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { readForm, refuseUnmeant } from "./form.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { returnWords } from "./return-words.ts";
import { authorOf, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const mostShown = 200;
const weekMs = 7 * 86_400_000;

/** Adds the page of those who subscribed. */
export function addSubscribers(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/subscribers", needs("read:reports"), async (c) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const maySee = context.scopes.has("read:people");
    const state = subscriptionStates.find((one) => one === c.req.query("state")) ?? null;
    // Whoever may not see addresses learns nothing of them by searching either.
    const search = maySee ? (c.req.query("q") ?? "").slice(0, 300).trim() : "";
    const counts = await countSubscriptions(deps.db);
    const countOf = (one: SubscriptionState | null) =>
      counts.filter((each) => one === null || each.state === one).reduce((sum, { count }) => sum + count, 0);
    const filter = { ...(state === null ? {} : { state }), ...(search === "" ? {} : { search }) };
    const found = await listSubscriptions(deps.db, filter, mostShown);
    const { groups, services } = deps.board();
    const titleOf = new Map([...groups, ...services].map(({ slug, title }) => [slug, title]));
    const pageTitle = (slug: string) => findPage(deps.board().settings, slug)?.title ?? slug;
    const { sent, returned, failed, waiting } = await countMessagesSince(deps.db, deps.now() - weekMs);
    const model = {
      ...{ maySee, search, chosen: state ?? "", isCut: found.length === mostShown },
      mayWrite: context.scopes.has("write:people"),
      week: say("console.subscribers.week", { sent, returned, failed, waiting }),
      choices: [null, ...subscriptionStates].map((one) => ({
        address: `${context.base}/subscribers${one === null ? "" : `?state=${one}`}`,
        text: say(one === null ? "console.subscribers.all" : `console.subscribers.state.${one}`),
        ...{ count: countOf(one), isHere: one === state },
      })),
      subscribers: found.map((one) => ({
        id: one.id,
        address: (maySee ? one.address : maskedAddress(one)) || one.id,
        channel: say(`subscribe.channel.${one.channel}`),
        stateWord: say(`console.subscribers.state.${subscriptionState(one)}`),
        isOver: one.endedAt !== null,
        scope:
          one.scope === null
            ? one.page === rootSlug
              ? say("console.subscribers.page")
              : pageTitle(one.page)
            : [...one.scope.groups, ...one.scope.services]
                .map((slug) => titleOf.get(slug) ?? slug)
                .join(", ") + (one.page === rootSlug ? "" : ` (${pageTitle(one.page)})`),
        since: shortTimeMarkup(one.endedAt ?? one.confirmedAt ?? one.createdAt, context),
        why: one.suppression === null ? "" : say(`console.subscribers.why.${one.suppression}`),
        isSuppressed: subscriptionState(one) === "suppressed",
        failure: one.returned === null ? (one.failure ?? "") : returnWords(one.returned, context),
        consent: maySee ? (one.consent ?? "") : "",
      })),
    };
    const head = { title: say("console.subscribers.title"), path: "/subscribers" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/subscribers", model: shell, status: 200 });
  });

  app.post("/subscribers/:id/resumption", needs("write:people"), async (c) => {
    refuseUnmeant(await readForm(c));
    await tellAgain(deps.db, c.req.param("id"), authorOf(c), deps.now());
    return c.redirect("/console/subscribers", 303);
  });

  app.post("/subscribers/:id/removal", needs("write:people"), async (c) => {
    refuseUnmeant(await readForm(c));
    await endSubscription(deps.db, c.req.param("id"), authorOf(c), deps.now());
    return c.redirect("/console/subscribers", 303);
  });
}
