/** Starts all services of the demo, each as it behaves at the moment. */
import type { Instant } from "../../domain/time/interval.ts";
import { conditionOf } from "../behaviour.ts";
import { answerMs } from "../pace.ts";
import type { DemoService, Places } from "../places.ts";
import { makeCertificate } from "./certificate.ts";
import { startDatabase } from "./database.ts";
import type { Demeanour, Running } from "./listening.ts";
import { startLiveSessions } from "./live-sessions.ts";
import { startMail, type TakeLetter } from "./mail.ts";
import { startNameService } from "./name-service.ts";
import { startWeb, type WebService } from "./web.ts";

const dayMs = 86_400_000;

export interface DemoServers {
  /** Where each one listens. */
  places: Places;
  stop(): Promise<void>;
}

/**
 * @param wanted port of each service, 0 for any free one
 * @param began when the demo began: the services behave by the time since then
 * @param takeLetter is handed every letter that the mail server takes
 */
export async function startServers(
  wanted: Places,
  began: Instant,
  now: () => Instant,
  seed: number,
  takeLetter: TakeLetter,
): Promise<DemoServers> {
  const running: [keyof Places, Running][] = [];
  const stop = async () => {
    await Promise.all(running.map(([, server]) => server.stop()));
  };
  const certificate = makeCertificate("media.skarv.example", began - 29 * dayMs, began + 61 * dayMs);
  const start = async (service: keyof Places) => {
    const port = wanted[service];
    const demeanour = demeanourOf(service, began, now, seed);
    switch (service) {
      case "live-sessions":
        return startLiveSessions(port, demeanour);
      case "mail":
        return startMail(port, demeanour, takeLetter);
      case "database":
        return startDatabase(port, demeanour);
      case "name-service":
        return startNameService(port, demeanour);
      default:
        return startWeb(
          service satisfies WebService,
          port,
          demeanour,
          service === "course-media" ? certificate : undefined,
        );
    }
  };
  try {
    for (const service of Object.keys(wanted) as (keyof Places)[]) {
      running.push([service, await start(service)]);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    places: Object.fromEntries(running.map(([service, { port }]) => [service, port])) as Places,
    stop,
  };
}

function demeanourOf(service: DemoService, began: Instant, now: () => Instant, seed: number): Demeanour {
  return {
    condition: () => conditionOf(service, now() - began),
    answerMs: () => answerMs(service, now(), seed),
  };
}
