/** /console/shortcuts: which keys lead where. What the keys do is done by views/assets/console.js; the page tells it without any script, too. */
import type { Hono } from "hono";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type ConsoleEnv, consoleContext } from "./room.ts";
import { consoleShell, navigation } from "./shell.ts";

/** Adds the page. */
export function addShortcuts(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/shortcuts", (c) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const sections = navigation("/shortcuts", deps.board().incidents, context).flatMap(({ links }) =>
      links.filter(({ key }) => key !== null),
    );
    const model = {
      everywhere: [
        { keys: ["/"], text: say("console.keys.search") },
        { keys: ["?"], text: say("console.keys.help") },
        { keys: ["j"], text: say("console.keys.next") },
        { keys: ["k"], text: say("console.keys.previous") },
        { keys: ["Esc"], text: say("console.keys.leave") },
      ],
      sections: sections.map(({ key, text, address }) => ({ keys: ["g", key!], text, address })),
    };
    const head = { title: say("console.keys.title"), path: "/shortcuts" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/shortcuts", model: shell, status: 200 });
  });
}
