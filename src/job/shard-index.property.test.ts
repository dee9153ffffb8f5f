import fc from "fast-check";
import { expect, it } from "vitest";
import type { OrderedReaderOptions } from "../bus/bus.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { Semaphore } from "../kit/semaphore.ts";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf } from "../protocol/offset.ts";
import type { Append, Appended } from "../store/mailbox.ts";
import { MemoryMailbox } from "./mailbox.fixture.ts";
import { MailboxIndex } from "./mailbox-index.ts";
import { MailboxLife } from "./mailbox-life.ts";
import { ShardIndex } from "./shard-index.ts";
import { JobStats } from "./stats.ts";

const SHARD = 3;
const EPOCH = "e";
const HOLD = 1000;

interface Message {
  readonly sequence: number;
  readonly mid: string;
}

/** A reader of the rebuild, moved by hand. */
interface Reading {
  readonly options: OrderedReaderOptions;
  at: number;
  ready: boolean;
  stopped: boolean;
}

/** A shard of GOIM_USER, the mailboxes, and the job that reads one into the other. */
class World {
  readonly clock = new FakeClock();
  readonly mailbox = new MemoryMailbox();
  readonly log: Message[] = [];
  /** Messages that may be looked up sessions for. */
  readonly done = new Set<number>();
  readonly wrong: string[] = [];
  readonly stats = new JobStats();
  #calls: { readonly write: () => PromiseSettledResult<Appended>[]; readonly end: Ends }[] = [];
  #readings: Reading[] = [];
  #job = this.#start();
  /** The live reader has taken everything up to here. */
  #taken = 0;

  push(mid: string): void {
    this.log.push({ sequence: this.log.length + 1, mid });
  }

  /** The live reader takes some more. */
  take(count: number): void {
    for (const { sequence, mid } of this.log.slice(this.#taken, this.#taken + count)) {
      this.#taken = sequence;
      const offset = offsetOf(sequence, 0);
      const entry = { offset, op: 1, body: new Uint8Array(1), speed: 0, expiresAt: 0, time: 1 };
      const { index } = this.#job;
      index.append({
        ...{ mid, entries: [entry], bytes: 1 },
        done: (prev) => this.#onDone(mid, sequence, prev),
      });
    }
  }

  /** The readers of rebuilds get some more. */
  read(count: number): void {
    for (const reading of this.#readings) {
      for (let n = 0; n < count && reading.ready && !reading.stopped; n++) {
        const next = this.log[reading.at];
        if (next === undefined) break;
        reading.at++;
        const entries = [{ op: 1, body: new Uint8Array(1), time: 1 }];
        const data = goim.push.PushBatch.encode({ entries }).finish();
        const { sequence, mid: subject } = next;
        const waits = reading.options.onMessage({ subject, sequence, data, timeMs: 1 });
        if (waits === undefined) continue;
        reading.ready = false;
        void waits.then(() => {
          reading.ready = true;
        });
      }
    }
  }

  /** The store answers the oldest call: it wrote, it did not, or it did and the answer is lost. */
  async answer(how: "ok" | "away" | "lost"): Promise<void> {
    const call = this.#calls.shift();
    if (call === undefined) return;
    if (how === "away") call.end.reject(new GoimError("unavailable", "away"));
    else {
      const results = call.write();
      if (how === "ok") call.end.resolve(results);
      else call.end.reject(new GoimError("timeout", "no answer"));
    }
    await this.settle();
  }

  wipe(): void {
    this.mailbox.wipe();
  }

  async look(): Promise<void> {
    await this.#job.life.look();
    await this.settle();
  }

  /** The job dies; the next one begins where everything is done, or a little before. */
  crash(): void {
    this.#job.index.stop();
    this.#job.appends.stop();
    // What was sent is on its way all the same.
    let checkpoint = 0;
    while (this.done.has(checkpoint + 1)) checkpoint++;
    this.#taken = Math.max(0, checkpoint - 1);
    this.#readings = [];
    this.#job = this.#start();
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.clock.runYielded();
    }
  }

  /** What a login relies on: where the shard counts as built nothing that went out is missing. */
  async check(): Promise<void> {
    const { built } = await this.mailbox.peek();
    if (built.get(SHARD) !== EPOCH) return;
    for (const sequence of this.done) {
      const mid = this.log[sequence - 1]?.mid ?? "";
      const there = this.mailbox
        .entries(mid)
        .some(({ offset }) => offset === offsetOf(sequence, 0));
      if (!there) this.wrong.push(`${sequence} of ${mid} is missing in what counts as built`);
    }
  }

