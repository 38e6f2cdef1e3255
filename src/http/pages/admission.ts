/**
 * Whether whoever asks may see a page of an audience, by what the request itself shows: where it comes from, a pass in a cookie, a key in
 * the address of a feed, or in one that a feed leads to. Answered from memory; a session alone is looked up, and remembered for a minute,
 * and for as long as the database is away. Between the socket and the pages.
 */
import type { IncomingMessage } from "node:http";
import { openEntry, openPageLink, openPass, type CarriedPass } from "../../actions/page-pass.ts";
import { type Pass, type SignIn, type WayIn, wayInto } from "../../domain/status/page-access.ts";
import type { PageDefinition } from "../../domain/status/page-definition.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { PageKeys } from "../../live/page-keys.ts";
import type { Database } from "../../store/database.ts";
import { findSession, type StoredSession } from "../../store/sessions.ts";
import { openNetworks, type ReadClient } from "../proxies.ts";
import { entryPathIn, type FeedReader, feedReaderOf, keyIn } from "./feed-reader.ts";

export interface AdmissionDeps {
  db: Database;
  now(): Instant;
  secretKey: string;
  pageKeys: Pick<PageKeys, "link" | "password">;
  readClient: ReadClient;
}

/** By which way somebody came in, and as which of the customers that the page names; null: as none of them. */
export interface Admitted {
  way: WayIn;
  customer: string | null;
}

export interface Admission {
  /**
   * By which way it lets in; null: by none.
   *
   * @param isFeed whether it is read by programs, which may show a key in the address
   */
  admit(
    page: PageDefinition,
    request: IncomingMessage,
    url: string,
    isFeed: boolean,
  ): Promise<Admitted | null> | Admitted | null;
  /** Who reads feeds of a page by the key in an address; null: it holds none of this page. */
  feedReader(page: PageDefinition, url: string): FeedReader | null;
}

const waysIn = new WeakMap<IncomingMessage, WayIn>();

/** Notes by which way a request was let in, for what answers it after the pages. */
export function noteWayIn(request: IncomingMessage, way: WayIn): void {
  waysIn.set(request, way);
}

/** What was noted; undefined: nobody asked at the door. */
export function wayInOf(request: IncomingMessage | undefined): WayIn | undefined {
  return request && waysIn.get(request);
}

/** Cookie that holds a pass; its path is that of the page. */
export const passCookie = "fn_page";
const sessionKnownMs = 60_000;
const sessionsKnown = 10_000;

type SignedIn = Extract<Pass, { kind: "sign_in" }>;

export function openAdmission({ db, now, secretKey, pageKeys, readClient }: AdmissionDeps): Admission {
  const networksOf = new WeakMap<
    PageDefinition,
    { network: string; holds: (address: string) => boolean }[]
  >();
  const networkOf = (page: PageDefinition, request: IncomingMessage): string | null => {
    if (page.networks.length === 0) {
      return null;
    }
    let networks = networksOf.get(page);
    if (networks === undefined) {
      networks = page.networks.map((network) => ({ network, holds: openNetworks([network]) }));
      networksOf.set(page, networks);
    }
    const { address } = readClient(request);
    return networks.find(({ holds }) => holds(address))?.network ?? null;
  };

  const known = new Map<string, { at: Instant; pass: SignedIn | null }>();
  async function signedInBy(digest: string): Promise<SignedIn | null> {
    const remembered = known.get(digest);
    if (remembered !== undefined && now() - remembered.at < sessionKnownMs) {
      return remembered.pass;
    }
    try {
      const session = await findSession(db, Buffer.from(digest, "base64url"), now());
      const pass = session === undefined ? null : passOfSession(session);
      known.delete(digest);
      known.set(digest, { at: now(), pass });
      if (known.size > sessionsKnown) {
        known.delete(known.keys().next().value!);
      }
      return pass;
    } catch {
      // The database is away: what was true when it was last asked goes on holding.
      return remembered?.pass ?? null;
    }
  }

  const passOf = (carried: CarriedPass | undefined): Promise<Pass | null> | Pass | null => {
    switch (carried?.kind) {
      case "link": {
        const link = pageKeys.link(carried.id);
        return link === undefined ? null : { kind: "link", link };
      }
      case "password":
        return carried;
      case "session":
        return signedInBy(carried.digest);
      case undefined:
        return null;
    }
  };

  /** Id of the link whose key an address carries: of a feed its own, of an entry what the feed gave it. */
  const linkIn = ({ slug }: PageDefinition, url: string, isFeed: boolean): string | undefined => {
    const key = keyIn(url);
    const entry = entryPathIn(url);
    if (key === null || (!isFeed && entry === null)) {
      return undefined;
    }
    return isFeed ? openPageLink(secretKey, slug, key) : openEntry(secretKey, slug, entry!, key);
  };

  return {
    feedReader: ({ slug }, url) => feedReaderOf(secretKey, slug, url),
    admit(page, request, url, isFace) {
      const at = now();
      const passwordSetAt = pageKeys.password(page.slug)?.setAt ?? null;
      const network = networkOf(page, request);
      const decide = (pass: Pass | null, isFeed = isFace): Admitted | null => {
        const way = wayInto(page, { network, pass }, { passwordSetAt, isFeed, now: at });
        return way && { way, customer: customerOf(page, pass) };
      };
      const unasked = decide(null);
      // A customer is shown more than others who may see the page.
      if (unasked !== null && page.customers.length === 0) {
        return unasked;
      }
      const id = linkIn(page, url, isFace);
      const link = id === undefined ? undefined : pageKeys.link(id);
      // An entry is of the feed that leads to it.
      const byKey = link === undefined ? null : decide({ kind: "link", link }, true);
      if (byKey !== null) {
        return byKey;
      }
      // Whoever is in anyhow need not have a key that still holds.
      const pass = passOf(openPass(secretKey, page.slug, cookieOf(request, passCookie), at));
      return pass instanceof Promise ? pass.then((found) => decide(found)) : decide(pass);
    },
  };
}

function customerOf({ access, customers }: PageDefinition, pass: Pass | null): string | null {
  const customer = pass?.kind === "sign_in" && access.includes("sign_in") ? pass.customer : null;
  return customer !== null && customers.includes(customer) ? customer : null;
}

function passOfSession({ holder, linkId }: StoredSession): SignedIn | null {
  const by: SignIn | null =
    holder.kind === "token"
      ? { kind: "token", id: holder.id }
      : holder.kind === "person"
        ? { kind: "person", id: holder.id }
        : holder.person !== null
          ? { kind: "person", id: holder.person.id }
          : linkId === null
            ? null
            : { kind: "portal_link", id: linkId };
  return by && { kind: "sign_in", customer: holder.kind === "customer" ? holder.slug : null, by };
}

/** The value of a cookie; "": there is none. */
function cookieOf({ headers }: IncomingMessage, name: string): string {
  const found = (headers.cookie ?? "").split(";").find((one) => one.trim().startsWith(`${name}=`));
  return found?.trim().slice(name.length + 1) ?? "";
}
