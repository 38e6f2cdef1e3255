/** What surrounds every page of the console: where one is, where one can go, who is signed in. Wraps a view model for console/layout.eta. */
import type { ConsoleWordKey } from "../language.ts";
import type { Scope } from "../authentication.ts";
import { mark } from "../pages/mark.ts";
import { boardState } from "../pages/status-page.ts";
import { type ConsoleContext, consoleLanguages } from "./room.ts";
import type { ConsoleDeps } from "./deps.ts";

export interface ConsoleHead {
  title: string;
  /** Address of the page within the console, "/contracts/acme-gold": what the navigation and the choice of language come back to. */
  path: string;
  scripts?: readonly string[];
  /** A page that changes while it is looked at comes anew after so long, where no script does better. */
  refreshSeconds?: number;
}

/** Every section there is, in the order of the navigation; shown to whoever may go there. */
const sections: readonly { path: string; word: ConsoleWordKey; needs?: Scope }[] = [
  { path: "/contracts", word: "console.contracts", needs: "read:reports" },
  { path: "/customers", word: "console.customers", needs: "read:contracts" },
  { path: "/closings", word: "console.nav.closings", needs: "read:reports" },
  { path: "/proposals", word: "console.nav.proposals", needs: "read:reports" },
  { path: "/credits", word: "console.nav.credits", needs: "read:reports" },
  { path: "/what-if", word: "console.nav.whatIf", needs: "read:reports" },
  { path: "/mail", word: "console.mail.title", needs: "read:reports" },
  { path: "/people", word: "console.people", needs: "read:people" },
  { path: "/audit", word: "console.audit", needs: "read:audit" },
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
  const state = boardState(board, { ...context, base: "" });
  const isIn = (path: string) => head.path === path || head.path.startsWith(`${path}/`);
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
    nav:
      author === null
        ? []
        : sections
            .filter(({ needs }) => needs === undefined || context.scopes.has(needs))
            .map(({ path, word }) => ({
              address: `${base}${path}`,
              text: language.say(word),
              isHere: isIn(path),
            })),
    languages: [...consoleLanguages.values()].map(({ code, tag, name }) => ({
      ...{ code, tag, name },
      isHere: code === language.code,
    })),
  };
}
