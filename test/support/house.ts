/**
 * The product as people enter it: console, portal and public pages behind one address, over an empty database, and a browser in which
 * nothing may go wrong unnoticed. For tests that open a browser.
 */
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Database, OpenDatabase } from "../../src/store/database.ts";
import type { TestApi } from "./api.ts";
import { openBrowser } from "./chromium.ts";
import { openFreshDatabase } from "./databases.ts";
import { type ServedRooms, serveWhole } from "./rooms.ts";

export interface Visit extends BrowserContextOptions {
  /** What the cookie of a session holds; absent: nobody is signed in. */
  session?: string;
  /** Opened at once; absent: nothing is yet. */
  path?: string;
}

export interface House {
  readonly db: Database;
  readonly api: TestApi;
  /** Address, without a slash at the end. */
  readonly url: string;
  /** A page of a context of its own, which is gone after the test. */
  enter(visit: Visit): Promise<Page>;
}

/**
 * Declares one for the tests of a suite: open before them, closed after them.
 *
 * @param furnish puts into the database what the suite needs, and answers with the product over it
 */
export function house(furnish: (db: Database) => Promise<TestApi>): House {
  let database: OpenDatabase;
  let api: TestApi;
  let rooms: ServedRooms;
  const opened: Page[] = [];
  const complaints: string[] = [];
  beforeAll(async () => {
    database = await openFreshDatabase();
    api = await furnish(database.db);
    rooms = await serveWhole(api, (error) => complaints.push(String(error)));
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((page) => page.context().close()));
    expect([...complaints.splice(0), ...api.defects.splice(0)]).toEqual([]);
  });
  afterAll(async () => {
    await rooms.stop();
    await database.close();
  });
  return {
    get db() {
      return database.db;
    },
    get api() {
      return api;
    },
    get url() {
      return rooms.url;
    },
    async enter({ session, path, ...options }) {
      const context = await (await openBrowser()).newContext({ locale: "en-GB", ...options });
      if (session !== undefined) {
        await context.addCookies(
          ["/console", "/portal"].map((room) => ({
            ...{ name: "fn_session", value: session, domain: "localhost", path: room },
          })),
        );
      }
      const page = await context.newPage();
      opened.push(page);
      page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on("console", (message) => {
        // What a form was refused with is answered with its status, which browsers note as an error.
        if (
          message.type() === "error" &&
          !message.text().includes("the server responded with a status of 4")
        ) {
          complaints.push(`${page.url()}: ${message.text()}`);
        }
      });
      if (path !== undefined) {
        await page.goto(rooms.url + path);
      }
      return page;
    },
  };
}
