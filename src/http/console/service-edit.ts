/** The form that changes what a service is called, how it is described and where it stands; its checks have forms of their own. */
import type { Context, Hono } from "hono";
import { putService } from "../../actions/put-service.ts";
import { Conflict } from "../../domain/errors.ts";
import { tellService } from "../../platform-file/told-service.ts";
import { tellBoard } from "../api/deps.ts";
import { answerPage } from "./answer.ts";
import { editionBefore } from "./check-pages.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm } from "./form.ts";
import { authorOf, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { getStandingService } from "./service-page.ts";
import { openServiceDesk } from "../api/service-desk.ts";
import { consoleShell } from "./shell.ts";

const fields = ["title", "description", "group", "private"];

/** Adds the form. */
export function addServiceEdit(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const writes = needs("write:services");

  const page = async (c: Context<ConsoleEnv>, slug: string, form: Form | null, status = 200) => {
    const context = consoleContext(c, deps);
    const standing = await getStandingService(deps, slug);
    if (standing.managedBy !== "people") {
      throw new Conflict(
        "made_by_file",
        `The service "${slug}" stands in the platform file: change it there.`,
      );
    }
    const { title, description, group, isPrivate = false } = standing.definition;
    const { groups } = await openServiceDesk(deps);
    const shown =
      form ?? freshForm({ title, description, group: group ?? "", private: isPrivate ? "true" : "" });
    const model = {
      form: shown,
      edition: await editionBefore(shown, status, standing),
      groups,
      at: `${context.base}/services/${encodeURIComponent(slug)}`,
      service: title,
    };
    const head = { title: context.language.say("console.service.edit"), path: `/services/${slug}/edit` };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/service-edit", model: shell, status });
  };

  app.get("/services/:slug/edit", writes, (c) => page(c, c.req.param("slug"), null));

  app.post("/services/:slug/edit", writes, async (c) => {
    const slug = c.req.param("slug");
    const typed = await readForm(c);
    const standing = await getStandingService(deps, slug);
    try {
      const [description, group] = [typed.one("description").trim(), typed.one("group")];
      const words = {
        title: typed.one("title").trim(),
        ...(description === "" ? {} : { description }),
        ...(group === "" ? {} : { group }),
        ...(typed.one("private") === "true" ? { private: true } : {}),
        checks: tellService(standing.definition).checks,
      };
      const wanted = (await openServiceDesk(deps)).read(slug, words, standing);
      await putService(deps.db, wanted, typed.one("edition"), authorOf(c), deps.now());
      await tellBoard(deps, c);
      return c.redirect(`/console/services/${encodeURIComponent(slug)}`, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, fields, error);
      return page(c, slug, form, status);
    }
  });
}
