import { describe, expect, it } from "vitest";
import { encodeRecall, Recalls } from "../bus/recalls.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { isGoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { AcceptsTable } from "./accepts.ts";
import { Bucket } from "./bucket.ts";
import { createShared, FakeBus, openChannel, settle } from "./comet.fixture.ts";
import { Downstream } from "./downstream.ts";

interface TestItem {
  mid?: string;
  keys: string[];
  /** [offset, text] or [offset, text, op, expiresAt, loginBefore] of each entry. */
  entries: [number, string, number?, number?, number?][];
}

const table = new AcceptsTable(10);

function setUp() {
  const clock = new FakeClock();
  const bucket = new Bucket();
  const metrics = createMetrics();
  const logins: { inFlight: Promise<unknown> | undefined } = { inFlight: undefined };
  const recalls = new Recalls();
  const downstream = new Downstream(
    { loginWait: 300, waitingMax: 2, inFlightMax: 10 },
    {
      ...{ bus: new FakeBus(), bucket, clock, log: silentLog, metrics },
      identity: () => ({ id: "c1", incarnation: "i1" }),
      mails: { push: () => false },
      recalls,
      loginsInFlight: () => logins.inFlight,
    },
  );
  const join = (key: string, options: { accepts?: number[]; sendBytesMax?: number } = {}) => {
    const shared = createShared(options.sendBytesMax ?? 1 << 20);
    const client = openChannel({ key, shared });
    client.channel.acceptSet = table.of(options.accepts ?? [1000]);
    bucket.add(client.channel);
    bucket.register(client.channel);
    return client;
  };
  const push = (items: TestItem[], options: { epoch?: string; incarnation?: string } = {}) => {
    const request = goim.comet.DeliverReq.encode({
      incarnation: options.incarnation ?? "i1",
      epoch: options.epoch ?? "e1",
      items: items.map(({ mid = "", keys, entries }) => ({
        mid,
        keys,
        entries: entries.map(([offset, text, op = 1000, expiresAt = 0, loginBefore = 0]) => {
          return { offset, op, expiresAt, loginBefore, body: new TextEncoder().encode(text) };
        }),
      })),
    }).finish();
    return Promise.resolve(downstream.answer(request)).then((bytes) => {
      const { stale, results } = goim.comet.DeliverReply.decode(bytes);
      const plain = results.map(({ delivered, unknown }) => ({ delivered, unknown }));
      return { stale: stale === true, results: plain };
    });
  };
  return { clock, bucket, metrics, logins, downstream, recalls, join, push };
}

