import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { askServer, findServer } from "../../src/cli/connection.ts";
import { ServerAway } from "../../src/cli/running-server.ts";
import { Unauthenticated } from "../../src/domain/errors.ts";
import { freePort } from "../support/postgres-server.ts";

const folder = mkdtempSync(join(tmpdir(), "fournines-cli-"));
writeFileSync(
  join(folder, "server.json"),
  '{"pid":1,"url":"http://127.0.0.1:3000/","controlToken":"of-this-run"}',
);

it("what is given goes before the environment, the environment before the data folder", async () => {
  const environment = { FOURNINES_URL: "http://b", FOURNINES_TOKEN: "fn_b", DATA_DIR: folder };
  expect(await findServer({ server: "http://a/", token: "fn_a" }, environment)).toEqual({
    url: "http://a",
    token: "fn_a",
  });
  expect(await findServer({}, environment)).toEqual({ url: "http://b", token: "fn_b" });
  expect(await findServer({}, { DATA_DIR: folder })).toEqual({
    url: "http://127.0.0.1:3000",
    token: "of-this-run",
  });
});

it("the control token of this machine goes to no other server", async () => {
  const elsewhere = await findServer({ server: "https://elsewhere.example" }, { DATA_DIR: folder });
  expect(elsewhere.token).toBeNull();
});

it("says that no server runs, and how to name one", async () => {
  await expect(findServer({}, { DATA_DIR: join(folder, "nowhere") })).rejects.toThrow(
    /No server is running in .*--server/,
  );
  await expect(findServer({ server: "localhost:3000" }, {})).rejects.toThrow("is not an address like");
});

it("says that nobody answers there", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  await expect(askServer({ url, token: null }, "GET", "/")).rejects.toThrow(`No server answers at ${url}`);
});

it("asks once more with the same key when the answer to a change was lost", async () => {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers["idempotency-key"]);
    if (keys.length === 1) {
      request.socket.destroy();
    } else {
      response.setHeader("Content-Type", "application/json").end("{}");
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as { port: number };
  await askServer({ url: `http://127.0.0.1:${port}`, token: null }, "POST", "/", {});
  server.close();
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
});

it("knows another program by its answer, and a missing token by its refusal", async () => {
  const server = createServer((request, response) => {
    if (request.url === "/page") {
      response.end("<html>");
    } else {
      response.writeHead(401, { "Content-Type": "application/problem+json" });
      response.end('{"code":"token_missing","detail":"Writing needs a token."}');
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as { port: number };
  const connection = { url: `http://127.0.0.1:${port}`, token: null };
  await expect(askServer(connection, "GET", "/page")).rejects.toBeInstanceOf(ServerAway);
  await expect(askServer(connection, "GET", "/")).rejects.toBeInstanceOf(Unauthenticated);
  await expect(askServer(connection, "GET", "/")).rejects.toThrow("--token");
  server.close();
});
