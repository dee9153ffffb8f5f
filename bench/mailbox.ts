/**
 * What it costs to read the messages that wait for a user at login, and to index them:
 *
 *     npx tsx bench/mailbox.ts --messages 1000000 --store kv
 *
 * Starts a nats-server (and a redis-server) of its own on free ports and ends it. See README.md.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { createAckPublisher } from "../src/bus/ack-publisher.ts";
import type { Bus } from "../src/bus/bus.ts";
import { connectBus } from "../src/bus/connect.ts";
import { defaultStreams } from "../src/bus/stream-config.ts";
import { createStreamReader } from "../src/bus/stream-reader.ts";
import { declareStreams, openLayout } from "../src/bus/streams.ts";
import { systemClock } from "../src/kit/clock.ts";
import { silentLog } from "../src/kit/log.ts";
import { createMetrics } from "../src/kit/metrics.ts";
import { createKvMailbox } from "../src/store/mailbox.kv.ts";
import { createRedisMailbox } from "../src/store/mailbox.redis.ts";
import type { Mailbox } from "../src/store/mailbox.ts";
import { startNats } from "../test/harness/nats.ts";
import { startRedis } from "../test/harness/redis.ts";
import {
  appendAll,
  nearMid,
  type Plan,
  planOf,
  pooled,
  type Stored,
  scatteredMid,
  spans,
  storeAll,
} from "./mailbox-data.ts";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "100000" },
    body: { type: "string", default: "120" },
    store: { type: "string", default: "kv" },
    logins: { type: "string", default: "20000" },
    concurrency: { type: "string", default: "64" },
    window: { type: "string", default: "1024" },
    page: { type: "string", default: "4096" },
  },
});
const option = (name: keyof typeof values) => Number(values[name]);

const common = { clock: systemClock, log: silentLog };

interface Bench {
  readonly bus: Bus;
  readonly epoch: string;
  readonly plan: Plan;
  readonly stored: readonly Stored[];
  readonly subjectOf: (mid: string) => string;
}

async function main(): Promise<void> {
  const nats = await startNats();
  const redis = values.store === "redis" ? await startRedis() : undefined;
  const bus = await connectBus({ url: nats.url, prefix: "goim", name: "bench", ...common });
  try {
    await declareStreams(bus, defaultStreams, common);
    const layout = await openLayout(bus, common);
    const plan = planOf(option("messages"), option("body"));
    console.log(JSON.stringify({ ...plan, load: loadavg()[0]?.toFixed(1) }));
    const subjectOf = (mid: string) => bus.subjects.pushUser(layout.shardOf(mid), mid);
    const publisher = createAckPublisher(bus);
    const start = performance.now();
    const stored = await storeAll(plan, publisher, subjectOf);
    rate("stored in GOIM_USER", stored.length, (performance.now() - start) / 1000);
    await publisher.close();
    const epoch = layout.epoch(bus.subjects.stream("user"));
    const bench = { bus, epoch, plan, stored, subjectOf };
    if (redis === undefined) await scan(bench);
    await indexed("pages of offsets, bodies by sequence", 0, bench, redis?.addr);
    await indexed("pages with small bodies", 512, bench, redis?.addr);
    console.log(`load average at the end ${loadavg()[0]?.toFixed(1)}`);
  } finally {
    await bus.close();
    await redis?.stop();
    await nats.stop();
  }
}

/** No index: the user's subject is read from the cursor on. */
async function scan({ bus, plan, stored, subjectOf }: Bench): Promise<void> {
  const reader = createStreamReader(bus, { maxBatches: 64, timeoutMs: 60_000 });
  const stream = bus.subjects.stream("user");
  const found = spans(stored);
  const last = await reader.lastSequence(stream);
  const bound = { messages: 100, bytes: 1_000_000, reads: 100 };
  const login = async (mid: string) => {
    const from = found.get(mid)?.from ?? 1;
    return (await reader.after(stream, subjectOf(mid), { from, to: last }, bound)).messages.length;
  };
  // One after the other and few: many at once take minutes each.
  await logins("scan by subject", plan, login, { count: 20, width: 1 });
}

