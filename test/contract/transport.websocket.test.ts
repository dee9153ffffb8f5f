import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Arrival, ArrivalFault } from "../../src/comet/transport/transport.ts";
import { loadUws } from "../../src/comet/transport/uws.ts";
import { createWebSocketTransport } from "../../src/comet/transport/websocket.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { Proxies } from "../../src/kit/proxies.ts";
import { CloseCode } from "../../src/protocol/close-code.ts";
import { connectClient } from "../harness/client.ts";
import { waitFor } from "../harness/wait.ts";
import {
  type ContractSubject,
  defaults,
  packet,
  Recorder,
  run,
  stopAll,
  transportContract,
} from "./transport.ts";
import { sendsTogether } from "./transport-together.ts";
import { versionTwo } from "./transport-v2.ts";

const deps = { log: silentLog, clock: systemClock };
const subject: ContractSubject = {
  name: "ws",
  create: (options) =>
    createWebSocketTransport({ ...options, messageBytesMax: 65_536, stopLingerMs: 100 }, deps),
};

describe("WebSocket transport", () => {
  transportContract(subject);
  describe("sends together", () => sendsTogether(subject));
  describe("version 2", () => versionTwo(subject));
});

describe("a WebSocket behind balancers", () => {
  afterEach(stopAll);
  const behind = (proxies: readonly string[]) => ({
    behind: { proxies: new Proxies(proxies), proxyProtocol: true, forwardedFor: true },
  });
  const upgrade = (url: string, ...lines: string[]) => {
    const { host } = new URL(url);
    const head = [
      "GET /sub HTTP/1.1",
      `Host: ${host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
    ];
    const key = ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
    return Buffer.from(`${[...head, ...key, ...lines].join("\r\n")}\r\n\r\n`);
  };
  const binary = Buffer.concat([
    Buffer.from("0d0a0d0a000d0a515549540a2111000c", "hex"),
    Buffer.from([203, 0, 113, 9, 10, 0, 0, 1, 19, 136, 12, 29]),
  ]);

  it.each([
    ["PROXY version 2", ["127.0.0.1"], binary, [], "203.0.113.9"],
    ["X-Forwarded-For", ["127.0.0.1"], Buffer.alloc(0), ["198.51.100.7"], "198.51.100.7"],
    [
      "two lines of it",
      ["127.0.0.1"],
      Buffer.alloc(0),
      ["1.1.1.1", "198.51.100.7"],
      "198.51.100.7",
    ],
    ["both, of a stranger", ["10.0.0.0/8"], binary, ["198.51.100.7"], "127.0.0.1"],
  ])("%s", async (_, proxies, header, forwarded, address) => {
    const { events, url } = await run(subject, behind(proxies));
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const lines = forwarded.map((text) => `X-Forwarded-For: ${text}`);
    socket.write(Buffer.concat([header, upgrade(url, ...lines)]));
    await waitFor(() => events.opened.length === 1);
    expect(events.opened[0]?.remoteAddress).toBe(address);
    socket.destroy();
    await waitFor(() => events.closed.length === 1);
  });
});

describe("a client behind a balancer that writes a PROXY header of its own", () => {
  afterEach(stopAll);
  const headerOf = (...address: number[]) =>
    Buffer.concat([
      Buffer.from("0d0a0d0a000d0a515549540a2111000c", "hex"),
      Buffer.from([...address, 10, 0, 0, 1, 19, 136, 12, 29]),
    ]);
  const [own, forged] = [headerOf(203, 0, 113, 9), headerOf(198, 51, 100, 7)];
  const request = (path: string) =>
    Buffer.from(
      [
        `GET ${path} HTTP/1.1`,
        ...["Host: x", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"],
        ...["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""],
      ].join("\r\n"),
    );
  const [elsewhere, wanted] = [request("/nothing"), request("/sub")];
  /** A header whose length has no room for the address that it names. */
  const short = Buffer.from("0d0a0d0a000d0a515549540a21110000", "hex");

  it.each([
    ["at once", [Buffer.concat([own, forged, wanted])]],
    ["in a write of its own", [own, forged, wanted]],
    ["behind a part of its request", [own, wanted.subarray(0, 20), forged, wanted]],
    [
      "behind a request that is refused, at once",
      [Buffer.concat([own, elsewhere, forged, wanted])],
    ],
    ["behind a request that is refused", [Buffer.concat([own, elsewhere]), forged, wanted]],
    ["behind a whole one", [Buffer.concat([own, wanted, forged, wanted])]],
    ["that is short, before its own", [Buffer.concat([own, short, wanted])]],
  ])("%s: is not believed", async (_, writes) => {
    const { events, url } = await run(subject, {
      behind: { proxies: new Proxies(["127.0.0.1"]), proxyProtocol: true, forwardedFor: false },
    });
    const { hostname, port } = new URL(url);
    const socket = connect({ port: Number(port), host: hostname, noDelay: true });
    socket.on("error", () => {});
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.resume();
    for (const bytes of writes) {
      socket.write(bytes);
      // Whoever comes in on a connection of his own has been read after what was written before.
      await (await connectClient({ url })).close();
    }
    socket.end();
    await ended;
    const addresses = events.opened.map(({ remoteAddress }) => remoteAddress);
    expect(addresses).not.toContain("198.51.100.7");
  });
});

describe("a WebSocket that waits for its turn", () => {
  afterEach(stopAll);

  async function gated() {
    const transport = subject.create(defaults);
    const waiting: Arrival[] = [];
    const left: Arrival[] = [];
    const state = { open: false, fault: undefined as ArrivalFault | undefined };
    const events = new Recorder();
    events.arrivals = {
      breathe: () => {},
      pass: () => state.open,
      wait: (arrival) => {
        if (state.fault === undefined) waiting.push(arrival);
        else arrival.refuse(state.fault);
      },
      left: (arrival) => left.push(arrival),
    };
    await transport.start(events);
    const url = `ws://${transport.addresses[0]}/sub`;
    return { transport, waiting, left, state, events, url };
  }

  it("is taken when it comes, and then like any other", async () => {
    const { transport, waiting, state, events, url } = await gated();
    const client = connectClient({ url });
    await waitFor(() => waiting.length === 1);
    expect(events.opened).toEqual([]);
    waiting[0]?.take();
    const taken = await client;
    taken.send(2);
    await waitFor(() => events.packets.length === 1);
    state.open = true;
    const direct = await connectClient({ url });
    direct.send(2);
    await waitFor(() => events.packets.length === 2);
    expect(waiting).toHaveLength(1);
    await transport.stop();
  });

  it.each([
    ["too many wait", "crowded", 503],
    ["its address has too many", "limited", 429],
    ["the comet ends", "ending", 503],
  ] as const)("is told to come back when %s", async (_, fault, expected) => {
    const { transport, state, events, url } = await gated();
    state.fault = fault;
    const socket = new WebSocket(url);
    const answer = await new Promise<{ status: number | undefined; retry: string | undefined }>(
      (resolve) => {
        socket.on("unexpected-response", (_, response) => {
          const { statusCode: status, headers } = response;
          resolve({ status, retry: headers["retry-after"] });
          response.resume();
        });
      },
    );
    expect(answer).toEqual({ status: expected, retry: "2" });
    expect([events.opened, transport.stats.refused]).toEqual([[], 1]);
    await transport.stop();
  });

  it("is known to be gone when its client did not wait", async () => {
    const { transport, waiting, left, events, url } = await gated();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET /sub HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await waitFor(() => waiting.length === 1);
    socket.destroy();
    await waitFor(() => waiting[0]?.gone === true);
    expect([events.opened, left]).toEqual([[], waiting]);
    await transport.stop();
  });
});

describe("WebSocket only", () => {
  afterEach(stopAll);

  it("reads text frames like binary ones", async () => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    client.write(Buffer.from(packet(7, '{"mid":1}')).toString("latin1"));
    await waitFor(() => events.packets.length === 1);
    expect(events.packets[0]).toMatchObject({ packet: { op: 7 }, text: '{"mid":1}' });
  });

  it("closes on an empty frame and on one that ends inside a packet", async () => {
    const { events, connect } = await run(subject);
    for (const bytes of [
      new Uint8Array(0),
      packet(4, "abc").subarray(0, 17),
      packet(4).subarray(0, 5),
    ]) {
      const { client } = await connect();
      client.write(bytes);
      expect((await client.closed).code).toBe(CloseCode.Malformed);
    }
    expect(events.closed.map(({ reason }) => reason)).toEqual(
      Array(3).fill("the frame ends inside a packet"),
    );
  });

  it("ends a frame above its limit as too large", async () => {
    const { events, connect } = await run(subject);
    const { client } = await connect();
    client.write(new Uint8Array(65_537));
    await client.closed;
    expect(events.closed).toMatchObject([{ code: CloseCode.TooLarge }]);
  });

  it("ends a text frame that is not UTF-8 as malformed", async () => {
    const { events, url } = await run(subject);
    const raw = await upgraded(url);
    raw.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]));
    await waitFor(() => events.closed.length === 1);
    expect(events.closed).toMatchObject([{ code: CloseCode.Malformed }]);
    raw.destroy();
  });

  it("joins continued frames", async () => {
    const { events, url } = await run(subject);
    const raw = await upgraded(url);
    const bytes = packet(4, "continued");
    raw.write(maskedFrame(0x02, bytes.subarray(0, 10)));
    raw.write(maskedFrame(0x00, bytes.subarray(10, 20)));
    raw.write(maskedFrame(0x80, bytes.subarray(20)));
    await waitFor(() => events.packets.length === 1);
    expect(events.packets[0]?.text).toBe("continued");
    raw.destroy();
  });

  it("takes an unmasked frame for a masked one: it waits for bytes that never come", async () => {
    const { events, url } = await run(subject);
    const raw = await upgraded(url);
    const bytes = packet(2);
    raw.write(Buffer.concat([Buffer.from([0x82, bytes.length]), bytes]));
    raw.write(maskedFrame(0x89, Buffer.from("")));
    await waitFor(() => events.packets.length + events.closed.length > 0);
    expect(events.packets).toEqual([]);
    raw.destroy();
  });

  it("answers a ping at once", async () => {
    const { url, events } = await run(subject);
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.once("open", resolve));
    const pong = new Promise<Buffer>((resolve) => socket.once("pong", resolve));
    socket.ping("are you there");
    expect((await pong).toString()).toBe("are you there");
    expect(events.packets).toEqual([]);
    socket.terminate();
  });

  it("hides the close code a client chose from the metrics' labels", async () => {
    const { events, url } = await run(subject);
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.once("open", resolve));
    socket.close(4503, "I am the server");
    await waitFor(() => events.closed.length === 1);
    expect(events.closed).toMatchObject([
      { code: CloseCode.Normal, reason: "client closed (4503)" },
    ]);
  });

  it("cuts a reason to what a close frame holds", async () => {
    const { connect } = await run(subject);
    const { client, connection } = await connect();
    connection.close(CloseCode.Kicked, "弹".repeat(100));
    expect((await client.closed).reason).toBe("弹".repeat(41));
  });

  it("gives the cookie and forgets it when told", async () => {
    const { events, url } = await run(subject);
    const client = await connectClient({ url, headers: { Cookie: "session=abc" } });
    await waitFor(() => events.opened.length === 1);
    const connection = events.opened[0];
    if (connection === undefined) throw new Error("no connection");
    expect(connection.cookie).toBe("session=abc");
    connection.cookie = "";
    expect(connection.cookie).toBe("");
    client.destroy();
  });

  it("allows a query behind the path", async () => {
    const { events, url } = await run(subject);
    const client = await connectClient({ url: `${url}?room=live://1000` });
    client.send(2);
    await waitFor(() => events.packets.length === 1);
    client.destroy();
  });
});