describe("a push to keys and mids", () => {
  it("reaches the connections that accept the operation", async () => {
    const { join, push } = setUp();
    const yes = join("k1");
    const no = join("k2", { accepts: [1001] });
    const reply = await push([{ mid: "7", keys: ["k1", "k2"], entries: [[1024, "m0"]] }]);
    expect(yes.connection.pushed()).toEqual(["m0"]);
    expect(no.connection.sent).toEqual([]);
    expect(reply).toEqual({ stale: false, results: [{ delivered: 2, unknown: [] }] });
  });

  it("comes as one op 9 frame on WebSocket, encoded once for all connections", async () => {
    const { join, push } = setUp();
    const clients = [join("k1"), join("k2")];
    await push([
      {
        mid: "7",
        keys: ["k1", "k2"],
        entries: [
          [1024, "a"],
          [1025, "b"],
        ],
      },
    ]);
    expect(clients[0]?.connection.packets().map(({ op }) => op)).toEqual([9]);
    expect(clients[0]?.connection.pushed()).toEqual(["a", "b"]);
    expect(clients[1]?.connection.sent[0]).toBe(clients[0]?.connection.sent[0]);
  });

  it("sends a connection only those entries that it accepts", async () => {
    const { join, push } = setUp();
    const { connection } = join("k1");
    await push([
      {
        keys: ["k1"],
        entries: [
          [1, "a", 1001],
          [2, "b"],
          [3, "c", 1001],
        ],
      },
    ]);
    expect(connection.pushed()).toEqual(["b"]);
  });

  it("is not for another user who took the key meanwhile", async () => {
    const { join, push } = setUp();
    const { connection } = join("k1");
    const reply = await push([{ mid: "8", keys: ["k1"], entries: [[1024, "for 8"]] }]);
    expect(connection.sent).toEqual([]);
    expect(reply.results).toEqual([{ delivered: 0, unknown: ["k1"] }]);
  });

  it("reaches every connection of a key, and counts connections", async () => {
    const { join, push } = setUp();
    const clients = [join("k1"), join("k1"), join("k1")];
    const reply = await push([{ keys: ["k1", "k2"], entries: [[1024, "m0"]] }]);
    for (const { connection } of clients) expect(connection.pushed()).toEqual(["m0"]);
    expect(reply.results).toEqual([{ delivered: 3, unknown: ["k2"] }]);
  });

  it("is repeated only to the connection of a key that has not had it", async () => {
    const { join, push } = setUp();
    const first = join("k1");
    await push([{ keys: ["k1"], entries: [[1, "a"]] }]);
    const second = join("k1");
    const entries: TestItem["entries"] = [
      [1, "a"],
      [2, "b"],
    ];
    expect((await push([{ keys: ["k1"], entries }])).results[0]?.delivered).toBe(2);
    expect(first.connection.pushed()).toEqual(["a", "b"]);
    expect(second.connection.pushed()).toEqual(["a", "b"]);
    expect([first.channel.lastKey, second.channel.lastKey]).toEqual([2, 2]);
  });

  it("reaches the user's connections of a key that two users share", async () => {
    const { join, push } = setUp();
    const [his, hers] = [join("k1"), join("k1")];
    hers.channel.mid = "8";
    const reply = await push([{ mid: "7", keys: ["k1"], entries: [[1, "for 7"]] }]);
    expect(his.connection.pushed()).toEqual(["for 7"]);
    expect(hers.connection.sent).toEqual([]);
    expect(reply.results).toEqual([{ delivered: 1, unknown: [] }]);
  });

  it("goes on to the others of a key when one does not read", async () => {
    const { bucket, join, push } = setUp();
    const slow = join("k1", { sendBytesMax: 50 });
    slow.connection.onClose = () => bucket.remove(slow.channel);
    slow.connection.stuck = true;
    await push([{ keys: ["k1"], entries: [[1, "fits"]] }]);
    const others = [join("k1"), join("k1")];
    const reply = await push([{ keys: ["k1"], entries: [[2, "m"]] }]);
    expect(slow.channel.closed).toBe(true);
    for (const { connection } of others) expect(connection.pushed()).toEqual(["m"]);
    expect(reply.results).toEqual([{ delivered: 2, unknown: [] }]);
  });

  it("skips entries that are too old", async () => {
    const { join, push, clock } = setUp();
    const { connection } = join("k1");
    const now = clock.now();
    const entries: TestItem["entries"] = [
      [1, "old", 1000, now],
      [2, "young", 1000, now + 1],
    ];
    await push([{ keys: ["k1"], entries }]);
    expect(connection.pushed()).toEqual(["young"]);
  });

  it("leaves out what was taken back from this key, and from no other", async () => {
    const { join, push, recalls } = setUp();
    const [one, two] = [join("k1"), join("k2")];
    const place = { log: "key", target: "k1", epoch: "e1", below: 9999, offset: 1024 } as const;
    recalls.set("r", encodeRecall({ ...place, reason: "", actor: "", at: 0 }));
    await push(
      ["k1", "k2"].map((key) => ({
        keys: [key],
        entries: [
          [1024, "a"],
          [2048, "b"],
        ],
      })),
    );
    expect([one.connection.pushed(), two.connection.pushed()]).toEqual([["b"], ["a", "b"]]);
  });

  it("names keys that are not here, each by its item", async () => {
    const { join, push } = setUp();
    join("k1");
    const reply = await push([
      { mid: "7", keys: ["k1", "gone"], entries: [[1, "a"]] },
      { keys: ["k1"], entries: [[1, "b"]] },
    ]);
    expect(reply.results).toEqual([
      { delivered: 1, unknown: ["gone"] },
      { delivered: 1, unknown: [] },
    ]);
  });

  it("is not counted as delivered to a client whose bytes are at the bound", async () => {
    const { join, push } = setUp();
    const { connection } = join("k1", { sendBytesMax: 60 });
    connection.stuck = true;
    const first = await push([{ keys: ["k1"], entries: [[1, "x".repeat(20)]] }]);
    const second = await push([{ keys: ["k1"], entries: [[2, "x".repeat(20)]] }]);
    expect(first.results[0]?.delivered).toBe(1);
    expect(second.results[0]?.delivered).toBe(0);
  });

  it("for another incarnation does nothing", async () => {
    const { join, push } = setUp();
    const { connection } = join("k1");
    const entries: TestItem["entries"] = [[1, "a"]];
    const reply = await push([{ keys: ["k1"], entries }], { incarnation: "i0" });
    expect(reply).toEqual({ stale: true, results: [] });
    expect(connection.sent).toEqual([]);
  });

  it("that cannot be decoded is answered as invalid", () => {
    const { downstream } = setUp();
    expect(() => downstream.answer(Uint8Array.of(0xff, 0xff, 0xff))).toThrowError(
      expect.toSatisfy((error: unknown) => isGoimError(error, "invalid")),
    );
  });
});

