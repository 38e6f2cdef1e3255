/** `fournines start`: the server itself, the same as `npm start`. */
import type { Command } from "commander";

export function addStartCommand(program: Command): void {
  program
    .command("start")
    .description("start the server: probe, page, API (settings come from the environment)")
    .action(async () => {
      const { runServer } = await import("../main.ts");
      await runServer();
    });
}