describe("HTTP answers", () => {
  afterEach(stopAll);
  const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  const upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13";
  const cases: [string, string, number, string][] = [
    ["another path", `GET /other HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n${key}\r\n\r\n`, 404, "/sub"],
    ["a path below", `GET /sub/x HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n${key}\r\n\r\n`, 404, "/sub"],
    ["a slash more", `GET /sub/ HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n${key}\r\n\r\n`, 404, "/sub"],
    ["a browser", "GET /sub HTTP/1.1\r\nHost: a\r\n\r\n", 426, "WebSocket only"],
    [
      "a key without upgrade",
      `GET /sub HTTP/1.1\r\nHost: a\r\n${key}\r\n\r\n`,
      426,
      "WebSocket only",
    ],
    [
      "an old version",
      `GET /sub HTTP/1.1\r\nHost: a\r\n${upgrade.replace("13", "8")}\r\n${key}\r\n\r\n`,
      426,
      "version 13",
    ],
    [
      "a bad key",
      `GET /sub HTTP/1.1\r\nHost: a\r\n${upgrade}\r\nSec-WebSocket-Key: x\r\n\r\n`,
      400,
      "Key",
    ],
    ["a post", "POST /sub HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 405, "GET"],
  ];
  it.each(cases)("%s", async (_, request, status, reason) => {
    const { events, transport, url } = await run(subject);
    const answer = await http(url, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(reason);
    expect(transport.stats).toMatchObject({ accepted: 0, refused: 1 });
    expect(events.opened).toEqual([]);
  });

  it("survives bytes that are no HTTP", async () => {
    const { events, connect, url } = await run(subject);
    await http(url, "\0\0\0\x10\0\x10\0\x01\r\n\r\n");
    const { client } = await connect();
    client.send(2);
    await waitFor(() => events.packets.length === 1);
  });
});

describe("loading the native addon", () => {
  it("turns a failure into a sentence that names the machine", async () => {
    const load = () => Promise.reject(new Error("GLIBC_2.38 not found\n    at stack"));
    const failing = loadUws(load);
    await expect(failing).rejects.toThrow(/no binary that works here \(Node 20.*linux.*glibc/);
    await expect(failing).rejects.toThrow("GLIBC_2.38 not found It needs");
    const transport = createWebSocketTransport(
      { ...defaults, messageBytesMax: 1, stopLingerMs: 0 },
      { ...deps, load },
    );
    await expect(transport.start(new Recorder())).rejects.toMatchObject({ code: "unavailable" });
    await transport.stop();
  });
});

function endpoint(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** The whole answer to a raw request; the server closes after it. */
function http(url: string, request: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(endpoint(url), () => socket.write(request));
    let answer = "";
    socket.on("data", (bytes) => {
      answer += bytes.toString("utf8");
    });
    socket.on("error", () => resolve(answer));
    socket.on("close", () => resolve(answer));
  });
}

/** A socket past the handshake, for frames a library would not send. */
function upgraded(url: string): Promise<ReturnType<typeof connect>> {
  return new Promise((resolve, reject) => {
    const socket = connect(endpoint(url));
    socket.on("error", reject);
    socket.once("data", () => resolve(socket));
    socket.write(
      "GET /sub HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
  });
}

/** A short frame with a mask of zeros. */
function maskedFrame(first: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([first, 0x80 | body.length, 0, 0, 0, 0]), body]);
}
