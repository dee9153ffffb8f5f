/** What one client may ask of a comet, and who it is behind a balancer, over the running system. */
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Operation } from "../../src/protocol/operation.ts";
import { type Balancer, proxyHeader, startBalancer } from "../harness/balancer.ts";
import { connectClient, type TestClient } from "../harness/client.ts";
import { connectV2, jsonOf, type V2Client } from "../harness/client-v2.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";

/** Connects per second of one address; twice as many at once. */
const CONNECTS = 2;
/** Bytes per second of one connection; twice as many at once. */
const BYTES = 8192;
const OPERATIONS = 3;

let system: System;
let nats: NatsConnection | undefined;
const balancers: Balancer[] = [];
const clients: TestClient[] = [];

beforeAll(async () => {
  system = await startSystem({
    env: {
      GOIM_ADMISSION_PROXIES: "127.0.0.1",
      GOIM_ADMISSION_PROXY_PROTOCOL: "true",
      GOIM_ADMISSION_CONNECTS_PER_ADDRESS: String(CONNECTS),
      GOIM_ADMISSION_BYTES: `${BYTES}b`,
      GOIM_ADMISSION_REFUSALS_MAX: "40",
      GOIM_ADMISSION_OPERATIONS: String(OPERATIONS),
    },
  });
  // A service that says where its caller is, as comet has told it.
  nats = await connect({ servers: system.nats.url });
  nats.subscribe("goim.up.2000", {
    callback: (_, message) => {
      message.respond(message.headers?.get("Goim-Ip") ?? "");
    },
  });
  await nats.flush();
}, 60_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  for (const balancer of balancers.splice(0)) balancer.stop();
});
afterAll(async () => {
  await nats?.close();
  await system?.stop();
});

const hostOf = (kind: "tcp" | "ws") => new URL(system.comets[0][kind]).host;

/** Where clients connect to who shall seem to be at `address`. */
async function behind(kind: "tcp" | "ws", version: 1 | 2, address: string): Promise<string> {
  const balancer = await startBalancer(hostOf(kind), proxyHeader(version, address));
  balancers.push(balancer);
  return kind === "ws" ? `ws://${balancer.address}/sub` : `tcp://${balancer.address}`;
}

async function login(url: string, token: object): Promise<V2Client> {
  const client = await connectV2({ url });
  clients.push(client.client);
  await client.auth(token);
  return client;
}

const metric = async (name: string) => {
  const text = await (await fetch(`${system.comets[0].admin}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1]);
};

describe("the PROXY protocol of a named balancer", () => {
  it.each([
    ["tcp", 1, "203.0.113.1"],
    ["tcp", 2, "203.0.113.2"],
    ["ws", 2, "203.0.113.3"],
  ] as const)("tells the client's address: %s, version %i", async (kind, version, address) => {
    const client = await login(await behind(kind, version, address), { mid: 1 });
    const { body } = await client.client.request(2000);
    expect(Buffer.from(body).toString()).toBe(address);
  });

  it("has to come on TCP, and version 1 has no reader on WebSocket", async () => {
    const bare = await connectClient({ url: `tcp://${hostOf("tcp")}` });
    clients.push(bare);
    bare.auth({ mid: 2 }).catch(() => undefined);
    await bare.closed;
    expect(bare.replies).toEqual([]);
    const url = await behind("ws", 1, "203.0.113.4");
    await expect(connectClient({ url })).rejects.toThrow();
  });
});

