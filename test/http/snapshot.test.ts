import { createServer } from "node:http";
import { get, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepSnapshots, sendSnapshot, toSnapshot } from "../../src/http/snapshot.ts";

const text = "All services are running. ".repeat(2_000);
const snapshot = toSnapshot(text, { "Content-Type": "text/plain; charset=utf-8", Vary: "Accept-Encoding" });
const server = createServer((request, response) => sendSnapshot(snapshot, request, response));
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

function ask(headers: Record<string, string>, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ port, host: "127.0.0.1", headers, method, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      );
    }).on("error", reject);
  });
}

describe("a snapshot", () => {
  it.each([
    ["gzip, deflate, br, zstd", "zstd", zstdDecompressSync],
    ["gzip, br", "br", brotliDecompressSync],
    ["gzip;q=0.5", "gzip", gunzipSync],
    ["br;q=0, gzip", "gzip", gunzipSync],
  ] as const)("is sent to who accepts %s as %s, with its exact length", async (accepted, coding, unpack) => {
    const { headers, body } = await ask({ "accept-encoding": accepted });
    expect(headers["content-encoding"]).toBe(coding);
    expect(headers["content-length"]).toBe(String(body.length));
    expect(unpack(body).toString()).toBe(text);
  });

  it("is sent as it is to who accepts nothing else", async () => {
    const { headers, body } = await ask({ "accept-encoding": "identity, compress" });
    expect(headers["content-encoding"]).toBeUndefined();
    expect(body.toString()).toBe(text);
  });

  it("has a strong tag of its own for each encoding, and answers 304 to it", async () => {
    const tags = await Promise.all(
      ["gzip", "br", "zstd", "identity"].map(
        async (coding) => (await ask({ "accept-encoding": coding })).headers.etag!,
      ),
    );
    expect(new Set(tags).size).toBe(4);
    expect(tags.every((tag) => /^"[\w-]+"$/.test(tag))).toBe(true);
    const known = await ask({ "accept-encoding": "gzip", "if-none-match": `"other", W/${tags[0]}` });
    expect(known.status).toBe(304);
    expect(known.body.length).toBe(0);
    expect(known.headers.etag).toBe(tags[0]);
    expect((await ask({ "accept-encoding": "br", "if-none-match": tags[0]! })).status).toBe(200);
    expect((await ask({ "if-none-match": "*" })).status).toBe(304);
    expect((await ask({ "accept-encoding": "br", "if-none-match": tags[1]! }, "HEAD")).status).toBe(304);
  });

  it("tells its length but sends nothing to HEAD", async () => {
    const { headers, body } = await ask({}, "HEAD");
    expect(headers["content-length"]).toBe(String(text.length));
    expect(body.length).toBe(0);
  });
});

describe("kept snapshots", () => {
  const keep = (limit = 10) => {
    const errors: unknown[] = [];
    return {
      errors,
      snapshots: keepSnapshots({ maxAgeMs: 5_000, limit, onError: (error) => errors.push(error) }),
    };
  };
  const render = (words: string) => () => toSnapshot(words, {});

  it("are rendered once a version, and again when they are too old", () => {
    const { snapshots } = keep();
    let rendered = 0;
    const count = () => toSnapshot(`rendering ${rendered++}`, {});
    snapshots.take("/", "1", 0, count);
    snapshots.take("/", "1", 4_999, count);
    expect(rendered).toBe(1);
    snapshots.take("/", "1", 5_000, count);
    expect(rendered).toBe(2);
    snapshots.take("/", "2", 5_001, count);
    expect(rendered).toBe(3);
  });

  it("stay the same object, compressions and all, when the bytes did not change", () => {
    const { snapshots } = keep();
    const first = snapshots.take("/", "1", 0, render("same"));
    expect(snapshots.take("/", "2", 1, render("same"))).toBe(first);
  });

  it("go on being served when rendering fails, which is told once", () => {
    const { snapshots, errors } = keep();
    const good = snapshots.take("/", "1", 0, render("good"));
    const fail = () => {
      throw new Error("broken template");
    };
    expect(snapshots.take("/", "2", 1, fail)).toBe(good);
    expect(snapshots.take("/", "2", 2, fail)).toBe(good);
    expect(errors).toHaveLength(1);
  });

  it("fail where there never was a good one", () => {
    const { snapshots } = keep();
    const fail = () => {
      throw new Error("broken template");
    };
    expect(() => snapshots.take("/", "1", 0, fail)).toThrow("broken template");
  });

  it("are no more than the limit", () => {
    const { snapshots } = keep(2);
    const first = snapshots.take("/1", "1", 0, render("1"));
    snapshots.take("/2", "1", 0, render("2"));
    snapshots.take("/3", "1", 0, render("3"));
    expect(snapshots.take("/1", "1", 1, render("1"))).not.toBe(first);
  });
});
