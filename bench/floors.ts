/**
 * What a hop takes on this machine when nothing is done in it: the floor under bench/hops.ts. Each
 * is asked at 2/s, when every process and core has gone to sleep in between, and at 200/s:
 *
 *     npx tsx bench/floors.ts
 *
 * - an HTTP call to a bare node:http server in another process,
 * - a NATS core request that another process answers,
 * - a message stored in a file stream of JetStream and acknowledged.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { ensureNatsServer } from "../scripts/nats-server.ts";
import { HttpLane } from "../src/bench/http-lane.ts";
import { nowMs } from "../src/bench/message.ts";
import { startNats } from "../test/harness/nats.ts";

const body = Buffer.alloc(64, 0x2e);
const SUBJECT = "floor.ask";
const STREAM_SUBJECT = "floor.stored";

async function answerer(natsUrl: string): Promise<void> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => response.end('{"code":0}'));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const connection = await connect({ servers: natsUrl });
  connection.subscribe(SUBJECT, {
    callback: (_error, message) => void message.respond(message.data),
  });
  await connection.flush();
  process.send?.((server.address() as AddressInfo).port);
}

function percentile(sorted: readonly number[], part: number): string {
  return (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(2).padStart(8);
}

async function measure(name: string, ask: () => Promise<unknown>): Promise<void> {
  for (let warm = 0; warm < 300; warm++) await ask();
  for (const [rate, count] of [
    [2, 10],
    [200, 500],
  ] as const) {
    const took: number[] = [];
    for (let at = 0; at < count; at++) {
      await pause(1000 / rate);
      const from = nowMs();
      await ask();
      took.push(nowMs() - from);
    }
    took.sort((a, b) => a - b);
    const cells = [0.5, 0.9, 0.99].map((part) => percentile(took, part)).join("");
    console.log(`${name.padEnd(36)}${`${rate}/s`.padStart(6)}${cells}`);
  }
}

async function main(): Promise<void> {
  process.env.GOIM_NATS_SERVER = (await ensureNatsServer(() => {})).path;
  const nats = await startNats();
  let child: ChildProcess | undefined;
  try {
    child = fork(process.argv[1] ?? "", [nats.url]);
    const [port] = (await once(child, "message")) as [number];
    const lane = new HttpLane(new URL(`http://127.0.0.1:${port}`), 5_000);
    const connection = await connect({ servers: nats.url });
    const config = { name: "FLOOR", subjects: [STREAM_SUBJECT], storage: "file" };
    await connection.request("$JS.API.STREAM.CREATE.FLOOR", JSON.stringify(config));
    console.log(`${"round trip, ms".padEnd(42)}     p50     p90     p99`);
    await measure("HTTP call, node:http", () => lane.post("/", body));
    await measure("NATS request, another process", () => connection.request(SUBJECT, body));
    await measure("JetStream publish, file stream", () => connection.request(STREAM_SUBJECT, body));
    lane.close();
    await connection.close();
  } finally {
    child?.kill();
    await nats.stop();
  }
}

const [natsUrl] = process.argv.slice(2);
await (process.send === undefined || natsUrl === undefined ? main() : answerer(natsUrl));
