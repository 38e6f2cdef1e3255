/**
 * One probe of a stage: what `fournines probe run` runs, in a world of its own: lines to the servers and to the targets, a clock, perhaps a
 * disk. Its folder stays, however often it is killed and started again.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Line, openLine } from "./line.ts";
import { type Launched, launch, run } from "./processes.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";
import type { Stage, StagePlan } from "./stage.ts";
import { newWitness, type Witness } from "./witness.ts";

export interface StagedProbe {
  name: string;
  location: string;
  /** Where its key and its spool lie. */
  folder: string;
  /** Its line to the servers. */
  line: Line;
  /** Its line to the targets. */
  network: Line;
  /** Null: the plan asks for none. */
  disk: SmallDisk | null;
  witness: Witness;
  process(): Launched;
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Asks it for a new key, as an operator on its machine would; whether it came to one does not matter here. */
  rotate(): Promise<void>;
  /** Sets its clock wrong by so much, at once. */
  skew(ms: number): Promise<void>;
}

/** Invites it and makes it ready to be started. */
export async function stagedProbe(
  name: string,
  location: string,
  plan: StagePlan,
  stage: Stage,
  note: (name: string, process: Launched) => Launched,
): Promise<StagedProbe> {
  const witness = newWitness();
  const line = await openLine({ to: () => stage.servers.map(({ port }) => port), listen: witness.listen });
  const folder = join(stage.folder, `probe-${name.replace(" ", "-")}`);
  const spool = join(folder, "data");
  const clock = `${folder}.clock`;
  await mkdir(spool, { recursive: true });
  const disk = plan.smallDisks === true ? await mountSmallDisk(spool) : null;
  const { port } = stage.targets;
  const network = await openLine({ to: () => [port] });
  const token = await invite(stage, location);
  let running: Launched | undefined;
  return {
    name,
    location,
    folder,
    line,
    network,
    disk,
    witness,
    process: () => running!,
    async start() {
      running = note(
        `probe ${name}`,
        launch(["probe", "run"], {
          folder,
          environment: {
            FOURNINES_SERVER: `http://127.0.0.1:${line.port}`,
            PROBE_TOKEN: token,
            PROBE_DIR: spool,
            LOG_LEVEL: "debug",
          },
          world: { clock, network: new Map([[port, network.port]]) },
          enter: disk?.enter ?? [],
        }),
      );
      // It must have come so far that it runs at all; whether it asks is seen at the targets.
      await running.says(/\S/);
    },
    kill: () => running!.kill(),
    stop: async () => void (await running!.stop()),
    async rotate() {
      await run(["probe", "rotate"], { folder, environment: { PROBE_DIR: spool } });
    },
    skew: (ms) => writeFile(clock, String(ms)),
  };
}

async function invite(stage: Stage, location: string): Promise<string> {
  const answer = await fetch(`${stage.servers[0]!.url}/api/v1/probe-invitations`, {
    method: "POST",
    headers: { Authorization: `Bearer ${stage.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ location }),
  });
  const body = await answer.text();
  if (answer.status !== 201) {
    throw new Error(`inviting a probe to ${location} was answered with ${answer.status}: ${body}`);
  }
  return (JSON.parse(body) as { token: string }).token;
}
