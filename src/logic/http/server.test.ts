import { once } from "node:events";
import { connect, Server, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { silentLog } from "../../kit/log.ts";
import { createMetrics } from "../../kit/metrics.ts";
import { readBody } from "./body.ts";
import { createHttpServer, type HttpServer } from "./server.ts";

const options = {
  address: { host: "127.0.0.1", port: 0 },
  headerBytesMax: 64 * 1024,
  connectionsMax: 100,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAlive: 5_000,
};

const open: { servers: HttpServer[]; sockets: Socket[] } = { servers: [], sockets: [] };

afterEach(async () => {
  for (const socket of open.sockets.splice(0)) socket.destroy();
  for (const server of open.servers.splice(0)) await server.stop();
});

async function start(fetch: (request: Request) => Response | Promise<Response>) {
  const server = createHttpServer(options, { fetch, log: silentLog, metrics: createMetrics() });
  open.servers.push(server);
  await server.start();
  const { host, port } = server.address;
  return { server, url: `http://${host}:${port}` };
}

/** A bare connection, to see keep-alive at work. */
async function dial(server: HttpServer) {
  const socket = connect(server.address.port, server.address.host);
  open.sockets.push(socket);
  await once(socket, "connect");
  let text = "";
  socket.on("data", (data: Buffer) => {
    text += data.toString();
  });
  // A connection cut off by the server may end in an error: closed is closed.
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  return {
    send: (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
    received: () => text,
    until: async (part: string) => {
      while (!text.includes(part)) await once(socket, "data");
    },
    closed,
  };
}

describe("the HTTP server", () => {
  it("outlives connections that cannot be accepted", async () => {
    const listen = vi.spyOn(Server.prototype, "listen");
    await start(() => new Response("x"));
    const server = listen.mock.contexts.at(-1) as Server | undefined;
    listen.mockRestore();
    for (let n = 0; n < 2; n++) server?.emit("error", new Error("accept EMFILE"));
    expect(server?.listening).toBe(true);
  });

  it("answers over kept connections on the port it got", async () => {
    const { server } = await start(({ url }) => new Response(new URL(url).pathname));
    const client = await dial(server);
    client.send("/a");
    await client.until("/a");
    client.send("/b");
    await client.until("/b");
  });

  it("takes a request line of many targets", async () => {
    const { url } = await start((request) => new Response(String(request.url.length)));
    const response = await fetch(`${url}/?keys=${"k".repeat(40_000)}`);
    expect(Number(await response.text())).toBeGreaterThan(40_000);
  });

  it("drains: finishes what it began, closes idle connections, takes no new ones", async () => {
    let finish: (response: Response) => void = () => {};
    let began: () => void = () => {};
    const beginning = new Promise<void>((resolve) => {
      began = resolve;
    });
    const { server, url } = await start(({ url: asked }) => {
      if (asked.endsWith("/fast")) return new Response("fast");
      began();
      return new Promise<Response>((resolve) => {
        finish = resolve;
      });
    });
    const idle = await dial(server);
    idle.send("/fast");
    await idle.until("fast");
    const busy = await dial(server);
    busy.send("/slow");
    await beginning;

    const drained = server.drain?.();
    await idle.closed;
    await expect(fetch(`${url}/fast`)).rejects.toThrow();
    finish(new Response("finished"));
    await busy.until("finished");
    await busy.closed;
    await drained;
    expect(busy.received().toLowerCase()).toContain("connection: close");
  });

  it.each([
    ["a length", "Content-Length: 1000\r\n\r\nhalf"],
    ["chunks", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
  ])("a client that goes away in a body with %s is no bug of ours", async (_, rest) => {
    let began = () => {};
    const beginning = new Promise<void>((resolve) => {
      began = resolve;
    });
    let ended: (error: unknown) => void = () => {};
    const ending = new Promise<unknown>((resolve) => {
      ended = resolve;
    });
    const { server } = await start(async (request) => {
      began();
      await readBody(request, 10_000).catch(ended);
      return new Response("x");
    });
    const socket = connect(server.address.port, server.address.host);
    open.sockets.push(socket);
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${rest}`);
    await beginning;
    socket.destroy();
    expect(await ending).toMatchObject({ code: "invalid" });
  });

  it("stops although a request is still open", async () => {
    let began: () => void = () => {};
    const beginning = new Promise<void>((resolve) => {
      began = resolve;
    });
    const { server } = await start(() => {
      began();
      return new Promise<Response>(() => {});
    });
    const client = await dial(server);
    client.send("/never");
    await beginning;
    await server.stop();
    await client.closed;
  });

  it("says which address is taken", async () => {
    const { server } = await start(() => new Response("x"));
    const second = createHttpServer(
      { ...options, address: server.address },
      { fetch: () => new Response("y"), log: silentLog, metrics: createMetrics() },
    );
    await expect(second.start()).rejects.toThrow(
      /127\.0\.0\.1:\d+ \(httpServer\.addr\): is in use/,
    );
  });
});
