/** Where the server hands over its copy of the page: whoever does not hold its key is turned away before anything is looked at. */

import {
  largestManifestBytes,
  largestPackBytes,
  pushFault,
  pushPaths,
  type PushAnswer,
} from "../copy-push.ts";
import type { PushRefusal } from "./page-copy.ts";
import { copyOf, type Environment } from "./bindings.ts";
import type { PageSettings } from "./settings.ts";
import { readWithin } from "./unpacking.ts";

/** Whether a path is one of pushes. */
export function isPushPath(path: string): boolean {
  return path === pushPaths.manifest || path === pushPaths.files;
}

export async function takePush(
  request: Request,
  environment: Environment,
  { key }: PageSettings,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method !== "POST") {
    return new Response(null, { status: 405, headers: { allow: "POST" } });
  }
  const isManifest = pathname === pushPaths.manifest;
  const mostBytes = isManifest ? largestManifestBytes : largestPackBytes;
  const declared = Number(request.headers.get("content-length") ?? "0");
  const body = declared > mostBytes ? null : await readWithin(request.body, mostBytes);
  if (body === null) {
    return answer({ status: 413, problem: `more than ${mostBytes} bytes` });
  }
  const signed = { method: "POST", path: pathname, body };
  const fault = await pushFault(signed, (name) => request.headers.get(name), key, Date.now());
  if (fault !== null) {
    return answer({ status: 401, problem: fault });
  }
  const copy = copyOf(environment);
  return answer(isManifest ? await copy.offer(new TextDecoder().decode(body)) : await copy.take(body.buffer));
}

function answer(said: PushAnswer | PushRefusal): Response {
  const status = "status" in said ? said.status : 200;
  return Response.json(said, { status, headers: { "cache-control": "no-store" } });
}
