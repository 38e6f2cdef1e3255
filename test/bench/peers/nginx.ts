/** nginx with one worker and one file, compressed beforehand: what a server made for nothing else reaches with the same bytes. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../support/postgres-server.ts";
import { start, type Started } from "../processes.ts";
import { asRoot, untilAnswering } from "../target.ts";

export interface StaticFile {
  /** `index.html` is what `/` answers with. */
  name: string;
  type: string;
  content: Buffer;
}

/** Resolves once it answers. */
export async function serveFile(
  { name, type, content }: StaticFile,
  folder: string,
): Promise<{ url: string; server: Started }> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const port = await freePort();
  writeFileSync(join(folder, name), content);
  execFileSync("gzip", ["-9kf", join(folder, name)]);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((part) => `${part}_temp_path ${folder}/${part};`)
    .join(" ");
  writeFileSync(
    join(folder, "nginx.conf"),
    `${asRoot}worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.err; daemon off;
events { worker_connections 4096; }
http { types { ${type} ${name.slice(name.lastIndexOf(".") + 1)}; } access_log off; sendfile on; tcp_nopush on; gzip_static on;
  open_file_cache max=100; root ${folder}; keepalive_requests 100000000; ${temporary}
  server { listen 127.0.0.1:${port}; } }\n`,
  );
  const server = start("nginx", ["-c", join(folder, "nginx.conf")], join(folder, "nginx.log"));
  const url = `http://127.0.0.1:${port}/${name === "index.html" ? "" : name}`;
  await untilAnswering(url, server);
  return { url, server };
}
