/**
 * The pages of audiences in front of the public one: which page an address names, and whether whoever asks may see it. Who may gets the
 * finished snapshots of that page, made once for all its readers; who may not is shown the door. Between the socket and the pages.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { addressOf, findPage, isOpen, rootOf, rootPage, rootSlug } from "../../domain/status/page-access.ts";
import type { PageDefinition } from "../../domain/status/page-definition.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { PageScope } from "../../domain/status/page-scope.ts";
import type { VersionedBoard } from "./contents.ts";
import { calledOn, keepPageBoard } from "./page-board.ts";
import { isForMachines, type ReadHost } from "../hosts.ts";
import { problemJson } from "../problem.ts";
import { sendSnapshot, toSnapshot } from "../snapshot.ts";
import { type Admission, type Admitted, noteWayIn } from "./admission.ts";
import { closedStatus, doorPage } from "./door.ts";
import { isFacePath } from "./faces.ts";
import type { OwnFigures } from "./own-figures.ts";
import { type PageDeps, pageRoutes, type PageRoutes } from "./routes.ts";
import { privateHeaders } from "./security.ts";
import { contextAt } from "./site.ts";

export interface AudienceDeps extends Omit<
  PageDeps,
  "board" | "root" | "isPrivate" | "olderWords" | "ownFigures" | "feedReader"
> {
  /** Everything, of which each page shows its part. */
  whole(): VersionedBoard & { version: number };
  /** What was said longer ago than the board remembers, as a page of this scope tells it. */
  olderWordsFor(scope: PageScope): PageDeps["olderWords"];
  /** What a customer whom a page names is shown of their own contracts there. */
  ownFiguresOf(customer: string, page: PageDefinition, code: string, now: Instant): Promise<OwnFigures>;
  admission: Admission;
  hostOf: ReadHost;
}