  async heal(): Promise<void> {
    for (let turn = 0; turn < 300; turn++) {
      this.take(100);
      this.read(100);
      await this.answer("ok");
      if (turn % 10 === 0) await this.look();
      if (turn % 3 === 0) await this.advance(400);
    }
  }

  #onDone(mid: string, sequence: number, prev: number | undefined): void {
    this.done.add(sequence);
    const before = this.log.findLast((one) => one.mid === mid && one.sequence < sequence)?.sequence;
    const truth = before === undefined ? 0 : offsetOf(before, 0);
    if (prev !== undefined && prev !== truth) {
      this.wrong.push(`${sequence} of ${mid}: said ${prev}, is ${truth}`);
    }
  }

  #start() {
    const { clock, mailbox, stats } = this;
    const log = silentLog;
    const appends = new MailboxIndex(
      { usersMax: 2, callsMax: 2, entriesMax: 3, bytesMax: 100, retry: 100, retryMax: 400 },
      { mailbox: { append: (_, all, life) => this.#append(all, life) }, clock, log, stats },
    );
    const life = new MailboxLife({ mailbox, log, stats });
    const index = new ShardIndex(
      { prevMax: 2, hold: HOLD, retry: 100, window: 3, windowBytes: 1 << 20 },
      {
        ...{ shard: SHARD, stream: "GOIM_USER", filter: "f", epoch: EPOCH },
        ...{ life, index: appends, mailbox, places: new Semaphore(1), clock, log, stats },
        user: (subject) => subject,
        newestSequence: async () => this.log.length,
        readOrdered: (options) => this.#open(options),
        onRebuilt: () => {},
      },
    );
    return { appends, life, index };
  }

  async #open(options: OrderedReaderOptions) {
    const reading: Reading = { options, at: 0, ready: true, stopped: false };
    this.#readings.push(reading);
    return {
      sequence: 0,
      pending: 0,
      stop: async () => {
        reading.stopped = true;
      },
    };
  }

  #append(all: readonly Append[], life?: string): Promise<PromiseSettledResult<Appended>[]> {
    return new Promise((resolve, reject) => {
      const write = () => this.mailbox.write(EPOCH, all, life);
      this.#calls.push({ write, end: { resolve, reject } });
    });
  }
}

interface Ends {
  readonly resolve: (results: PromiseSettledResult<Appended>[]) => void;
  readonly reject: (error: unknown) => void;
}

const mid = fc.constantFrom("1", "2", "3");
const count = fc.integer({ min: 1, max: 4 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("push" as const), mid }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("take" as const), count }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("read" as const), count }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      how: fc.constantFrom(
        "ok" as const,
        "ok" as const,
        "ok" as const,
        "away" as const,
        "lost" as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wipe" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("look" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.constantFrom(100, 500, HOLD),
    }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function perform(world: World, action: Step): Promise<void> {
  switch (action.do) {
    case "push":
      return world.push(action.mid);
    case "take":
      return world.take(action.count);
    case "read":
      return world.read(action.count);
    case "answer":
      return world.answer(action.how);
    case "wipe":
      return world.wipe();
    case "look":
      return world.look();
    case "crash":
      return world.crash();
    case "advance":
      return world.advance(action.ms);
  }
}

it("has every message in the mailboxes at the end, and never tells a falsehood", async () => {
  let rebuilds = 0;
  let skipped = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 120, size: "max" }),
      async (steps) => {
        const world = new World();
        for (const action of steps) {
          await perform(world, action);
          await world.settle();
          await world.check();
          expect(world.wrong).toEqual([]);
        }
        await world.heal();
        await world.check();
        expect(world.wrong).toEqual([]);
        expect(world.done.size).toBe(world.log.length);
        expect((await world.mailbox.state()).built.get(SHARD)).toBe(EPOCH);
        for (const mid of ["1", "2", "3"]) {
          const pushed = world.log.filter((one) => one.mid === mid);
          const offsets = pushed.map(({ sequence }) => offsetOf(sequence, 0));
          expect(world.mailbox.entries(mid).map(({ offset }) => offset)).toEqual(offsets);
        }
        rebuilds += world.stats.indexRebuilds;
        skipped += world.stats.indexSkipped;
      },
    ),
    { numRuns: 150 },
  );
  // Otherwise it has proved nothing.
  expect(Math.min(rebuilds, skipped)).toBeGreaterThan(0);
}, 60_000);
