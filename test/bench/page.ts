/**
 * W3: the status page and its summary for machines with 50 services and 90 days, over 32 kept connections, next to nginx serving the very
 * same bytes and to the page of Uptime Kuma over as many monitors. Without nginx there is nothing to compare with, and that is said.
 */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Figure, notInstalled, progress } from "./figure.ts";
import { asker, askHard, type Load } from "./load.ts";
import { days, tellNinetyDays } from "./ninety-days.ts";
import { platformOf, startFournines } from "./peers/fournines.ts";
import { askKumaPage, type KumaPage, readersOf } from "./peers/kuma-page.ts";
import { isKumaInstalled } from "./peers/kuma-server.ts";
import { serveFile } from "./peers/nginx.ts";
import { isInstalled, untilQuiet, usageOf } from "./processes.ts";
import { startTarget } from "./target.ts";

const services = 50;
const intervalSeconds = 1_800;
const faces = [
  { ...{ title: "status page", path: "/", file: "index.html", type: "text/html" } },
  { ...{ title: "summary", path: "/api/v2/summary.json", file: "summary.json", type: "application/json" } },
];
/** Of what nginx reaches; and of how much longer the slowest hundredth may wait. */
const wanted = { share: 0.6, p99: 3, kuma: 10 };
/** Readers of Uptime Kuma a second where it is not here: 6,158 pages and 5,789 answers with beats, measured elsewhere. */
const readersElsewhere = 2_984;

export async function page(folder: string): Promise<Figure[]> {
  const target = await startTarget(join(folder, "page-target"));
  const definition = platformOf({ checks: services, intervalSeconds, port: target.port });
  const home = join(folder, "page");
  await tellNinetyDays(home, definition, intervalSeconds);
  const server = await startFournines("PGlite", home, definition);
  try {
    await untilQuiet(server.server().pid);
    const kuma = isKumaInstalled() ? await askKumaPage(services, 10) : null;
    const figures: Figure[] = [];
    for (const face of faces) {
      const plain = await plainOf(`${server.url}${face.path}`);
      const ours = await askHard(`${server.url}${face.path}`);
      const nginx = isInstalled("nginx")
        ? await nginxServing({ name: face.file, type: face.type, content: plain }, join(folder, face.file))
        : null;
      const { rssBytes } = usageOf([server.server().pid]);
      const note = `${plain.length} bytes plain, ${gzipSync(plain).length} compressed, server ${Math.round(rssBytes / 2 ** 20)} MB, asked by ${asker}`;
      figures.push(...figuresOf(face.title, ours, nginx, kuma, note));
      if (face.path === "/") {
        figures.push(readersFigure(ours, kuma));
      }
    }
    return figures;
  } finally {
    await server.stop();
    await server.leave();
    await target.stop();
  }
}

/** Who sees the state: with ours that is the page alone, with Uptime Kuma's its page and what the script of the page asks for. */
function readersFigure(ours: Load, kuma: KumaPage | null): Figure {
  const theirs = kuma === null ? readersElsewhere : readersOf(kuma);
  return {
    name: `w3 readers who see the state of ${services} services`,
    ...{ unit: "readers/s", better: "higher", target: Math.round(theirs * wanted.kuma) },
    ours: { "fournines/PGlite": ours.perSecond },
    peers: { [`Uptime Kuma, page and beats${kuma === null ? " (measured elsewhere)" : ""}`]: theirs },
    ...(kuma === null
      ? {}
      : { note: `the first in a minute waits ${(kuma.coldMs / 1_000).toFixed(1)} s for its beats` }),
  };
}

function figuresOf(
  title: string,
  ours: Load,
  nginx: Load | null,
  kuma: KumaPage | null,
  note: string,
): Figure[] {
  const name = `w3 ${title}, ${services} services, ${days} days, gzip`;
  return [
    {
      ...{ name, unit: "requests/s", better: "higher", note },
      target: nginx === null ? null : Math.round(nginx.perSecond * wanted.share),
      ours: { "fournines/PGlite": ours.perSecond },
      peers: {
        "nginx, same bytes": nginx?.perSecond ?? notInstalled,
        ...(kuma === null
          ? { "Uptime Kuma, empty page (measured elsewhere)": 6_158 }
          : { "Uptime Kuma, empty page": kuma.shell.perSecond, "its beats": kuma.beats.perSecond }),
      },
    },
    {
      ...{ name: `${name}: the slowest hundredth waits`, unit: "ms", better: "lower" },
      target: nginx === null ? null : nginx.p99Ms * wanted.p99,
      ours: { "fournines/PGlite": ours.p99Ms },
      peers: {
        "nginx, same bytes": nginx?.p99Ms ?? notInstalled,
        ...(kuma === null
          ? {}
          : { "Uptime Kuma, empty page": kuma.shell.p99Ms, "its beats": kuma.beats.p99Ms }),
      },
    },
  ];
}

async function plainOf(url: string): Promise<Buffer> {
  const answer = await fetch(url, { headers: { "accept-encoding": "identity" } });
  progress(`w3: ${url} answers ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function nginxServing(file: Parameters<typeof serveFile>[0], folder: string): Promise<Load> {
  const { url, server } = await serveFile(file, `${folder}-nginx`);
  try {
    return await askHard(url);
  } finally {
    await server.stop();
  }
}