/** The public page with those of audiences beside it. */
export function withAudiences(publicPage: PageRoutes, deps: AudienceDeps): PageRoutes {
  const mainOf = ({ settings }: VersionedBoard) => settings.address ?? deps.baseUrl;
  const opened = new Map<string, { said: string; routes: PageRoutes }>();
  /** The routes of a page, for a customer with their own figures; opened anew when the platform file says something else of it. */
  const routesOf = (page: PageDefinition, customer: string | null): PageRoutes => {
    const said = JSON.stringify(page);
    const name = `${page.slug} ${customer ?? ""}`;
    const standing = opened.get(name);
    if (standing?.said === said) {
      return standing.routes;
    }
    standing?.routes.close();
    const kept = keepPageBoard();
    const routes = pageRoutes({
      ...deps,
      root: rootOf(page),
      // What a customer is shown of their own is for nobody else, however open the page is.
      isPrivate: !isOpen(page) || customer !== null,
      olderWords: deps.olderWordsFor(page.scope),
      ...(isOpen(page) ? {} : { feedReader: (url) => deps.admission.feedReader(page, url) }),
      ...(customer === null
        ? {}
        : { ownFigures: (code, now) => deps.ownFiguresOf(customer, page, code, now) }),
      board() {
        const whole = deps.whole();
        return kept.of(whole, page.scope, calledOn(page, mainOf(whole)));
      },
    });
    opened.set(name, { said, routes });
    return routes;
  };

  const show = ({ page, request, response, url, next }: Asked, customer: string | null): void => {
    const routes = routesOf(page, customer);
    if (routes.listener(request, response, url)) {
      return;
    }
    if (page.slug === rootSlug || isForm(url)) {
      next();
    } else {
      routes.problem(request, response, { status: 404, requestId: null }, url);
    }
  };

  const refuse = ({ page, request, response, url }: Asked): void => {
    const status = closedStatus(page);
    const [path = "/"] = url.split("?");
    if (isFacePath(path) || path === "/events") {
      const kind = status === 401 ? "unauthenticated" : "forbidden";
      const detail = "This page is private, and whoever asks may not see it.";
      const { body, headers } = problemJson({ kind, code: "page_closed", detail }, crypto.randomUUID());
      sendSnapshot(toSnapshot(body, { ...privateHeaders, ...headers }, status), request, response);
      return;
    }
    const board = deps.whole();
    const code = /^\/([a-z]{2})(?:\/|$)/.exec(path)?.[1];
    const accepted = request.headers["accept-language"];
    const context = contextAt(board, { ...deps, root: rootOf(page) }, { code, accepted, now: deps.now() });
    const printed = doorPage({ page, then: path, reason: "closed", status }, board, deps, context);
    const html = deps.look.print(printed.template, printed.model);
    const headers = { ...privateHeaders, "Content-Type": "text/html; charset=utf-8" };
    sendSnapshot(toSnapshot(html, headers, status), request, response);
  };

  const answer = (asked: Asked): void => {
    const { page, request, response, url } = asked;
    const end = (admitted: Admitted | null) => {
      if (admitted === null) {
        refuse(asked);
      } else {
        noteWayIn(request, admitted.way);
        show(asked, admitted.customer);
      }
    };
    const failed = (error: unknown) => {
      deps.onError(error);
      publicPage.problem(request, response, { status: 500, requestId: null });
    };
    try {
      const admitted = deps.admission.admit(page, request, url, isFacePath(url.split("?")[0]!));
      if (admitted instanceof Promise) {
        admitted.then(end).catch(failed);
      } else {
        end(admitted);
      }
    } catch (error) {
      failed(error);
    }
  };

  /** At the root; whether it was answered. */
  const answerRoot = (
    page: PageDefinition,
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    next: () => void,
  ): boolean => {
    if (isOpen(page) || isFile(url)) {
      return publicPage.listener(request, response, url);
    }
    if (isDoorPath(url) || hasOwnDoor(url)) {
      return false;
    }
    answer({ page, request, response, url, next });
    return true;
  };

  /** At a name of its own; whether it was answered. */
  const answerDomain = (
    page: PageDefinition,
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    next: () => void,
  ): boolean => {
    if (isFile(url) && !url.startsWith("/robots.txt")) {
      return publicPage.listener(request, response, url);
    }
    if (/^\/(healthz|readyz)([/?]|$)/.test(url)) {
      return false;
    }
    // The framework knows every page by its slug.
    request.url = `/pages/${page.slug}${url}`;
    if (isDoorPath(url)) {
      return false;
    }
    answer({ page, request, response, url, next });
    return true;
  };

  /** From where a page stood before it had a name of its own; one request that ends a subscription is answered where it was sent. */
  const leadToDomain = (
    page: PageDefinition,
    { method }: IncomingMessage,
    response: ServerResponse,
    url: string,
  ): boolean => {
    if (method === "POST" && /^(\/[a-z]{2})?\/subscription\/[\w.-]+\/end$/.test(url)) {
      return false;
    }
    const main = mainOf(deps.whole()) ?? "https:";
    response.writeHead(308, {
      ...privateHeaders,
      "Content-Length": "0",
      Location: `${addressOf(page, main)}${url}`,
    });
    response.end();
    return true;
  };

  return {
    listener(request, response, asked = request.url ?? "/", next = () => {}) {
      const { settings } = deps.whole();
      const called = deps.hostOf(request, settings);
      if (called.kind === "page") {
        return answerDomain(called.page, request, response, asked, next);
      }
      const [, slug, below = ""] = /^\/pages\/([\w-]{1,100})((?:[/?].*)?)$/.exec(asked) ?? [];
      if (slug === undefined) {
        return answerRoot(rootPage(settings), request, response, asked, next);
      }
      const url = below.startsWith("/") ? below : `/${below}`;
      const page = slug === rootSlug ? undefined : findPage(settings, slug);
      if (page?.domain !== undefined) {
        return leadToDomain(page, request, response, url);
      }
      if (isDoorPath(url)) {
        return false;
      }
      if (page === undefined && isOpen(rootPage(settings))) {
        publicPage.problem(request, response, { status: 404, requestId: null });
        return true;
      }
      answer({
        ...(page === undefined ? { page: rootPage(settings), url: asked } : { page, url }),
        request,
        response,
        next,
      });
      return true;
    },
    problem: publicPage.problem,
    problemHtml: publicPage.problemHtml,
    readers: () =>
      [...opened.values()].reduce((sum, { routes }) => sum + routes.readers(), publicPage.readers()),
    close() {
      publicPage.close();
      opened.forEach(({ routes }) => routes.close());
    },
  };
}

/** One request of one page. */
interface Asked {
  page: PageDefinition;
  request: IncomingMessage;
  response: ServerResponse;
  /** Below the root of the page. */
  url: string;
  /** Answers by the framework what is no page. */
  next(): void;
}

/**
 * What the framework answers to everybody: a password that is typed, a link that is followed, and out again; and whoever looks after a
 * subscription of their own, also when they may see nothing else any more.
 */
function isDoorPath(url: string): boolean {
  return /^(\/[a-z]{2})?\/((enter|leave)([/?]|$)|subscription\/)/.test(url);
}

/** What it answers to whoever may see the page. */
function isForm(url: string): boolean {
  return /^(\/[a-z]{2})?\/(subscribe|report)([/?]|$)/.test(url);
}

/** Rooms with doors of their own, and what machines ask: open beside a root that is closed. */
function hasOwnDoor(url: string): boolean {
  return /^\/(console|portal)([/?]|$)/.test(url) || isForMachines(url);
}

function isFile(url: string): boolean {
  return /^\/((assets|brand)\/|robots\.txt$)/.test(url);
}
