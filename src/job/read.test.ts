import { beforeEach, describe, expect, it } from "vitest";
import type { OrderedReaderOptions, StoredMessage } from "../bus/bus.ts";
import type { DeadMessage } from "../bus/dead.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { goim } from "../protocol/gen/messages.js";
import { DigestLog } from "./digest.ts";
import type { ShardPosition } from "./lease-value.ts";
import type { PushMessage } from "./push-batch.ts";
import { ShardReader } from "./read.ts";
import type { Spreader } from "./spreader.ts";
import { JobStats } from "./stats.ts";

const config = {
  ...{ messagesMax: 3, bytesMax: 1 << 20, warmMs: 10_000, warmMax: 1000 },
  ...{ lagMax: 30_000, pendingMax: 50 },
};
const userSpec = {
  ...{ key: "GOIM_USER.0", stream: "GOIM_USER", shard: 0, kind: "user" as const },
  ...{ filter: "f", digestSubject: undefined },
};
const keySpec = { ...userSpec, key: "GOIM_KEY.0", stream: "GOIM_KEY", kind: "key" as const };
const roomSpec = {
  ...{ key: "GOIM_ROOM.0", stream: "GOIM_ROOM", shard: 0, kind: "room" as const },
  ...{ filter: "f", digestSubject: "digest" },
};

/** Notes what it was given; messages are finished by hand. */
class TestSpreader implements Spreader {
  readonly seen: string[] = [];
  readonly finish = new Map<number, () => void>();
  /** Sequence -> who may get it: only connections that logged in before, 0 = everybody. */
  readonly loginBefore = new Map<number, number>();
  stopped = false;
  remember({ sequence }: PushMessage): void {
    this.seen.push(`remember ${sequence}`);
  }
  take({ sequence, entries }: PushMessage, finished: () => void): string | undefined {
    this.seen.push(`take ${sequence}`);
    this.loginBefore.set(sequence, entries[0]?.loginBefore ?? 0);
    this.finish.set(sequence, finished);
    return undefined;
  }
  doubt(): void {
    this.seen.push("doubt");
  }
  resume(): void {
    this.seen.push("resume");
  }
  stop(): void {
    this.stopped = true;
  }
}

let clock: FakeClock;
let stats: JobStats;
let facts: { epoch: string; last: number };
let factsFail: boolean;
let spreader: TestSpreader;
let options: OrderedReaderOptions | undefined;
let pending: number;
let mayAct: boolean;
let dead: DeadMessage[];
let digests: goim.push.Digest[];
let connected: boolean;
let readersStopped: number;

beforeEach(() => {
  clock = new FakeClock();
  stats = new JobStats();
  facts = { epoch: "e", last: 100 };
  factsFail = false;
  options = undefined;
  pending = 0;
  mayAct = true;
  dead = [];
  digests = [];
  connected = true;
  readersStopped = 0;
});