async function indexed(
  name: string,
  inlineBytes: number,
  bench: Bench,
  redisAddr: string | undefined,
): Promise<void> {
  const { plan, stored, epoch } = bench;
  const mailbox = await openMailbox(bench, inlineBytes, redisAddr);
  rate(`${name}: append`, stored.length, await appendAll(mailbox, epoch, stored, option("window")));
  const login = async (mid: string) => {
    const read = { mid, after: 0, entries: 100, bytes: 1_000_000 };
    const [outcome] = await mailbox.read(epoch, [read]);
    if (outcome?.status !== "fulfilled") throw outcome?.reason;
    return outcome.value.entries.length;
  };
  await logins(name, plan, login, { count: option("logins") / 5, width: option("concurrency") });
  if (inlineBytes > 0) {
    const extra = oneMore(stored);
    rate(
      `${name}: append, one per user and call`,
      extra.length,
      await appendAll(mailbox, epoch, extra, option("window")),
    );
  }
  await mailbox.close();
}

/** One more message for each user, so that nothing can be merged. */
function oneMore(stored: readonly Stored[]): Stored[] {
  const last = stored.at(-1)?.entry.offset ?? 0;
  const mids = [...new Set(stored.map(({ mid }) => mid))];
  const entry = stored[0]?.entry;
  if (entry === undefined) return [];
  return mids.map((mid, at) => ({ mid, entry: { ...entry, offset: last + 1024 * (at + 1) } }));
}

async function openMailbox(
  { bus }: Bench,
  inlineBytes: number,
  redisAddr: string | undefined,
): Promise<Mailbox> {
  const streams = createStreamReader(bus);
  // Two indexes of one stream: the second lies in a bucket of another name.
  const bucket = () => `GOIM_MAILBOX_${inlineBytes}`;
  const named: Bus = Object.create(bus, {
    subjects: { value: { ...bus.subjects, bucket } },
    connected: { get: () => bus.connected },
    request: { value: bus.request.bind(bus) },
    publish: { value: bus.publish.bind(bus) },
    subscribe: { value: bus.subscribe.bind(bus) },
    onStatus: { value: bus.onStatus.bind(bus) },
  });
  const deps = { bus: named, streams, ...common, metrics: createMetrics() };
  const config = { inlineBytes, pageBytes: option("page"), timeoutMs: 30_000 };
  if (redisAddr === undefined) return createKvMailbox(config, deps);
  return createRedisMailbox({ ...config, addr: redisAddr, db: inlineBytes === 0 ? 1 : 2 }, deps);
}

async function logins(
  name: string,
  plan: Plan,
  login: (mid: string) => Promise<number>,
  ofScattered: { readonly count: number; readonly width: number },
): Promise<void> {
  const [count, width] = [option("logins"), option("concurrency")];
  const near = { users: plan.nearUsers, midOf: nearMid, each: plan.nearEach, count, width };
  await measure(`${name}: ${plan.nearEach} near`, near, login);
  const scattered = { users: plan.scatteredUsers, midOf: scatteredMid, each: plan.scatteredEach };
  const group = { ...scattered, ...ofScattered };
  await measure(`${name}: ${plan.scatteredEach} scattered, ${group.width} at once`, group, login);
}

interface Group {
  readonly users: number;
  readonly midOf: (user: number) => string;
  readonly each: number;
  readonly count: number;
  /** Logins at once. */
  readonly width: number;
}

async function measure(
  name: string,
  { users, midOf, each, count, width }: Group,
  login: (mid: string) => Promise<number>,
): Promise<void> {
  const times: number[] = [];
  const one = async (user: number) => {
    const start = performance.now();
    const got = await login(midOf(user));
    times.push(performance.now() - start);
    if (got !== each) throw new Error(`${name}: ${got} messages instead of ${each}`);
  };
  const anyOf = (many: number) =>
    Array.from({ length: many }, () => Math.floor(Math.random() * users));
  await pooled(anyOf(Math.ceil(count / 100)), width, one);
  times.length = 0;
  const start = performance.now();
  await pooled(anyOf(count), width, one);
  const seconds = (performance.now() - start) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
  const perSecond = Math.round(count / seconds);
  console.log(`${name.padEnd(60)} ${perSecond}/s  p50 ${at(0.5)} ms  p99 ${at(0.99)} ms`);
}

function rate(name: string, count: number, seconds: number): void {
  const perSecond = Math.round(count / seconds);
  console.log(`${name.padEnd(60)} ${perSecond}/s  (${count} in ${seconds.toFixed(1)} s)`);
}

await main();
