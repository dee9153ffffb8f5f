import { once } from "node:events";
import { connect } from "node:net";
import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { silentLog } from "../../kit/log.ts";
import { createMetrics } from "../../kit/metrics.ts";
import { readBody } from "./body.ts";
import { createHttpServer, type HttpServer } from "./server.ts";

const servers: HttpServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function start(fetch: (request: Request) => Response | Promise<Response>) {
  const server = createHttpServer(
    {
      ...{ address: { host: "127.0.0.1", port: 0 }, headerBytesMax: 64 * 1024, keepAlive: 5_000 },
      ...{ connectionsMax: 100, headersTimeout: 5_000, requestTimeout: 10_000 },
    },
    { fetch, log: silentLog, metrics: createMetrics() },
  );
  servers.push(server);
  await server.start();
  return server.address;
}

/** What comes back for these bytes until the server closes. */
async function exchange({ host, port }: { host: string; port: number }, ...parts: string[]) {
  const socket = connect(port, host);
  let text = "";
  socket.on("data", (data: Buffer) => {
    text += data.toString("latin1");
  });
  for (const part of parts) {
    socket.write(part, "latin1");
    if (part !== parts.at(-1)) await once(socket, "data");
  }
  await once(socket, "close");
  return text;
}

const close = "Host: x:61234\r\nConnection: close\r\n";

describe("a request as the app reads it", () => {
  it.each([
    ["/a?b=c&d=%E4%BD%A0", "/a?b=c&d=%E4%BD%A0"],
    ["/a/../b/./c?d=/../e", "/b/c?d=/../e"],
    ["/a/%2e%2e/b", "/b"],
    ["http://other:80/b?c", "/b?c"],
    ["//a//b", "//a//b"],
    ["/a\\b^", "/a/b^"],
  ])("target %s is %s", async (target, path) => {
    const address = await start(({ url }) => new Response(url.replace(/^http:\/\/[^/]+/, "")));
    const text = await exchange(address, `GET ${target} HTTP/1.1\r\n${close}\r\n`);
    expect(text.split("\r\n\r\n")[1]).toBe(path);
  });

  it.each(["a b", "[", "x:99999"])("a Host that is none (%s) is answered 400", async (host) => {
    const address = await start(() => new Response("reached"));
    const head = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const text = await exchange(address, head);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).not.toContain("reached");
  });

  it.each([
    ["a length", "Content-Length: 6\r\n\r\n\0\xffhalf"],
    ["chunks", "Transfer-Encoding: chunked\r\n\r\n2\r\n\0\xff\r\n4\r\nhalf\r\n0\r\n\r\n"],
    ["no body", "\r\n"],
  ])("a body with %s", async (_, rest) => {
    const address = await start(async (request) => new Response(await readBody(request, 6)));
    const text = await exchange(address, `POST / HTTP/1.1\r\n${close}${rest}`);
    expect(text.split("\r\n\r\n")[1]).toBe(rest === "\r\n" ? "" : "\0\xffhalf");
  });

  it("a body in many pieces after 100 Continue", async () => {
    const address = await start(async (request) => {
      return new Response(String((await readBody(request, 1_000_000)).length));
    });
    const length = "Expect: 100-continue\r\nContent-Length: 300000\r\n\r\n";
    const head = `POST / HTTP/1.1\r\n${close}${length}`;
    const text = await exchange(address, head, "x".repeat(300_000));
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(text).toMatch(/\r\n\r\n300000$/);
  });

  it("headers in any case, repeated ones joined; text and JSON bodies", async () => {
    const app = new Hono();
    app.post("/", async (c) => {
      const { a } = await c.req.json<{ a: string }>();
      return c.text([a, c.req.header("X-Two"), c.req.raw.headers.get("x-NONE")].join("|"));
    });
    const address = await start((request) => app.fetch(request));
    const head = `POST / HTTP/1.1\r\n${close}X-two: 1\r\nx-Two: 2\r\nContent-Length: 9\r\n\r\n`;
    expect(await exchange(address, `${head}{"a":"b"}`)).toMatch(/\r\n\r\nb\|1, 2\|$/);
  });
});

describe("an answer", () => {
  it.each([
    ["text", () => new Response("é"), "text/plain;charset=UTF-8", 2],
    [
      "bytes",
      () => new Response(Uint8Array.of(1, 2, 3), { headers: { "Content-Type": "a/b" } }),
      ...(["a/b", 3] as const),
    ],
    ["a stream", () => new Response(new Blob(["four"]).stream()), null, 4],
    ["nothing", () => new Response(null, { status: 404 }), null, 0],
    ["one made of another", () => new Response("x").clone(), "text/plain;charset=UTF-8", 1],
  ])("of %s has its length and type", async (_, make, type, length) => {
    const { host, port } = await start(make);
    const response = await fetch(`http://${host}:${port}/`);
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("content-length")).toBe(String(length));
    expect((await response.arrayBuffer()).byteLength).toBe(length);
  });

  it("carries what handlers and middleware put into its headers", async () => {
    const app = new Hono();
    app.use("*", async (c, next) => {
      await next();
      c.res.headers.set("X-After", "1");
      c.header("X-Late", "2");
    });
    app.get("/", (c) => {
      c.header("X-Before", "0");
      return c.json({ a: 1 }, 207, { "X-With": "3" });
    });
    const { host, port } = await start((request) => app.fetch(request));
    const response = await fetch(`http://${host}:${port}/`);
    const { headers, status } = response;
    const names = ["x-before", "x-after", "x-late", "x-with", "content-type"];
    expect([status, ...names.map((name) => headers.get(name))]).toEqual([
      ...[207, "0", "1", "2", "3", "application/json"],
    ]);
    expect(await response.json()).toEqual({ a: 1 });
  });

  it("of 204 and to HEAD has no body", async () => {
    const address = await start(({ method }) => {
      return method === "HEAD" ? new Response("four") : new Response(null, { status: 204 });
    });
    const none = await exchange(address, `GET / HTTP/1.1\r\n${close}\r\n`);
    expect(none).toMatch(/^HTTP\/1\.1 204 /);
    expect(none.toLowerCase()).not.toContain("content-length");
    const head = await exchange(address, `HEAD / HTTP/1.1\r\n${close}\r\n`);
    expect(head).toMatch(/content-length: 4\r\n[\s\S]*\r\n\r\n$/i);
  });

  it("that fails to be made closes the connection, and the next one is served", async () => {
    let fails = true;
    const address = await start(() => {
      if (fails) throw new Error("bug");
      return new Response("fine");
    });
    expect(await exchange(address, `GET / HTTP/1.1\r\n${close}\r\n`)).toBe("");
    fails = false;
    expect(await exchange(address, `GET / HTTP/1.1\r\n${close}\r\n`)).toMatch(/fine$/);
  });
});
