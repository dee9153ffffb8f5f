import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { HttpLane, parseAnswer } from "./http-lane.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handler: Parameters<typeof createServer>[1]): Promise<URL> {
  const server = createServer(handler as never);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

describe("parseAnswer", () => {
  const head = "HTTP/1.1 200 OK\r\n";
  const body = '{"code":0,"message":""}';

  it("waits until all of it is there, by length", () => {
    const text = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    for (let at = 0; at < text.length; at++) expect(parseAnswer(text.slice(0, at))).toBeUndefined();
    expect(parseAnswer(text)).toEqual({ status: 200, body, code: 0, close: false });
  });

  it("waits until all of it is there, in chunks", () => {
    const chunks = '9\r\n{"code":0\r\ne\r\n,"message":""}\r\n0\r\n\r\n';
    const text = `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}`;
    for (let at = 0; at < text.length; at++) expect(parseAnswer(text.slice(0, at))).toBeUndefined();
    expect(parseAnswer(text)).toMatchObject({ status: 200, body, code: 0 });
  });

  it("reads other codes, none, and the end of the connection", () => {
    const answer = (text: string) =>
      parseAnswer(
        `HTTP/1.1 503 X\r\nConnection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      );
    expect(answer('{"code":-500}')).toMatchObject({ status: 503, code: -500, close: true });
    expect(answer("no JSON")).toMatchObject({ code: undefined });
  });
});

describe("HttpLane", () => {
  it("keeps its connection over many requests", async () => {
    const ports = new Set<number | undefined>();
    const base = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      let size = 0;
      request.on("data", (part: Buffer) => {
        size += part.length;
      });
      request.on("end", () => response.end(`{"code":0,"size":${size}}`));
    });
    const lane = new HttpLane(base, 5000);
    for (let at = 0; at < 20; at++) {
      const answer = await lane.post("/x?y=1", Buffer.alloc(at * 100));
      expect(answer).toMatchObject({ status: 200, code: 0, body: `{"code":0,"size":${at * 100}}` });
    }
    expect(ports.size).toBe(1);
    lane.close();
  });

  it("opens its connection before the first request, once", async () => {
    let connections = 0;
    const base = await serve((_, response) => response.end('{"code":0}'));
    servers[0]?.on("connection", () => {
      connections += 1;
    });
    const lane = new HttpLane(base, 5000);
    await Promise.all([lane.open(), lane.open()]);
    await lane.open();
    expect((await lane.post("/", Buffer.alloc(1))).code).toBe(0);
    expect(connections).toBe(1);
    lane.close();
  });

  it("leaves it to the first request to tell that nobody is there", async () => {
    const base = await serve(() => {});
    const [gone] = servers.splice(0);
    await new Promise((resolve) => gone?.close(resolve));
    const lane = new HttpLane(base, 5000);
    await lane.open();
    await expect(lane.post("/", Buffer.alloc(1))).rejects.toThrow("ECONNREFUSED");
    // Closed while it is on its way: whoever waits for it goes on.
    const opening = lane.open();
    lane.close();
    await opening;
  });

  it("shows its key with every request, and none where it has none", async () => {
    const seen: (string | undefined)[] = [];
    const base = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{"code":0}');
    });
    for (const lane of [new HttpLane(base, 5000, "gk_1_x"), new HttpLane(base, 5000)]) {
      for (let n = 0; n < 2; n++) expect((await lane.post("/", Buffer.alloc(3))).code).toBe(0);
      lane.close();
    }
    expect(seen).toEqual(["Bearer gk_1_x", "Bearer gk_1_x", undefined, undefined]);
  });

  it("connects again after the server closed, and says that there was no answer", async () => {
    let count = 0;
    const base = await serve((request, response) => {
      count += 1;
      if (count === 1) request.socket.destroy();
      else response.end('{"code":0}');
    });
    const lane = new HttpLane(base, 5000);
    await expect(lane.post("/", Buffer.alloc(1))).rejects.toThrow();
    expect((await lane.post("/", Buffer.alloc(1))).code).toBe(0);
    lane.close();
  });

  it("gives up in time, and refuses a second request meanwhile", async () => {
    const base = await serve(() => {});
    const lane = new HttpLane(base, 50);
    const first = lane.post("/", Buffer.alloc(0));
    expect(() => lane.post("/", Buffer.alloc(0))).toThrow("one request");
    await expect(first).rejects.toThrow("no answer in time");
  });
});
