/** What surrounds every page of the console: where one is, where one can go, who is signed in. Wraps a view model for console/layout.eta. */
import type { ConsoleWordKey } from "../language.ts";
import type { Scope } from "../authentication.ts";
import type { ShownState } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { Waiting } from "../../store/waiting.ts";
import { mark } from "../pages/mark.ts";
import { boardState } from "../pages/status-page.ts";
import { type ConsoleContext, consoleLanguages } from "./room.ts";
import type { ConsoleDeps } from "./deps.ts";

export interface ConsoleHead {
  title: string;
  /** Address of the page within the console, "/contracts/acme-gold": what the navigation and the choice of language come back to. */
  path: string;
  /** Path of the section it belongs to, where its own does not begin with it. */
  section?: string;
  scripts?: readonly string[];
  /** A page that changes while it is looked at comes anew after so long, where no script does better. */
  refreshSeconds?: number;
}

/** A section of the console: one line here puts it into the navigation of whoever may go there. */
interface Section {
  path: string;
  word: ConsoleWordKey;
  /** Absent: whoever is signed in may go there. */
  needs?: Scope;
  /** Leads there after "g"; absent: no key does. */
  key?: string;
  /** Of what so many wait that their number stands beside it; "incidents": those that are open. */
  waits?: keyof Waiting | "incidents";
}

/** Every section there is, by what one comes for: first what is urgent, last what is rarely changed. In the order of the navigation. */
export const sectionGroups: readonly { word: ConsoleWordKey; sections: readonly Section[] }[] = [
  {
    word: "console.group.now",
    sections: [
      { path: "", word: "console.today.title", key: "t" },
      {
        ...{ path: "/incidents", word: "console.incidents.title", needs: "read:reports" },
        ...{ key: "i", waits: "incidents" },
      },
      { path: "/alerts", word: "console.alerts", needs: "read:alerts", key: "a", waits: "alerts" },
      { path: "/requests", word: "console.requests", needs: "read:requests", key: "r", waits: "requests" },
      { path: "/on-call", word: "console.onCall", needs: "read:alerts" },
      { path: "/silences", word: "console.silences", needs: "read:alerts" },
    ],
  },
  {
    word: "console.group.plan",
    sections: [
      { path: "/maintenance", word: "console.maintenance.title", needs: "read:reports", key: "m" },
      { path: "/calendar", word: "console.calendar.title", needs: "read:reports" },
    ],
  },
  {
    word: "console.group.services",
    sections: [{ path: "/services", word: "console.services.title", needs: "read:probes", key: "s" }],
  },
  {
    word: "console.group.contracts",
    sections: [
      { path: "/contracts", word: "console.contracts", needs: "read:reports", key: "c" },
      { path: "/customers", word: "console.customers", needs: "read:contracts", key: "u" },
      { path: "/calendars", word: "console.calendars", needs: "read:contracts" },
      { path: "/closings", word: "console.nav.closings", needs: "read:reports" },
      { path: "/proposals", word: "console.nav.proposals", needs: "read:reports", waits: "proposals" },
      { path: "/credits", word: "console.nav.credits", needs: "read:reports" },
      { path: "/what-if", word: "console.nav.whatIf", needs: "read:reports" },
      { path: "/mail", word: "console.mail.title", needs: "read:reports", waits: "mail" },
      { path: "/pages", word: "console.pages.title", needs: "read:contracts" },
      { path: "/subscribers", word: "console.subscribers.title", needs: "read:reports" },
    ],
  },
  {
    word: "console.group.people",
    sections: [
      { path: "/channels", word: "console.channels.title", needs: "read:alerts" },
      { path: "/people", word: "console.people", needs: "read:people", key: "p" },
      { path: "/audit", word: "console.audit", needs: "read:audit" },
      { path: "/settings", word: "console.settings.title", needs: "write:platform" },
    ],
  },
];

/** The model of a template: the page's own members and those of the layout. */
export function consoleShell<Model extends object>(
  model: Model,
  head: ConsoleHead,
  context: ConsoleContext,
  deps: ConsoleDeps,
): object {
  const { language, base, author, name } = context;
  const board = deps.board();
  const state = stateOf(board, context);
  return {
    ...model,
    say: language.say,
    language,
    base,
    timeZone: context.timeZone,
    asset: deps.look.assets.address,
    platform: board.settings.name,
    title: language.say("page.title", { title: head.title, platform: board.settings.name }),
    heading: head.title,
    path: `${base}${head.path}`,
    state,
    mark: mark(state),
    scripts: head.scripts ?? [],
    refreshSeconds: head.refreshSeconds ?? null,
    author,
    name,
    isPerson: context.isPerson,
    nav: author === null ? [] : navigation(head.section ?? head.path, board.incidents, context),
    languages: [...consoleLanguages.values()].map(({ code, tag, name }) => ({
      ...{ code, tag, name },
      isHere: code === language.code,
    })),
  };
}

/** Worked out once for a board: over thousands of services it takes longer than a page. */
const states = new WeakMap<StatusBoard, ShownState>();

function stateOf(board: StatusBoard, context: ConsoleContext): ShownState {
  const known = states.get(board) ?? boardState(board, { ...context, base: "" });
  states.set(board, known);
  return known;
}

/** The groups with something in them for this reader, and where in them the page stands. */
export function navigation(
  here: string,
  incidents: StatusBoard["incidents"],
  { language, base, scopes, waiting }: ConsoleContext,
) {
  const counts = { ...waiting, incidents: incidents.filter(({ resolvedAt }) => resolvedAt === null).length };
  const may = ({ needs }: Section) => needs === undefined || scopes.has(needs);
  const isIn = (path: string) => here === path || (path !== "" && here.startsWith(`${path}/`));
  return sectionGroups
    .map(({ word, sections }) => ({
      title: language.say(word),
      links: sections.filter(may).map((section) => ({
        address: `${base}${section.path}`,
        text: language.say(section.word),
        isHere: isIn(section.path),
        key: section.key ?? null,
        waits: section.waits === undefined ? 0 : counts[section.waits],
      })),
    }))
    .filter(({ links }) => links.length > 0);
}
