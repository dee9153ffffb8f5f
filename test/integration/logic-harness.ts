/** A logic inside the test process, on real servers, and what a test needs around it. */
import type { Bus, StoredMessage } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { addressText, loadConfig } from "../../src/kit/config.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics, type Metrics } from "../../src/kit/metrics.ts";
import { logicConfig } from "../../src/logic/config.ts";
import { compose } from "../../src/logic/main.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { offsetOf } from "../../src/protocol/offset.ts";
import { waitFor } from "../harness/wait.ts";

export interface TestLogic {
  /** http://host:port */
  readonly url: string;
  readonly metrics: Metrics;
  /** Why it is not ready, by check. */
  readonly checks: ReadonlyMap<string, () => string | undefined>;
  /** What would have ended the process. */
  readonly failures: readonly Error[];
  post(path: string, body?: string | Uint8Array): Promise<Answer>;
  get(path: string): Promise<Answer>;
  drain(): Promise<void>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly code: number | undefined;
  readonly message: string | undefined;
  readonly data: unknown;
}

/** `env` as the process would get it; addresses are set here. */
export async function startLogic(
  natsUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TestLogic> {
  const anyPort = { GOIM_LOGIC_HTTP: "127.0.0.1:0", GOIM_NATS_URL: natsUrl };
  const config = loadConfig(logicConfig, { env: { ...anyPort, ...env } });
  const checks = new Map<string, () => string | undefined>();
  const metrics = createMetrics();
  const abort = new AbortController();
  const failures: Error[] = [];
  const { logic, services } = await compose(config, {
    log: silentLog,
    metrics,
    clock: systemClock,
    admin: { addCheck: (name, check) => checks.set(name, check) },
    signal: abort.signal,
    fail: (error) => failures.push(error),
  });
  for (const service of services) await service.start();
  const url = `http://${addressText(logic.address)}`;
  const ask = async (method: string, path: string, body?: string | Uint8Array): Promise<Answer> => {
    const response = await fetch(`${url}/goim/${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const read = text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
    return {
      status: response.status,
      headers: response.headers,
      text,
      code: read.code as number | undefined,
      message: read.message as string | undefined,
      data: read.data,
    };
  };
  return {
    url,
    metrics,
    checks,
    failures,
    post: (path, body) => ask("POST", path, body),
    get: (path) => ask("GET", path),
    drain: async () => {
      for (const service of [...services].reverse()) await service.drain?.();
    },
    stop: async () => {
      abort.abort();
      for (const service of [...services].reverse()) await service.stop();
    },
  };
}

/** A connection of the test itself. */
export function openBus(natsUrl: string, name = "test"): Promise<Bus> {
  const options = { url: natsUrl, prefix: "goim", name, clock: systemClock, log: silentLog };
  return connectBus(options);
}

/** An entry of a push stream, as job would read it. */
export interface StoredEntry {
  readonly offset: number;
  readonly op: number;
  readonly body: string;
  readonly keys: readonly string[];
  readonly speed: number;
}

/** All entries of one subject, in order. */
export async function entriesOf(bus: Bus, stream: string, subject: string): Promise<StoredEntry[]> {
  return (await messagesOf(bus, stream, subject)).flatMap(entriesIn);
}

export async function messagesOf(
  bus: Bus,
  stream: string,
  subject: string,
): Promise<StoredMessage[]> {
  const reader = createStreamReader(bus);
  const last = await reader.lastSequence(stream);
  return last === 0 ? [] : reader.range(stream, subject, 1, last, 1_000_000);
}

export function entriesIn({ sequence, data }: StoredMessage): StoredEntry[] {
  return goim.push.PushBatch.decode(data).entries.map((entry, index) => ({
    offset: offsetOf(sequence, index),
    op: entry.op ?? 0,
    body: Buffer.from(entry.body ?? []).toString(),
    keys: entry.keys ?? [],
    speed: entry.speed ?? 0,
  }));
}

/** Value of a metric without labels, or with exactly the labels as written. */
export async function metricOf(metrics: Metrics, name: string): Promise<number> {
  const text = await metrics.registry.metrics();
  const line = text.split("\n").find((candidate) => candidate.startsWith(`goim_${name} `));
  return line === undefined ? Number.NaN : Number(line.slice(line.lastIndexOf(" ") + 1));
}

/** Until pushes are stored again. The stream of this room is the last to be created. */
export async function untilStored(logic: TestLogic): Promise<void> {
  const probe = "push/room?operation=1&type=live&room=probe";
  await waitFor(async () => (await logic.post(probe)).code === 0, {
    timeoutMs: 20_000,
    describe: "a push to be stored again",
  });
}
