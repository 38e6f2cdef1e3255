/**
 * The pages that readers see, wired: for everybody, for each audience, under each name of the server, and as copies. Used by server.ts
 * alone.
 */
import type { ReportOffice } from "../actions/issue-report.ts";
import { type OlderAsked, wordsInSight } from "../domain/status/older-words.ts";
import { isOpen, rootPage } from "../domain/status/page-access.ts";
import { placesOf, sightOf } from "../domain/status/page.ts";
import { nothing, type PageScope } from "../domain/status/page-scope.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { Instant } from "../domain/time/interval.ts";
import { openHosts, withHosts } from "../http/hosts.ts";
import type { Look } from "../http/look.ts";
import { openAdmission } from "../http/pages/admission.ts";
import { withAudiences } from "../http/pages/audiences.ts";
import { openPageCopies, type PageCopies } from "../http/pages/page-copies.ts";
import { keepPageBoard } from "../http/pages/page-board.ts";
import { pageRoutes, type PageRoutes } from "../http/pages/routes.ts";
import { openStreamPlaces } from "../http/pages/stream-places.ts";
import { readOwnFigures } from "../http/portal/own-months.ts";
import { openProxies } from "../http/proxies.ts";
import type { LiveReadings } from "../live/live-readings.ts";
import type { PageKeys } from "../live/page-keys.ts";
import { listServiceResponseTimes } from "../live/service-response-times.ts";
import { readOlderWords } from "../store/older-words.ts";
import type { Surroundings } from "./surroundings.ts";

export interface PublicPages {
  /** Every page of every audience. */
  pages: PageRoutes;
  copies: PageCopies;
  /** What everybody may see where the page at the root is open to all. */
  publicFacts(): StatusBoard & { version: number };
  /** Whether the page at the root is. */
  isRootOpen(): boolean;
}

export interface ShownFrom {
  live: LiveReadings;
  look: Look;
  office: ReportOffice;
  pageKeys: PageKeys;
  /** Where this server listens. */
  listensAt(): string;
  onChange(listener: () => void): void;
}

export function openPublicPages(around: Surroundings, shownFrom: ShownFrom): PublicPages {
  const { config, db, now, secretKey, facts, failed } = around;
  const { live, look, office, pageKeys, listensAt, onChange } = shownFrom;
  const { baseUrl, otherHosts } = config;
  const publicBoard = keepPageBoard();
  const publicFacts = () => publicBoard.of(facts(), "public");
  const isRootOpen = () => isOpen(rootPage(facts().settings));
  const closedBoard = keepPageBoard();
  /** What everybody may see at the root, where refusals are told, too. */
  const openFacts = () => (isRootOpen() ? publicFacts() : closedBoard.of(facts(), nothing));
  const responseTimes = (slug: string, from: Instant, to: Instant, seconds: number) =>
    listServiceResponseTimes(db, live, slug, [from, to], seconds);
  const olderWordsFor = (scope: PageScope) => async (asked: OlderAsked) =>
    wordsInSight(await readOlderWords(db, asked), sightOf(scope, placesOf(facts())));
  const readClient = openProxies(config.trustedProxies);
  const pageDeps = {
    ...{ look, onChange, now, baseUrl, listensAt, responseTimes },
    streamPlaces: openStreamPlaces(readClient, config.eventStreams),
    onError: (error: unknown) => failed(error, {}, "a page could not be rendered"),
  };
  const hostOf = openHosts({ baseUrl, otherHosts, readClient });
  const audiences = withAudiences(
    pageRoutes({ ...pageDeps, board: openFacts, olderWords: olderWordsFor("public") }),
    {
      ...{ ...pageDeps, whole: facts, olderWordsFor, hostOf },
      ownFiguresOf(customer, { domain }, code, at) {
        const { address, timeZone } = facts().settings;
        const rooms = domain === undefined ? "" : (baseUrl ?? address ?? listensAt());
        return readOwnFigures({ db, office, timeZone }, { customer, rooms, code }, at);
      },
      admission: openAdmission({ db, now, secretKey, pageKeys, readClient }),
    },
  );
  return {
    pages: withHosts(audiences, { baseUrl, hostOf, settings: () => facts().settings }),
    copies: openPageCopies({
      ...{ look, board: publicFacts, now, baseUrl, sealer: office.seal, responseTimes },
      olderWords: olderWordsFor("public"),
      onError: (error) => failed(error, {}, "something is missing from the copy of the page"),
    }),
    publicFacts,
    isRootOpen,
  };
}