async function open(
  start: ShardPosition,
  spec: typeof roomSpec | typeof userSpec | typeof keySpec = roomSpec,
): Promise<ShardReader> {
  const bus = {
    publish: (_: string, data: Uint8Array) => void digests.push(goim.push.Digest.decode(data)),
  };
  const reader = new ShardReader(spec, start, config, {
    bus: {
      get connected() {
        return connected;
      },
    },
    ...{ clock, log: silentLog, stats, mayAct: () => mayAct },
    facts: {
      of: () =>
        factsFail ? Promise.reject(new GoimError("unavailable", "away")) : Promise.resolve(facts),
    },
    dead: {
      keep: (message) => {
        dead.push(message);
        return Promise.resolve();
      },
    },
    readOrdered: (given) => {
      options = given;
      const handle = {
        sequence: 0,
        stop: () => {
          readersStopped++;
          return Promise.resolve();
        },
      };
      return Promise.resolve({
        ...handle,
        get pending() {
          return pending;
        },
      });
    },
    spread: (epoch) => {
      spreader = new TestSpreader();
      const source = { subject: "digest", epoch, job: "a", term: 1 };
      const digest = new DigestLog({ keep: 10, partBytes: 1 << 16 }, source, { bus });
      return { spreader, digest };
    },
  });
  reader.start();
  await settle();
  return reader;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

function stored(sequence: number, ageMs = 0, data?: Uint8Array): StoredMessage {
  const entries = [{ op: 1, body: new Uint8Array(1) }];
  return {
    ...{ subject: "s", sequence, timeMs: clock.now() - ageMs },
    data: data ?? goim.push.PushBatch.encode({ entries }).finish(),
  };
}

function give(sequence: number, ageMs = 0): void | Promise<void> {
  return options?.onMessage(stored(sequence, ageMs));
}

describe("the first check", () => {
  it("begins at the warm position, remembers up to the checkpoint, then spreads", async () => {
    const reader = await open({ epoch: "e", checkpoint: 20, warm: 10 });
    expect(options?.from).toBe(10);
    for (const sequence of [10, 20, 21]) await give(sequence);
    expect(spreader.seen).toEqual(["remember 10", "remember 20", "take 21"]);
    expect(reader.position()).toEqual({ epoch: "e", checkpoint: 20, warm: 10 });
    spreader.finish.get(21)?.();
    expect(reader.position().checkpoint).toBe(21);
  });

  it("starts over, with an alarm, when the stream is another one", async () => {
    facts = { epoch: "f", last: 100 };
    const reader = await open({ epoch: "e", checkpoint: 20, warm: 10 });
    expect(options?.from).toBe(1);
    expect(stats.resets).toBe(1);
    expect(reader.position()).toEqual({ epoch: "f", checkpoint: 0, warm: 0 });
  });

  it("starts over when the stream ends before the checkpoint", async () => {
    facts = { epoch: "e", last: 19 };
    await open({ epoch: "e", checkpoint: 20, warm: 10 });
    expect(options?.from).toBe(1);
    expect(stats.resets).toBe(1);
  });

  it("is no alarm for a new lease, unless the stream holds something already", async () => {
    facts = { epoch: "e", last: 0 };
    await open({ epoch: "", checkpoint: 0, warm: 0 });
    expect(options?.from).toBe(1);
    expect(stats.resets).toBe(0);
    facts = { epoch: "e", last: 100 };
    await open({ epoch: "", checkpoint: 0, warm: 0 });
    expect(options?.from).toBe(1);
    expect(stats.resets).toBe(1);
  });

  it("waits for NATS, and keeps the position meanwhile", async () => {
    factsFail = true;
    const start = { epoch: "e", checkpoint: 20, warm: 10 };
    const reader = await open(start);
    expect(reader.position()).toEqual(start);
    expect(options).toBeUndefined();
    factsFail = false;
    clock.advance(250);
    await settle();
    expect(options?.from).toBe(10);
  });
});

describe("pushes to keys whose checkpoint is lost", () => {
  const nothing = { epoch: "", checkpoint: 0, warm: 0 };

  it("are only for connections that were there when they were stored", async () => {
    facts = { epoch: "e", last: 2 };
    await open(nothing, keySpec);
    const before = clock.now();
    void give(1, 3_600_000);
    void give(2, 0);
    void give(3, 0);
    expect(spreader.loginBefore.get(1)).toBe(before - 3_600_000 + 10_000);
    expect(spreader.loginBefore.get(2)).toBe(before + 10_000);
    expect(spreader.loginBefore.get(3)).toBe(0);
  });

  it("are for everybody after an ordinary take-over, old ones too", async () => {
    await open({ epoch: "e", checkpoint: 20, warm: 10 }, keySpec);
    void give(21, 3_600_000);
    expect(spreader.loginBefore.get(21)).toBe(0);
  });

  it("leave the lease without a checkpoint until they are finished", async () => {
    facts = { epoch: "e", last: 2 };
    const reader = await open({ epoch: "d", checkpoint: 20, warm: 10 }, keySpec);
    void give(1);
    void give(2);
    spreader.finish.get(1)?.();
    // The next owner must not take 2 for something that nobody has had.
    expect(reader.position()).toEqual(nothing);
    spreader.finish.get(2)?.();
    expect(reader.position()).toEqual({ epoch: "e", checkpoint: 2, warm: 0 });
  });

  it("leave it so no longer than there is something to read", async () => {
    const reader = await open(nothing, keySpec);
    void give(7);
    clock.advance(2000);
    reader.tick();
    expect(reader.position()).toEqual(nothing);
    spreader.finish.get(7)?.();
    reader.tick();
    expect(reader.position()).toEqual({ epoch: "e", checkpoint: 7, warm: 0 });
  });
});

describe("pushes to users whose checkpoint is lost", () => {
  it("are for everybody: a connection begins at its cursor", async () => {
    facts = { epoch: "e", last: 2 };
    const reader = await open({ epoch: "", checkpoint: 0, warm: 0 }, userSpec);
    void give(1, 3_600_000);
    void give(2, 0);
    expect(spreader.loginBefore.get(1)).toBe(0);
    spreader.finish.get(1)?.();
    expect(reader.position()).toEqual({ epoch: "e", checkpoint: 1, warm: 0 });
  });
});

describe("the window", () => {
  it("stops the reader when it is full, until something is finished", async () => {
    const reader = await open({ epoch: "e", checkpoint: 0, warm: 0 });
    void give(1);
    void give(2);
    let handed = false;
    const third = Promise.resolve(give(3)).then(() => {
      handed = true;
    });
    await settle();
    expect(handed).toBe(false);
    expect(reader.blocked).toBe(true);
    // Out of order: there is room again, but the checkpoint stays.
    spreader.finish.get(2)?.();
    await third;
    expect(reader.blocked).toBe(false);
    expect(reader.position().checkpoint).toBe(0);
    expect(reader.lag).toBe(2);
  });

  it("does not hold up the end", async () => {
    const reader = await open({ epoch: "e", checkpoint: 0, warm: 0 });
    const third = [give(1), give(2), give(3)][2];
    await reader.stop();
    await third;
    expect(spreader.stopped).toBe(true);
    await give(4);
    expect(spreader.seen).not.toContain("take 4");
  });

  it("lets a draining shard finish what it read", async () => {
    const reader = await open({ epoch: "e", checkpoint: 0, warm: 0 });
    void give(1);
    let drained = false;
    const draining = reader.drain().then(() => {
      drained = true;
    });
    await settle();
    await give(2);
    expect(drained).toBe(false);
    spreader.finish.get(1)?.();
    await draining;
    expect(reader.position().checkpoint).toBe(1);
    expect(spreader.seen).toEqual(["take 1"]);
  });
});

describe("doubt", () => {
  it("arises when a message is old, so that others may have been evicted before it", async () => {
    await open({ epoch: "e", checkpoint: 0, warm: 0 });
    void give(1, 29_000);
    void give(2, 31_000);
    expect(spreader.seen).toEqual(["take 1", "doubt", "take 2"]);
  });

  it("arises when many messages wait", async () => {
    await open({ epoch: "e", checkpoint: 0, warm: 0 });
    pending = 51;
    void give(1);
    expect(spreader.seen).toEqual(["doubt", "take 1"]);
  });

  it("arises when the reader was held up for long, however new a message is", async () => {
    const reader = await open({ epoch: "e", checkpoint: 0, warm: 0 });
    connected = false;
    clock.advance(31_000);
    reader.tick();
    connected = true;
    void give(1);
    reader.tick();
    void give(2);
    expect(spreader.seen).toEqual(["doubt", "take 1", "take 2"]);
  });
});

describe("a lease in doubt", () => {
  it("lets nothing through until it is confirmed", async () => {
    const reader = await open({ epoch: "e", checkpoint: 0, warm: 0 });
    mayAct = false;
    const handed = give(1);
    await settle();
    expect(spreader.seen).toEqual([]);
    mayAct = true;
    reader.resume();
    await handed;
    expect(spreader.seen).toContain("take 1");
  });

  it("publishes no digest", async () => {
    const reader = await open({ epoch: "e", checkpoint: 0, warm: 0 });
    mayAct = false;
    reader.publishDigest();
    expect(digests).toEqual([]);
    mayAct = true;
    reader.publishDigest();
    expect(digests).toHaveLength(1);
  });
});

describe("digests", () => {
  it("begin when everything since the warm position was seen", async () => {
    const reader = await open({ epoch: "e", checkpoint: 20, warm: 10 });
    void give(10);
    reader.publishDigest();
    expect(digests).toEqual([]);
    void give(20);
    reader.publishDigest();
    expect(digests).toHaveLength(1);
  });

  it("begin anyway when the stream has nothing there any more", async () => {
    const reader = await open({ epoch: "e", checkpoint: 20, warm: 10 });
    clock.advance(2000);
    reader.tick();
    reader.publishDigest();
    expect(digests).toHaveLength(1);
  });
});

describe("what cannot be decoded", () => {
  it("goes to the dead letters and is finished then", async () => {
    const reader = await open({ epoch: "e", checkpoint: 0, warm: 0 });
    const many = Array.from({ length: 1025 }, () => ({ op: 1 }));
    void options?.onMessage(stored(1, 0, new Uint8Array([255, 255])));
    void options?.onMessage(stored(2, 0, new Uint8Array(0)));
    await settle();
    void options?.onMessage(stored(3, 0, goim.push.PushBatch.encode({ entries: many }).finish()));
    await settle();
    expect(dead.map(({ reason }) => reason)).toEqual([
      "not a PushBatch",
      "no entries",
      "1025 entries, more than 1024",
    ]);
    expect(reader.position().checkpoint).toBe(3);
    expect(spreader.seen).toEqual([]);
  });
});

describe("a stream that changes under the reader", () => {
  it("lets go of a full window and of the reader before", async () => {
    const reader = await open({ epoch: "e", checkpoint: 0, warm: 0 });
    void give(1);
    void give(2);
    const third = give(3);
    expect(reader.blocked).toBe(true);
    facts = { epoch: "f", last: 0 };
    options?.onReset("a new one");
    clock.advance(250);
    await settle();
    await third;
    expect([reader.blocked, readersStopped]).toEqual([false, 1]);
    // Not blocked means not behind: what comes first is no doubt, however long it is quiet.
    clock.advance(60_000);
    reader.tick();
    await give(1);
    expect(spreader.seen).toEqual(["take 1"]);
  });

  it("is opened again from what is finished, or from its start when it is a new one", async () => {
    const reader = await open({ epoch: "e", checkpoint: 0, warm: 0 });
    void give(1);
    spreader.finish.get(1)?.();
    const old = spreader;
    options?.onReset("the handler failed");
    expect(old.stopped).toBe(true);
    clock.advance(250);
    await settle();
    expect(reader.position().checkpoint).toBe(1);
    expect(stats.resets).toBe(0);
    facts = { epoch: "f", last: 3 };
    options?.onReset("a new one");
    clock.advance(250);
    await settle();
    expect(stats.resets).toBe(1);
    expect(reader.position()).toEqual({ epoch: "f", checkpoint: 0, warm: 0 });
  });
});
