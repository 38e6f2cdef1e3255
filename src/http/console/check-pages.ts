/** Forms about checks: a new service with its first one, another one for a service that stands, a change of one; each tried before it is kept. */
import type { Context, Hono } from "hono";
import { checkKinds, type CheckKind, type Observation } from "../../../probes/protocol.ts";
import { editionOf } from "../../actions/edition.ts";
import { putService } from "../../actions/put-service.ts";
import { Conflict, InvalidInput, NotFound } from "../../domain/errors.ts";
import type { ServiceDefinition } from "../../domain/status/platform.ts";
import { tellCheck, tellService } from "../../platform-file/told-service.ts";
import { keptSecret } from "../../platform-file/written-service.ts";
import { tellBoard } from "../api/deps.ts";
import type { StandingService } from "../../store/platforms.ts";
import { answerPage } from "./answer.ts";
import { atFields, keptSecrets, namesOf, shownCheck, typedCheck, type Words } from "./check-fields.ts";
import { shownCheckForm } from "./check-form.ts";
import { openTrials } from "../check-trial.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, refuseUnmeant, type Typed } from "./form.ts";
import { newOnce, once } from "./once.ts";
import { authorOf, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { getStandingService } from "./service-page.ts";
import { openServiceDesk, type ServiceDesk, slugOf } from "../api/service-desk.ts";
import { consoleShell } from "./shell.ts";

type Ask = Context<ConsoleEnv>;

/** What a form is about: a service that is new, or a check of one that stands. */
interface Place {
  kind: CheckKind;
  /** Null: the service is new. */
  standing: StandingService | null;
  /** Slug of the check that is changed; null: it is new. */
  check: string | null;
}

/** What is added to a form when it comes back. */
interface Came {
  status?: number;
  trial?: Observation;
  sealed?: Record<string, string>;
}

const serviceFields = ["title", "slug", "description", "group"];

/** Adds the forms. */
export function addCheckPages(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const writes = needs("write:services");
  const tryCheck = openTrials(deps);

  app.get("/new-service", writes, async (c) => {
    const kind = kindIn(c.req.query("kind"));
    return kind === null
      ? kindsPage(c, deps, null)
      : formPage(c, deps, { kind, standing: null, check: null }, proposed(await openServiceDesk(deps)));
  });
  app.post("/new-service", writes, async (c) => {
    const typed = await readForm(c);
    return answer(c, { kind: kindOf(typed), standing: null, check: null }, typed);
  });

  app.get("/services/:slug/new-check", writes, async (c) => {
    const standing = await ownService(c.req.param("slug"));
    const kind = kindIn(c.req.query("kind"));
    return kind === null
      ? kindsPage(c, deps, standing)
      : formPage(c, deps, { kind, standing, check: null }, proposed(await openServiceDesk(deps)));
  });
  app.post("/services/:slug/new-check", writes, async (c) => {
    const typed = await readForm(c);
    const standing = await ownService(c.req.param("slug"));
    return answer(c, { kind: kindOf(typed), standing, check: null }, typed);
  });

  app.get("/services/:slug/checks/:check", writes, async (c) => {
    const place = await placeOfCheck(c.req.param("slug"), c.req.param("check"));
    const shown = shownCheck(place.kind, wordsOfCheck(place)!);
    return formPage(
      c,
      deps,
      place,
      freshForm({ ...shown, edition: await editionOf(place.standing.definition) }),
    );
  });
  app.post("/services/:slug/checks/:check", writes, async (c) => {
    const place = await placeOfCheck(c.req.param("slug"), c.req.param("check"));
    return answer(c, place, await readForm(c));
  });
  app.post("/services/:slug/checks/:check/removal", writes, async (c) => {
    const place = await placeOfCheck(c.req.param("slug"), c.req.param("check"));
    const typed = await readForm(c);
    const { definition } = place.standing;
    try {
      refuseUnmeant(typed, consoleContext(c, deps).language.say("console.service.tickFirst"));
      const left = definition.checks.filter(({ slug }) => slug !== place.check);
      if (left.length === 0) {
        throw new Conflict("last_check", "A service has at least one check: archive the service instead.");
      }
      const edition = typed.one("edition");
      await putService(deps.db, { ...definition, checks: left }, edition, authorOf(c), deps.now());
      await tellBoard(deps, c);
      return c.redirect(addressOf(definition.slug), 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, ["confirmed"], error);
      const shown = shownCheck(place.kind, wordsOfCheck(place)!);
      const again = freshForm({ ...shown, edition: await editionOf(definition) });
      return formPage(c, deps, place, { ...form, typed: again.typed }, { status });
    }
  });

  /** Saves what was typed, or tries it: the button that was pressed says which. */
  async function answer(c: Ask, place: Place, typed: Typed): Promise<Response> {
    const { kind, standing } = place;
    const desk = await openServiceDesk(deps);
    const sealed: Record<string, string> = {};
    const check = place.check ?? (typed.one("check").trim() || kind);
    const names = [...namesOf(kind), "check", ...(standing === null ? serviceFields : [])];
    try {
      const service = await typedService(place, typed, desk, sealed, check);
      if (typed.one("do") === "try") {
        const wanted = service.checks.find(({ slug }) => slug === check)!;
        const trial = await tryCheck(c, authorOf(c), wanted);
        const form = { ...freshForm(), typed };
        return await formPage(c, deps, place, form, { trial, sealed });
      }
      const address = addressOf(service.slug);
      const author = authorOf(c);
      if (standing === null) {
        const form = { author, place: c.req.path, typed, fields: names };
        await once(deps.db, form, deps.now(), async (db) => {
          await putService(db, service, null, author, deps.now());
          return address;
        });
      } else {
        await putService(deps.db, service, typed.one("edition"), author, deps.now());
      }
      await tellBoard(deps, c);
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, names, atFields(error, kind, check));
      return formPage(c, deps, place, form, { status, sealed });
    }
  }

  async function ownService(slug: string): Promise<StandingService> {
    const standing = await getStandingService(deps, slug);
    if (standing.managedBy !== "people" || standing.archivedAt !== null) {
      throw new Conflict("made_by_file", `The checks of "${slug}" cannot be changed here.`);
    }
    return standing;
  }

  async function placeOfCheck(slug: string, check: string) {
    const standing = await ownService(slug);
    const known = standing.definition.checks.find((one) => one.slug === check);
    if (known === undefined) {
      throw new NotFound("check_not_found", `"${slug}" has no check "${check}".`);
    }
    return { kind: known.target.kind, standing, check };
  }

  /**
   * The service as it would be with what was typed.
   *
   * @throws InvalidInput bad_service; Conflict check_exists
   */
  async function typedService(
    place: Place,
    typed: Typed,
    desk: ServiceDesk,
    sealed: Record<string, string>,
    check: string,
  ): Promise<ServiceDefinition> {
    const { kind, standing } = place;
    const known = wordsOfCheck(place);
    const kept = known === null ? new Set<string>() : keptSecrets(kind, known);
    const words = typedCheck(kind, typed, (name) => {
      const [text, before] = [typed.one(name), typed.one(`sealed_${name}`)];
      if (text !== "") {
        sealed[name] = desk.sealed(text);
      } else if (/^\$\{sealed:[\w-]{20,}\}$/.test(before)) {
        sealed[name] = before;
      } else if (kept.has(name) && typed.one(`forget_${name}`) === "") {
        return keptSecret;
      }
      return sealed[name];
    });
    if (standing === null) {
      const title = typed.one("title").trim();
      const slug = typed.one("slug").trim() || slugOf(title);
      if (title === "") {
        throw new InvalidInput("bad_service", "Some of it cannot be so.", [
          { pointer: "/title", detail: "must not be empty" },
        ]);
      }
      const [description, group] = [typed.one("description").trim(), typed.one("group")];
      const body = {
        title,
        ...(description === "" ? {} : { description }),
        ...(group === "" ? {} : { group }),
        checks: { [check]: words },
      };
      return desk.read(slug, body);
    }
    const { definition } = standing;
    const told = tellService(definition) as { checks: Words };
    if (place.check === null && Object.hasOwn(told.checks, check)) {
      throw new Conflict("check_exists", "There is a check of this name already.", [
        { pointer: "/check", detail: `"${check}" is taken; choose another name` },
      ]);
    }
    return desk.read(definition.slug, { ...told, checks: { ...told.checks, [check]: words } }, standing);
  }
}

