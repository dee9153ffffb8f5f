/**
 * How long the system takes to be itself again after one of its processes was lost, and what is
 * missing then. One comet, logic, job and nats-server on free ports, from the built processes:
 *
 *     npx tsx bench/faults.ts                    # all of job, comet and store
 *     npx tsx bench/faults.ts job --seconds 5
 */
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { ensureNatsServer } from "../scripts/nats-server.ts";
import { createClient, type GoimClient } from "../src/sdk/index.ts";
import { type System, startSystem } from "../test/harness/cluster.ts";
import { waitFor } from "../test/harness/wait.ts";

const CLIENTS = 500;
const RATE = 20;
const RESUMING = 200;
const SESSIONS = 10_000;
/** The load goes on for so long before and after the fault. */
const AROUND_MS = 5_000;
const SETTLE_MS = 30_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string" } },
});

/** `goim bench …` against the system; its report as text. `end` ends its pushing, or its stay. */
function bench(
  system: System,
  args: readonly string[],
): { readonly report: Promise<string>; readonly end: () => void } {
  const [comet] = system.comets;
  const all = ["bench", ...args, "--url", comet.ws, "--logic", system.logics[0].http];
  const load = spawn(process.execPath, ["dist/bin/goim.js", ...all], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let text = "";
  load.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const report = new Promise<string>((resolve) => load.once("close", () => resolve(text)));
  return { report, end: () => load.kill("SIGINT") };
}

/** A job is killed, and another one started later. The longest latency is the time without it. */
async function job(downMs: number): Promise<void> {
  const system = await startSystem({});
  try {
    const [process] = system.jobs;
    const seconds = Math.ceil((2 * AROUND_MS + downMs) / 1000);
    const load = ["--clients", `${CLIENTS}`, "--rate", `${RATE}`, "--duration", `${seconds}s`];
    const { report } = bench(system, ["room", ...load, "--settle", "30s"]);
    await pause(AROUND_MS);
    await process.kill9();
    await pause(downMs);
    await process.restart();
    console.log(`job killed for ${downMs / 1000} s, ${CLIENTS} clients, ${RATE} messages/s`);
    console.log(await report);
  } finally {
    await system.stop();
  }
}

/** A comet is killed and started again: what do clients that resume miss? */
async function comet(downMs: number): Promise<void> {
  const system = await startSystem({});
  const clients: GoimClient[] = [];
  const got = new Map<GoimClient, string[]>();
  const again = new Map<GoimClient, number>();
  let upAt = Number.POSITIVE_INFINITY;
  try {
    const [process] = system.comets;
    for (let n = 0; n < RESUMING; n++) {
      const client = createClient({
        url: process.ws,
        token: { mid: n + 1, accepts: [1000] },
        WebSocket,
      });
      const texts: string[] = [];
      got.set(client, texts);
      const room = client.joinRoom("live://1");
      room.onMessage((message) => {
        texts.push(message.text());
        if (performance.now() > upAt && !again.has(client)) again.set(client, performance.now());
      });
      clients.push(client);
      client.connect();
      await room.ready;
    }
    const sent: string[] = [];
    let over = false;
    const pushing = (async () => {
      for (let n = 1; !over; n++) {
        const url = `${system.logics[0].http}/goim/push/room?operation=1000&type=live&room=1`;
        const answer = await fetch(url, { method: "POST", body: `m${n}` });
        if (((await answer.json()) as { code: number }).code === 0) sent.push(`m${n}`);
        await pause(1000 / RATE);
      }
    })();
    await pause(AROUND_MS);
    await process.kill9();
    await pause(downMs);
    upAt = performance.now();
    await process.restart();
    await pause(AROUND_MS);
    over = true;
    await pushing;
    const whole = (texts: string[]) => texts.length >= sent.length;
    await waitFor(() => [...got.values()].every(whole), { timeoutMs: SETTLE_MS }).catch(() => {});
    const wrong = [...got.values()].filter((texts) => texts.join() !== sent.join()).length;
    const back = [...again.values()].map((at) => (at - upAt) / 1000).sort((a, b) => a - b);
    const at = (share: number) => (back[Math.ceil(back.length * share) - 1] ?? 0).toFixed(1);
    console.log(`comet killed for ${downMs / 1000} s, ${RESUMING} resuming clients`);
    console.log(`  ${sent.length} messages each; not exactly these, in order: ${wrong} clients`);
    console.log(`  first message after the start: p50 ${at(0.5)} s, last client ${at(1)} s`);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await system.stop();
  }
}

/** Redis starts again without anything: when can all users be reached again? */
async function store(): Promise<void> {
  const system = await startSystem({ store: "redis" });
  const { redis } = system;
  if (redis === undefined) throw new Error("a system without Redis");
  try {
    const connect = ["connect", "--clients", `${SESSIONS}`, "--duration", "60s"];
    const { report, end } = bench(system, connect);
    const { Redis } = await import("ioredis");
    const ask = new Redis(redis.port, "127.0.0.1", { maxRetriesPerRequest: null });
    ask.on("error", () => {});
    const sessions = async () => {
      const keys = await ask.dbsize();
      return keys >= SESSIONS;
    };
    await waitFor(sessions, { timeoutMs: 60_000 });
    await pause(1000);
    const began = performance.now();
    await redis.kill();
    await redis.restart();
    await waitFor(sessions, { timeoutMs: 60_000 });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `Redis started again empty: ${SESSIONS} sessions are there again after ${seconds} s`,
    );
    ask.disconnect();
    end();
    await report;
  } finally {
    await system.stop();
  }
}

const runs: Readonly<Record<string, (ms: number | undefined) => Promise<void>>> = {
  job: (ms = 5000) => job(ms),
  comet: (ms = 2000) => comet(ms),
  store: () => store(),
};

process.env.GOIM_TEST_DIST = "1";
process.env.GOIM_NATS_SERVER = (await ensureNatsServer(() => {})).path;
const downMs = values.seconds === undefined ? undefined : Number(values.seconds) * 1000;
for (const name of positionals.length > 0 ? positionals : Object.keys(runs)) {
  const run = runs[name];
  if (run === undefined) throw new Error(`"${name}" is none of ${Object.keys(runs).join(", ")}`);
  await run(downMs);
}
