/** A client that stops reading among many that do, in a whole system. */
import { afterEach, expect, it } from "vitest";
import { LoadClient, type Target } from "../../src/bench/load-client.ts";
import { binaryForm, nowMs } from "../../src/bench/message.ts";
import { SequenceCheck } from "../../src/bench/sequence.ts";
import { type Kind, kinds, OP } from "../e2e/mailbox-system.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";

const { encode: encodeMessage, isMessage, sequenceAt } = binaryForm;

const READERS = 200;
const RUN = 1;
const BODY_BYTES = 8192;
const ROOM = "crowd";
/** `channel.roomBytesMax`, and one flush on top of it. */
const WAITING_BYTES_MAX = (256 + 64) * 1024;
/** Far less than what two readers were owed, far more than what a process grows by on its own. */
const GROWTH_BYTES_MAX = 96 * 2 ** 20;
const MINUTE = 60_000;

/** What a client got, judged as it comes: 200 of them cannot keep it. */
class Reader {
  readonly client: LoadClient;
  readonly #check = new SequenceCheck();
  count = 0;
  /** Doubles and messages out of order. */
  wrong = 0;
  end = "";

  constructor(index: number, target: Target, version: 1 | 2) {
    const token = JSON.stringify({ mid: 0, key: `r${index}`, room_id: `live://${ROOM}` });
    this.client = new LoadClient(
      index,
      target,
      { token, version },
      {
        onReady: () => {},
        onPush: (_client, bytes, at, end) => this.#take(bytes, at, end),
        onClosed: (_client, reason) => {
          this.end = reason;
        },
      },
    );
  }

  lost(last: number): number {
    return this.#check.lost({ last, failed: [] });
  }

  #take(bytes: Buffer, at: number, end: number): void {
    if (!isMessage(bytes, at, end, RUN)) return;
    if (this.#check.take(sequenceAt(bytes, at)) !== "new") this.wrong++;
    this.count++;
  }
}

let system: System;
let readers: Reader[] = [];
let pushed = 0;

async function start(count: number, slowDeadline: string): Promise<void> {
  pushed = 0;
  system = await startSystem({ env: { GOIM_SLOW_DEADLINE: slowDeadline } });
  readers = Array.from({ length: count }, (_, index) => {
    const kind = kinds[index % kinds.length] ?? { transport: "ws", version: 1 };
    return new Reader(index, targetOf(kind), kind.version);
  });
  await waitFor(() => readers.every(({ client }) => client.ready), { timeoutMs: MINUTE });
}

afterEach(async () => {
  for (const { client } of readers) client.close();
  readers = [];
  await system?.stop();
});

function targetOf({ transport }: Kind): Target {
  const [comet] = system.comets;
  const { hostname, port, pathname } = new URL(comet[transport]);
  return { transport, host: hostname, port: Number(port), path: pathname };
}

async function push(count: number): Promise<void> {
  const { http } = system.logics[0];
  const url = `${http}/goim/push/room?operation=${OP}&type=live&room=${ROOM}`;
  for (let n = 0; n < count; n++) {
    pushed++;
    const fields = { run: RUN, stream: 0, sequence: pushed, intendedMs: nowMs() };
    const answer = await fetch(url, { method: "POST", body: encodeMessage(fields, BODY_BYTES) });
    expect(await answer.json()).toMatchObject({ code: 0 });
  }
}

async function metric(name: string): Promise<number> {
  const page = await (await fetch(`${system.comets[0].admin}/metrics`)).text();
  const value = new RegExp(`^${name} (\\S+)`, "m").exec(page)?.[1];
  if (value === undefined) throw new Error(`comet has no ${name}`);
  return Number(value);
}

const complete = (some: readonly Reader[]) =>
  waitFor(() => some.every(({ count }) => count >= pushed), {
    timeoutMs: MINUTE,
    describe: () =>
      `${pushed} messages each, the fewest is ${Math.min(...some.map((r) => r.count))}`,
  });

it("costs its neighbours nothing and the process little, and ends complete", async () => {
  await start(READERS, "10m");
  // One of each kind would do; two are enough to have both transports and both versions.
  const stalled = [readers[1], readers[2]].filter((one) => one !== undefined);
  const others = readers.filter((one) => !stalled.includes(one));
  await push(50);
  await complete(readers);
  const memoryBytes = await metric("process_resident_memory_bytes");
  for (const { client } of stalled) client.pause();
  const before = pushed;
  do {
    await push(100);
    await complete(others);
  } while ((await metric("goim_comet_room_behind")) < stalled.length);
  // As much again while they are behind: nothing of it waits in the process.
  const bytes = await metric("goim_comet_socket_bytes");
  await push(pushed - before);
  await complete(others);
  await waitFor(async () => (await metric("goim_comet_room_behind")) === stalled.length);
  expect(await metric("goim_comet_socket_bytes")).toBeLessThanOrEqual(bytes);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(stalled.length * WAITING_BYTES_MAX);
  const grownBytes = (await metric("process_resident_memory_bytes")) - memoryBytes;
  expect(grownBytes).toBeLessThan(GROWTH_BYTES_MAX);
  for (const { count } of stalled) expect(count).toBeLessThan(pushed);
  for (const { client } of stalled) client.resume();
  await complete(stalled);
  await push(20);
  await complete(readers);
  for (const reader of readers) {
    expect([reader.count, reader.lost(pushed), reader.wrong, reader.end]).toEqual([
      ...[pushed, 0, 0, ""],
    ]);
  }
  const ends = ["live", "resumed", "dropped_expired", "dropped_excluded", "dropped_gone"];
  ends.push("dropped_left", "dropped_slow");
  const counts = await Promise.all(ends.map((end) => metric(`goim_comet_room_${end}_total`)));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(READERS * pushed);
  expect(await metric("goim_comet_room_owed_total")).toBe(READERS * pushed);
  expect(counts.slice(2)).toEqual([0, 0, 0, 0, 0]);
  await waitFor(async () => (await metric("goim_comet_room_behind")) === 0);
}, 180_000);

it("is closed when it does not read in time, and only it", async () => {
  await start(8, "1s");
  const [stalled, ...others] = readers;
  stalled?.client.pause();
  while ((await metric("goim_comet_closes_slow_total")) === 0) {
    await push(100);
    await complete(others);
  }
  await push(10);
  await complete(others);
  stalled?.client.resume();
  await waitFor(() => stalled?.end !== "");
  // What it has is a whole beginning.
  expect(stalled?.lost(stalled.count)).toBe(0);
  expect(stalled?.count).toBeLessThan(pushed);
  expect(others.every(({ end, wrong }) => end === "" && wrong === 0)).toBe(true);
  expect(await metric("goim_comet_closes_slow_total")).toBe(1);
}, 120_000);