/** What somebody had before them; who was told that it has changed has the new one before them. */
export async function editionBefore(form: Form, status: number, standing: StandingService): Promise<string> {
  const had = form.typed.one("edition");
  return had === "" || status === 412 ? editionOf(standing.definition) : had;
}

function wordsOfCheck({ standing, check }: Place): Words | null {
  const known = standing?.definition.checks.find(({ slug }) => slug === check);
  return known === undefined ? null : tellCheck(known);
}

/** What a fresh form says: where everything is asked from, and what counts. */
function proposed({ locations }: ServiceDesk): Form {
  return freshForm({
    ...{ locations: locations.map(({ slug }) => slug), counts: "yes", verify: "yes" },
    ...{ interval: "15s", timeout: "10s", status: "200-299", method: "GET" },
  });
}

async function kindsPage(c: Ask, deps: ConsoleDeps, standing: StandingService | null): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const at =
    standing === null
      ? `${context.base}/new-service`
      : `${context.base}${pathOf(standing.definition.slug)}/new-check`;
  const model = {
    service: standing && {
      title: standing.definition.title,
      address: `${context.base}${pathOf(standing.definition.slug)}`,
    },
    kinds: checkKinds.map((kind) => ({
      kind,
      address: `${at}?kind=${kind}`,
      name: say(`console.kind.${kind}`),
      about: say(`console.kindAbout.${kind}`),
    })),
  };
  const title = say(standing === null ? "console.service.add" : "console.service.addCheck");
  const shell = consoleShell(
    model,
    { title, path: at.slice(context.base.length), section: "/services" },
    context,
    deps,
  );
  return answerPage(c, deps.look, { template: "console/check-kinds", model: shell, status: 200 });
}

