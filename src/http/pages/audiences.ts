/**
 * The pages of audiences in front of the public one: which page an address names, and whether whoever asks may see it. Who may gets the
 * finished snapshots of that page, made once for all its readers; who may not is shown the door. Between the socket and the pages.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { findPage, type PageDefinition } from "../../domain/status/page-access.ts";
import type { PageScope } from "../../domain/status/page.ts";
import { keepPageBoard } from "./page-board.ts";
import { problemJson } from "../problem.ts";
import { sendSnapshot, toSnapshot } from "../snapshot.ts";
import type { Admission } from "./admission.ts";
import { closedStatus, doorPage, rootOf } from "./door.ts";
import { isFacePath } from "./faces.ts";
import { type PageDeps, pageRoutes, type PageRoutes, type VersionedBoard } from "./routes.ts";
import { privateHeaders } from "./security.ts";
import { contextAt } from "./site.ts";

export interface AudienceDeps extends Omit<PageDeps, "board" | "root" | "isPrivate" | "olderWords"> {
  /** Everything, of which each page shows its part. */
  whole(): VersionedBoard & { version: number };
  /** What was said longer ago than the board remembers, as a page of this scope tells it. */
  olderWordsFor(scope: PageScope): PageDeps["olderWords"];
  admission: Admission;
}

/** The public page with those of audiences beside it. */
export function withAudiences(publicPage: PageRoutes, deps: AudienceDeps): PageRoutes {
  const opened = new Map<string, { said: string; routes: PageRoutes }>();
  /** The routes of a page, opened anew when the platform file says something else of it. */
  const routesOf = (page: PageDefinition): PageRoutes => {
    const said = JSON.stringify(page);
    const standing = opened.get(page.slug);
    if (standing?.said === said) {
      return standing.routes;
    }
    standing?.routes.close();
    const kept = keepPageBoard();
    const routes = pageRoutes({
      ...deps,
      root: rootOf(page),
      isPrivate: !page.access.includes("public"),
      olderWords: deps.olderWordsFor(page.scope),
      board: () => kept.of(deps.whole(), page.scope, page.title),
    });
    opened.set(page.slug, { said, routes });
    return routes;
  };

  const show = (
    page: PageDefinition,
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
  ): void => {
    const routes = routesOf(page);
    if (!routes.listener(request, response, url)) {
      routes.problem(request, response, { status: 404, requestId: null }, url);
    }
  };

  const refuse = (
    page: PageDefinition,
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
  ): void => {
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

  const answer = (
    slug: string,
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
  ): void | Promise<void> => {
    const page = findPage(deps.whole().settings, slug);
    if (page === undefined) {
      publicPage.problem(request, response, { status: 404, requestId: null });
      return;
    }
    const end = (isAdmitted: boolean) => (isAdmitted ? show : refuse)(page, request, response, url);
    const admitted = deps.admission.admit(page, request, url, isFacePath(url.split("?")[0]!));
    return admitted instanceof Promise ? admitted.then(end) : end(admitted);
  };

  return {
    listener(request, response, asked = request.url ?? "/") {
      const [, slug, below = ""] = /^\/pages\/([\w-]{1,100})((?:[/?].*)?)$/.exec(asked) ?? [];
      if (slug === undefined) {
        return publicPage.listener(request, response, asked);
      }
      const url = below.startsWith("/") ? below : `/${below}`;
      if (isDoorPath(url)) {
        return false;
      }
      const failed = (error: unknown) => {
        deps.onError(error);
        publicPage.problem(request, response, { status: 500, requestId: null });
      };
      try {
        answer(slug, request, response, url)?.catch(failed);
      } catch (error) {
        failed(error);
      }
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

/** What the framework answers: a password that is typed, a link that is followed, and out again. */
function isDoorPath(url: string): boolean {
  return /^(\/[a-z]{2})?\/(enter|leave)([/?]|$)/.test(url);
}