describe("repeats", () => {
  it("from before nobody knows when are only for who was there already", async () => {
    const { join, push, clock } = setUp();
    const there = join("k1");
    there.channel.loginAt = clock.now() - 2000;
    const later = join("k2");
    later.channel.loginAt = clock.now();
    const entries: TestItem["entries"] = [
      [1, "old", 1000, 0, clock.now() - 1000],
      [2, "new"],
    ];
    const reply = await push([{ mid: "7", keys: ["k1", "k2"], entries }]);
    expect(there.connection.pushed()).toEqual(["old", "new"]);
    expect(later.connection.pushed()).toEqual(["new"]);
    expect(reply.results).toEqual([{ delivered: 2, unknown: [] }]);
  });

  it("are dropped and still counted as delivered", async () => {
    const { join, push } = setUp();
    const { connection } = join("k1");
    const item: TestItem = {
      mid: "7",
      keys: ["k1"],
      entries: [
        [1024, "a"],
        [1025, "b"],
      ],
    };
    await push([item]);
    const again = await push([item]);
    expect(connection.pushed()).toEqual(["a", "b"]);
    expect(again.results).toEqual([{ delivered: 1, unknown: [] }]);
  });

  it("of a part are dropped entry by entry", async () => {
    const { join, push } = setUp();
    const { connection } = join("k1");
    await push([
      {
        mid: "7",
        keys: ["k1"],
        entries: [
          [1, "a"],
          [2, "b"],
        ],
      },
    ]);
    await push([
      {
        mid: "7",
        keys: ["k1"],
        entries: [
          [2, "b"],
          [3, "c"],
        ],
      },
    ]);
    expect(connection.pushed()).toEqual(["a", "b", "c"]);
  });

  it("stay dropped after a repeat of something still older", async () => {
    const { join, push } = setUp();
    const { connection } = join("k1");
    for (const texts of [["a", "b", "c"], ["a"], ["a", "b", "c"]]) {
      const entries = texts.map((text, index): [number, string] => [index + 1, text]);
      await push([{ mid: "7", keys: ["k1"], entries }]);
    }
    expect(connection.pushed()).toEqual(["a", "b", "c"]);
  });

  it("are told apart by log: a key's offsets say nothing about the user's", async () => {
    const { join, push } = setUp();
    const { connection } = join("k1");
    await push([{ keys: ["k1"], entries: [[5000, "key"]] }]);
    await push([{ mid: "7", keys: ["k1"], entries: [[1, "user"]] }]);
    await push([{ keys: ["k1"], entries: [[4000, "late"]] }]);
    expect(connection.pushed()).toEqual(["key", "user"]);
  });

  it("begin anew with a new epoch of the stream", async () => {
    const { join, push } = setUp();
    const { connection } = join("k1");
    await push([{ mid: "7", keys: ["k1"], entries: [[5000, "before"]] }]);
    await push([{ mid: "7", keys: ["k1"], entries: [[1, "after"]] }], { epoch: "e2" });
    expect(connection.pushed()).toEqual(["before", "after"]);
  });

  it("remember also what was filtered or dropped by age", async () => {
    const { join, push, bucket } = setUp();
    join("k1", { accepts: [] });
    await push([{ mid: "7", keys: ["k1"], entries: [[9, "a"]] }]);
    expect(bucket.byKey("k1")?.lastUser).toBe(9);
  });
});

describe("a session whose login is on its way", () => {
  it("is waited for instead of being called unknown", async () => {
    const { join, push, logins, clock } = setUp();
    let finish = () => {};
    logins.inFlight = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const reply = push([{ mid: "7", keys: ["k1"], entries: [[1, "a"]] }]);
    await settle();
    const { connection } = join("k1");
    finish();
    expect(await reply).toEqual({ stale: false, results: [{ delivered: 1, unknown: [] }] });
    expect(connection.pushed()).toEqual(["a"]);
    expect(clock.pending).toBeLessThanOrEqual(1);
  });

  it("is unknown when the login takes longer than the bound", async () => {
    const { push, logins, clock } = setUp();
    logins.inFlight = new Promise(() => {});
    const reply = push([{ mid: "7", keys: ["k1"], entries: [[1, "a"]] }]);
    await settle();
    clock.advance(300);
    expect((await reply).results).toEqual([{ delivered: 0, unknown: ["k1"] }]);
  });

  it("is unknown at once when enough requests wait already", async () => {
    const { push, logins } = setUp();
    logins.inFlight = new Promise(() => {});
    const item: TestItem = { mid: "7", keys: ["k1"], entries: [[1, "a"]] };
    void push([item]);
    void push([item]);
    expect((await push([item])).results[0]?.unknown).toEqual(["k1"]);
  });
});