async function formPage(
  c: Ask,
  deps: ConsoleDeps,
  place: Place,
  form: Form,
  { status = 200, trial, sealed = {} }: Came = {},
): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const { kind, standing, check } = place;
  const desk = await openServiceDesk(deps);
  const known = wordsOfCheck(place);
  const kept = known === null ? new Set<string>() : keptSecrets(kind, known);
  const at = standing === null ? "/new-service" : pathOf(standing.definition.slug);
  const action =
    standing === null ? at : check === null ? `${at}/new-check` : `${at}/checks/${encodeURIComponent(check)}`;
  const model = {
    ...{ form, check, action: `${context.base}${action}` },
    once: form.typed.one("once") || newOnce(),
    edition: standing === null ? "" : await editionBefore(form, status, standing),
    service: standing && { title: standing.definition.title, address: `${context.base}${at}` },
    groups: desk.groups,
    checks: desk.checks,
    kindName: say(`console.kind.${kind}`),
    checkForm: shownCheckForm(kind, form, desk, { kept, trial: trial ?? null, sealed }, context),
    canRemove: check !== null && standing !== null && standing.definition.checks.length > 1,
  };
  const title =
    standing === null
      ? say("console.service.add")
      : check === null
        ? say("console.service.addCheck")
        : say("console.service.checkTitle", { check });
  const shell = consoleShell(
    model,
    { title, path: `${action}${check === null ? `?kind=${kind}` : ""}`, section: "/services" },
    context,
    deps,
  );
  return answerPage(c, deps.look, { template: "console/check-form", model: shell, status });
}

function kindIn(text: string | undefined): CheckKind | null {
  return checkKinds.find((kind) => kind === text) ?? null;
}

function kindOf(typed: Typed): CheckKind {
  const kind = kindIn(typed.one("kind"));
  if (kind === null) {
    throw new InvalidInput("bad_service", "There is no such kind of check.", [
      { pointer: "/kind", detail: `One of ${checkKinds.join(", ")}.` },
    ]);
  }
  return kind;
}

function pathOf(slug: string): string {
  return `/services/${encodeURIComponent(slug)}`;
}

function addressOf(slug: string): string {
  return `/console${pathOf(slug)}`;
}