describe("limits of the running system", () => {
  it.each(["tcp", "ws"] as const)("an address connects so often: %s", async (kind) => {
    const url = await behind(kind, 2, kind === "ws" ? "203.0.113.10" : "203.0.113.11");
    const before = await metric("goim_comet_admission_connects_total");
    const startedMs = performance.now();
    const came = await Promise.all(Array.from({ length: 20 }, () => connectClient({ url })));
    clients.push(...came);
    const codes = await Promise.all(
      came.map((client, mid) =>
        client.auth({ mid: mid + 100 }).then(
          () => "in",
          async () => (await client.closed).code,
        ),
      ),
    );
    const most = 2 * CONNECTS + Math.ceil((CONNECTS * (performance.now() - startedMs)) / 1000);
    const inside = codes.filter((code) => code === "in").length;
    expect(inside).toBeGreaterThanOrEqual(2 * CONNECTS);
    expect(inside).toBeLessThanOrEqual(most);
    // TCP has no close code: the end itself is all that a client sees.
    const refusal = kind === "ws" ? 4010 : expect.toBeOneOf([1005, 1006]);
    expect(codes.filter((code) => code !== "in")).toEqual(Array(20 - inside).fill(refusal));
    expect(await metric("goim_comet_admission_connects_total")).toBe(before + 20 - inside);
    // Somebody else is not kept out, and nobody for good.
    await login(await behind(kind, 2, kind === "ws" ? "203.0.113.12" : "203.0.113.13"), { mid: 3 });
    await waitFor(() => login(url, { mid: 4 }), { timeoutMs: 5000, everyMs: 100 });
  });

  it("a connection sends so many bytes; what is above is busy, and abuse is closed", async () => {
    const { client } = await login(await behind("ws", 2, "203.0.113.20"), { mid: 5 });
    const before = await metric("goim_comet_admission_bytes_total");
    const body = "x".repeat(4000);
    const send = async (count: number) => {
      const seqs = Array.from({ length: count }, () => client.send(2000, body));
      return await Promise.all(seqs.map((seq) => client.answer(seq, 2000)));
    };
    const startedMs = performance.now();
    const replies = await send(20);
    const refused = replies.filter(({ op }) => op === Operation.Error);
    const mostBytes = BYTES * (2 + (performance.now() - startedMs) / 1000);
    expect(replies.length - refused.length).toBeGreaterThanOrEqual(3);
    expect(replies.length - refused.length).toBeLessThanOrEqual(mostBytes / body.length);
    for (const packet of refused) {
      expect(jsonOf(packet)).toMatchObject({ code: "busy", text: "too many bytes per second" });
    }
    expect(await metric("goim_comet_admission_bytes_total")).toBe(before + refused.length);
    // It may speak again when it has waited.
    await waitFor(async () => (await send(1))[0]?.op === 2000, { everyMs: 100 });
    for (let n = 0; n < 100; n++) client.send(2000, body);
    expect(await client.closed).toMatchObject({ code: 4005 });
  });

  it("a connection accepts so many operations, at its login too", async () => {
    const url = await behind("ws", 2, "203.0.113.30");
    const { client } = await login(url, { mid: 6, accepts: [1000, 1001] });
    const sub = async (...ops: number[]) => {
      const reply = await client.sub(...ops);
      return reply.op === Operation.Error ? jsonOf<{ code: string }>(reply).code : "done";
    };
    expect(await sub(1002, 1003)).toBe("too_large");
    expect(await sub(1002)).toBe("done");
    expect(await sub(1000, 1002)).toBe("done");
    expect(await sub(1003)).toBe("too_large");
    await client.unsub(1000);
    expect(await sub(1003)).toBe("done");
    const push = (op: number, mid: number) =>
      fetch(`${system.logics[0].http}/goim/push/mids?operation=${op}&mids=${mid}`, {
        method: "POST",
        body: String(op),
      });
    // Nothing of what was refused has been taken: only the last set is delivered.
    for (const op of [1000, 1001, 1002, 1003]) await push(op, 6);
    await client.waitFor(({ op }) => op === 1003);
    expect(client.messages.map(({ op }) => op)).toEqual([1001, 1002, 1003]);
    const old = await connectClient({ url });
    clients.push(old);
    // A login that asks for more has the lowest; version 1 is not told that a sub took nothing.
    await old.auth({ mid: 7, accepts: [1004, 1000, 1001, 1002] });
    await old.sub(1003);
    for (const op of [1003, 1004, 1002]) await push(op, 7);
    await old.waitFor(({ op }) => op === 1002);
    expect(old.messages.map(({ op }) => op)).toEqual([1002]);
  });
});
