/**
 * What a room costs where nothing happens in it: the other part of src/capacity/costs.ts.
 *
 *     node --expose-gc --import tsx bench/room-costs.ts
 */
import { once } from "node:events";
import { connect } from "node:net";
import { Fleet } from "../src/bench/fleet.ts";
import { usageOf } from "../src/bench/usage.ts";
import { CometCounts } from "../src/logic/comet-counts.ts";
import { goim } from "../src/protocol/gen/messages.js";
import { startNats } from "../test/harness/nats.ts";
import { waitFor } from "../test/harness/wait.ts";
import { startLoadSystem } from "./load.ts";

const CLIENTS = 5000;

/** Memory of nats-server for each subject that somebody subscribes to, bytes. */
async function subscriptions(count: number): Promise<number> {
  const nats = await startNats();
  try {
    const { hostname, port } = new URL(nats.url);
    const socket = connect(Number(port), hostname);
    await once(socket, "data");
    const pong = () => {
      socket.write("PING\r\n");
      return once(socket, "data");
    };
    socket.write('CONNECT {"verbose":false}\r\n');
    await pong();
    const { pid = 0 } = nats;
    const before = usageOf(pid).rssBytes;
    for (let n = 0; n < count; n++) {
      if (!socket.write(`SUB goim.room.live.room-${n} ${n + 1}\r\n`)) await once(socket, "drain");
    }
    await pong();
    const grown = usageOf(pid).rssBytes - before;
    socket.destroy();
    return grown / count;
  } finally {
    await nats.stop();
  }
}

/** CPU of nats-server for a message to one more subscriber, microseconds. */
async function fanOut(subscribers: number, messages: number): Promise<number> {
  const nats = await startNats();
  try {
    const { hostname, port } = new URL(nats.url);
    const { pid = 0 } = nats;
    const open = async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, "data");
      socket.write('CONNECT {"verbose":false}\r\n');
      return socket;
    };
    const message = `PUB goim.room.live.1 150\r\n${"x".repeat(150)}\r\n`;
    const publisher = await open();
    let got = 0;
    const publish = async () => {
      got = 0;
      const before = usageOf(pid).cpuSeconds;
      for (let n = 0; n < messages; n++) {
        if (!publisher.write(message)) await once(publisher, "drain");
        if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await waitFor(() => got >= sockets.length * messages * 150, { timeoutMs: 30_000 });
      return usageOf(pid).cpuSeconds - before;
    };
    const sockets: Awaited<ReturnType<typeof open>>[] = [];
    const alone = await publish();
    for (let n = 0; n < subscribers; n++) {
      const socket = await open();
      socket.write(`SUB goim.room.live.1 ${n}\r\nPING\r\n`);
      await once(socket, "data");
      socket.on("data", (bytes: Buffer) => {
        got += bytes.length;
      });
      sockets.push(socket);
    }
    const all = await publish();
    for (const socket of [publisher, ...sockets]) socket.destroy();
    return ((all - alone) * 1e6) / (subscribers * messages);
  } finally {
    await nats.stop();
  }
}

/** A room in a message of counts: CPU microseconds to read and sum it, bytes to keep it. */
function counts(rooms: number): { micros: number; bytes: number } {
  const collect = globalThis.gc ?? (() => {});
  const payloads = Array.from({ length: 20 }, (_, part) => {
    const names = Array.from({ length: rooms / 20 }, (_, n) => [`live://room-${part}-${n}`, 20]);
    const message = { comet: "c", incarnation: "i", n: part + 1, rooms: Object.fromEntries(names) };
    return goim.comet.RoomCounts.encode(message).finish();
  });
  const totals = new Map<string, number>();
  collect();
  const before = process.memoryUsage().heapUsed;
  const summed = new CometCounts("c", "i", (room, by) => {
    totals.set(room, (totals.get(room) ?? 0) + by);
  });
  const start = process.cpuUsage();
  for (const payload of payloads) {
    const { n, rooms: some } = goim.comet.RoomCounts.decode(payload);
    summed.apply({ n: Number(n), snapshot: false, rooms: some });
  }
  const { user, system } = process.cpuUsage(start);
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / rooms;
  return { micros: (user + system) / rooms, bytes: summed.newest > 0 ? bytes : 0 };
}

/** Growth of a comet for each of its clients, all in one room or each in its own, bytes. */
async function clients(room: string): Promise<number> {
  const system = await startLoadSystem({ store: "kv", workers: { comet: 1, logic: 1 } });
  const [comet] = system.comets;
  const url = new URL(comet.ws);
  const before = usageOf(comet.pid).rssBytes;
  const fleet = new Fleet({
    token: `{"mid":%m,"key":"","room_id":"${room}","platform":"bench","accepts":[]}`,
    targets: [{ transport: "ws", host: url.hostname, port: Number(url.port), path: "/sub" }],
    ...{ midBase: 0, streams: "shared", stalled: 0, version: 1, run: 0, connectRate: 0 },
    ...{ clients: CLIENTS, workers: 2, connectingMax: 256, loginTimeoutMs: 30_000 },
  });
  try {
    await fleet.connected();
    return (usageOf(comet.pid).rssBytes - before) / CLIENTS;
  } finally {
    await fleet.close();
    await system.stop();
  }
}

const bytes = (value: number) => `${Math.round(value)} bytes`;
console.log(`nats-server, a subscription      ${bytes(await subscriptions(200_000))}`);
console.log(`nats-server, one more subscriber ${(await fanOut(40, 20_000)).toFixed(2)} us`);
if (process.argv.includes("--nats")) process.exit(0);
const { micros, bytes: kept } = counts(200_000);
console.log(`logic, a room in counts          ${micros.toFixed(2)} us, ${bytes(kept)}`);
const together = await clients("live://one");
const apart = await clients("live://room-%i");
console.log(`comet, a client in one room      ${bytes(together)}`);
console.log(`comet, a room with one client    ${bytes(apart - together)} more`);
