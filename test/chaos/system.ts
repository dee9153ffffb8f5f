/** The system under test with everything between its parts that can break. */
import { connect as dial } from "node:net";
import { connect } from "@nats-io/transport-node";
import { type System, startSystem } from "../harness/cluster.ts";
import { startNats, startNatsCluster, type TestNats } from "../harness/nats.ts";
import { type NatsProxy, startNatsProxy } from "../harness/nats-proxy.ts";
import { startTcpProxy, type TcpProxy } from "../harness/tcp-proxy.ts";

export interface ArenaOptions {
  /** Three nats-servers, every stream three times. */
  readonly cluster: boolean;
  readonly store: "kv" | "redis";
}

export interface Arena {
  readonly system: System;
  readonly servers: readonly TestNats[];
  readonly links: readonly (readonly NatsProxy[])[];
  readonly jobLinks: readonly (readonly NatsProxy[])[];
  readonly doors: readonly (readonly TcpProxy[])[];
  /** For clients: every comet over that transport, behind its proxy. */
  readonly urls: Readonly<Record<"ws" | "tcp", readonly string[]>>;
  emptySessions(): Promise<void>;
  loseMailboxes(): Promise<void>;
  stop(): Promise<void>;
}

const COMETS = 2;
const JOBS = 2;
const START_MS = 90_000;
const REDIS_MS = 8_000;

/** Small buffers, so that a short stall is enough to fall behind, also behind the ring. */
const tightComet: Readonly<Record<string, string>> = {
  GOIM_CHANNEL_ROOM_BYTES_MAX: "32kb",
  GOIM_ROOM_RING_ENTRIES: "64",
};

export async function startArena(options: ArenaOptions): Promise<Arena> {
  const closing: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closing.reverse()) await close();
  };
  try {
    const { nats, servers, stop: stopNats } = await startServers(options.cluster);
    closing.push(stopNats);
    const linked = async (count: number) => {
      const all: NatsProxy[][] = [];
      for (let n = 0; n < count; n++) {
        const own = await Promise.all(servers.map((server) => startNatsProxy(server.port)));
        closing.push(async () => void (await Promise.all(own.map((link) => link.stop()))));
        all.push(own);
      }
      return all;
    };
    const [links, jobLinks] = [await linked(COMETS), await linked(JOBS)];
    const urlOf = (own: readonly NatsProxy[]) => own.map((link) => link.url).join(",");
    const system = await startSystem({
      ...{ comets: COMETS, logics: 2, jobs: JOBS, nats, store: options.store },
      readyTimeoutMs: START_MS,
      env: { ...(options.cluster && { GOIM_STREAMS_REPLICAS: "3" }) },
      envOf: Object.fromEntries([
        ...links.map((own, n) => [`comet-${n + 1}`, { GOIM_NATS_URL: urlOf(own), ...tightComet }]),
        ...jobLinks.map((own, n) => [`job-${n + 1}`, { GOIM_NATS_URL: urlOf(own) }]),
      ]),
    });
    closing.push(() => system.stop());
    const doors = await Promise.all(
      system.comets.map((comet) =>
        Promise.all(["ws", "tcp"].map((name) => startTcpProxy(hostPort(comet.address(name))))),
      ),
    );
    closing.push(async () => void (await Promise.all(doors.flat().map((door) => door.stop()))));
    const urls = {
      ws: doors.map(([ws]) => `ws://127.0.0.1:${ws?.port}/sub`),
      tcp: doors.map(([, tcp]) => `tcp://127.0.0.1:${tcp?.port}`),
    };
    const emptySessions = () => emptied(system, nats.url, sessionStore);
    const loseMailboxes = () => emptied(system, nats.url, wholeStore);
    const proxies = { links, jobLinks, doors, urls };
    return { system, servers, ...proxies, emptySessions, loseMailboxes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Servers {
  /** The servers as one. */
  readonly nats: TestNats;
  readonly servers: readonly TestNats[];
  stop(): Promise<void>;
}

async function startServers(cluster: boolean): Promise<Servers> {
  if (!cluster) {
    const nats = await startNats();
    return { nats, servers: [nats], stop: () => nats.stop() };
  }
  // Told the addresses of the others, comets would go around their proxies.
  const three = await startNatsCluster(3, { advertise: false });
  const [first] = three.servers;
  if (first === undefined) throw new Error("a cluster without servers");
  const nats: TestNats = {
    url: three.url,
    port: first.port,
    monitorPort: first.monitorPort,
    get pid() {
      return first.pid;
    },
    stop: () => three.stop(),
    kill: () => first.kill(),
    restart: (options) => first.restart(options),
    pause: () => first.pause(),
    resume: () => first.resume(),
    logTail: () => three.servers.map((server) => server.logTail()).join("\n"),
  };
  return { nats, servers: three.servers, stop: () => three.stop() };
}

/** What is lost, in either store. */
interface Loss {
  readonly buckets: readonly string[];
  /** Patterns of keys in Redis. */
  readonly keys: readonly string[];
}

const sessionStore: Loss = {
  buckets: ["GOIM_SESSIONS"],
  keys: ["mid_*", "key_*", "goim_epoch"],
};
const wholeStore: Loss = {
  buckets: ["GOIM_SESSIONS", "GOIM_MAILBOX", "GOIM_CURSORS"],
  keys: ["*"],
};

async function emptied(system: System, natsUrl: string, loss: Loss): Promise<void> {
  if (system.redis !== undefined) {
    for (const pattern of loss.keys) await deleted(system.redis.port, pattern);
    return;
  }
  const options = { servers: natsUrl.split(","), timeout: 2_000, reconnect: false };
  try {
    const connection = await connect(options);
    for (const bucket of loss.buckets) {
      await connection.request(`$JS.API.STREAM.DELETE.KV_${bucket}`, "", { timeout: 5_000 });
    }
    await connection.close();
  } catch {
    // NATS is away just now: then this fault has another one on top, and does nothing.
  }
}

/** At once, as Redis runs a script alone. */
function deleted(port: number, pattern: string): Promise<void> {
  const script =
    "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end return 1";
  const words = ["EVAL", script, "0", pattern];
  const command = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("");
  return new Promise((resolve, reject) => {
    const socket = dial({ host: "127.0.0.1", port }, () => {
      socket.write(`*${words.length}\r\n${command}`);
    });
    socket.once("data", (answer) => {
      socket.destroy();
      if (answer.toString("latin1").startsWith(":1")) resolve();
      else reject(new Error(`Redis: ${answer.toString("latin1")}`));
    });
    socket.once("error", reject);
    socket.setTimeout(REDIS_MS, () => {
      // It is paused just now: what it was sent, it does when it goes on.
      socket.end();
      resolve();
    });
  });
}

function hostPort(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
}
