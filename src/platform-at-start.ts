/**
 * Which platform a server watches: the file that the configuration names, or, where nothing was ever configured, the built-in
 * starter platform, which watches Fournines' own parts.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { icmpAvailable } from "../probes/node/icmp.ts";
import { checkKinds } from "../probes/protocol.ts";
import { applyPlatform } from "./actions/apply-platform.ts";
import { type Config, readSecret } from "./config.ts";
import { InvalidInput } from "./domain/errors.ts";
import type { Instant } from "./domain/time/interval.ts";
import type { KnownAsker } from "./platform-file/askers.ts";
import { readBeside, readBytesBeside } from "./platform-file/includes.ts";
import { parsePlatformFile } from "./platform-file/platform-file.ts";
import { starterPlatform } from "./platform-file/starter.ts";
import { listAskers } from "./store/askers.ts";
import type { Database } from "./store/database.ts";
import { findPlatformMaker } from "./store/platforms.ts";

/**
 * Applies it. Says where it came from, for start-up words, and how many things changed.
 *
 * @throws InvalidInput platform_file_missing, or whatever is wrong in the file
 */
export async function applyConfiguredPlatform(
  config: Config,
  db: Database,
  now: Instant,
): Promise<{ source: string; changes: number }> {
  if (existsSync(config.platformFile)) {
    const file = basename(config.platformFile);
    const capabilities = { icmp: await icmpAvailable() };
    const definition = parsePlatformFile(readFileSync(config.platformFile, "utf8"), {
      file,
      capabilities,
      askers: await listAskersAtStart(config, db, capabilities),
      // What the console sealed is opened with a key that a file need not know of.
      readSecret: ({ from, name }) =>
        from !== "sealed" ? readSecret({ from, name }) : name === "kept" ? undefined : name,
      readInclude: readBeside(config.platformFile),
      readFile: readBytesBeside(config.platformFile),
    });
    const { changes } = await applyPlatform(db, definition, now);
    return { source: file, changes: changes.length };
  }
  if (config.platformFileNamed) {
    throw new InvalidInput(
      "platform_file_missing",
      `FOURNINES_CONFIG names ${config.platformFile}, which does not exist`,
    );
  }
  // The starter platform is applied at every start: the server may listen elsewhere now.
  if (((await findPlatformMaker(db)) ?? "starter") !== "starter") {
    return { source: "as applied before", changes: 0 };
  }
  const { changes } = await applyPlatform(db, starterPlatform(config), now, "starter");
  return {
    source: "built-in starter platform; write a platform.yaml to watch your own",
    changes: changes.length,
  };
}

/**
 * The probes that are known. What is known of a server's own dates from its last start: this machine may have learned since, and may
 * stand elsewhere now.
 */
async function listAskersAtStart(
  { location }: Config,
  db: Database,
  { icmp }: { icmp: boolean },
): Promise<KnownAsker[]> {
  const kinds = checkKinds.filter((kind) => kind !== "icmp" || icmp);
  const known: KnownAsker[] = (await listAskers(db)).map((asker) =>
    asker.engine === "server" ? { ...asker, kinds: [...asker.kinds, ...kinds] } : asker,
  );
  return location === null ? known : [...known, { location, engine: "server", kinds }];
}
