import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Bus, KvBucket } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { openBucket } from "../../src/bus/kv.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import {
  startNats,
  startNatsCluster,
  type TestNats,
  type TestNatsCluster,
} from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

const bytes = (value: string) => new TextEncoder().encode(value);
const text = (data: Uint8Array | undefined) => data && new TextDecoder().decode(data);

const connectTo = (url: string) =>
  connectBus({ url, prefix: "goim", name: "test", clock: systemClock, log: silentLog });

let nats: TestNats;
let bus: Bus;
let bucket: KvBucket;
let count = 0;

beforeAll(async () => {
  nats = await startNats();
  bus = await connectTo(nats.url);
});

afterAll(async () => {
  await bus.close();
  await nats.stop();
});

beforeEach(async () => {
  bucket = await openBucket(bus, { name: `GOIM_TEST${count++}` });
});

async function keysOf(filter: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of bucket.keys(filter)) keys.push(key);
  return keys.sort();
}

describe("the entries of a bucket", () => {
  async function entriesOf(filter: string, options: { after?: number; silenceMs?: number } = {}) {
    const found: [string, string | undefined][] = [];
    for await (const { key, value } of bucket.entries(filter, options)) {
      found.push([key, text(value)]);
    }
    return found;
  }

  it("come with their values, the last written last, without what was deleted", async () => {
    expect(await entriesOf(">")).toEqual([]);
    const gone = await bucket.put("k.gone", bytes("0"));
    await bucket.put("k.a", bytes("1"));
    await bucket.put("k.b", bytes("2"));
    await bucket.put("m.a", bytes("3"));
    await bucket.put("k.a", bytes("4"));
    await bucket.delete("k.gone", gone);
    expect(await entriesOf("k.*")).toEqual([
      ["k.b", "2"],
      ["k.a", "4"],
    ]);
  });

  it("begin above a revision, and one that is written again comes later", async () => {
    const revisions: number[] = [];
    for (let n = 0; n < 5; n++) revisions.push(await bucket.put(`k.${n}`, bytes(`${n}`)));
    await bucket.put("k.3", bytes("new"));
    const after = revisions[1] ?? 0;
    expect(await entriesOf(">", { after })).toEqual([
      ["k.2", "2"],
      ["k.4", "4"],
      ["k.3", "new"],
    ]);
    expect(await entriesOf(">", { after: 99 })).toEqual([]);
  });

  it("are read on by a slow reader, more than are read ahead", async () => {
    const puts = Array.from({ length: 1300 }, (_, n) => bucket.put(`k.${n}`, bytes(`${n}`)));
    await Promise.all(puts);
    const seen = new Set<string>();
    for await (const { key } of bucket.entries(">")) {
      seen.add(key);
      if (seen.size % 100 === 0) await bucket.get(key);
    }
    expect(seen.size).toBe(1300);
  });

  it("come to an end while somebody writes all the time, and none is left out", async () => {
    const put = (n: number) => bucket.put(`k.${n}`, bytes(`${n}`));
    await Promise.all(Array.from({ length: 1500 }, (_, n) => put(n)));
    const seen = new Set<string>();
    let came = 0;
    for await (const { key } of bucket.entries("k.*")) {
      seen.add(key);
      // From the far end, so that the written ones are not read ahead yet.
      if (came < 1400) await put(1499 - came);
      else await bucket.put(`k.new-${came}`, bytes(""));
      came++;
    }
    for (let n = 0; n < 1500; n++) expect(seen.has(`k.${n}`), `k.${n}`).toBe(true);
    expect(came).toBeLessThan(6000);
  });

  it("fail in a bounded time while NATS is away", async () => {
    const other = await startNats();
    const away = await connectTo(other.url);
    const lost = await openBucket(away, { name: "GOIM_LOST" });
    await lost.put("a", bytes("1"));
    await other.kill();
    const read = async () => {
      for await (const { key } of lost.entries(">", { silenceMs: 300 })) expect(key).toBe("");
    };
    await expect(read()).rejects.toMatchObject({ code: "timeout" });
    lost.close();
    await away.close();
    await other.stop();
  });
});

describe("a bucket", () => {
  it("compares and sets by revision", async () => {
    expect(await bucket.get("a")).toBeUndefined();
    const first = await bucket.create("a", bytes("1"));
    expect(first).toBeGreaterThan(0);
    expect(await bucket.create("a", bytes("2"))).toBeUndefined();
    expect(text((await bucket.get("a"))?.value)).toBe("1");
    const second = await bucket.update("a", bytes("3"), first ?? 0);
    expect(second).toBeGreaterThan(first ?? 0);
    expect(await bucket.update("a", bytes("4"), first ?? 0)).toBeUndefined();
    expect(await bucket.delete("a", first ?? 0)).toBe(false);
    expect(await bucket.get("a")).toMatchObject({ key: "a", revision: second });
    expect(await bucket.delete("a", second ?? 0)).toBe(true);
    expect(await bucket.get("a")).toBeUndefined();
    expect(await bucket.create("a", bytes("5"))).toBeGreaterThan(second ?? 0);
    expect(text((await bucket.get("a"))?.value)).toBe("5");
    await bucket.put("a", bytes(""));
    expect((await bucket.get("a"))?.value).toHaveLength(0);
  });

  it("lets exactly one of many create a key, and one of many update it", async () => {
    const created = await Promise.all(
      Array.from({ length: 50 }, (_, n) => bucket.create("one", bytes(String(n)))),
    );
    const revisions = created.filter((revision) => revision !== undefined);
    expect(revisions).toHaveLength(1);
    const updated = await Promise.all(
      Array.from({ length: 50 }, (_, n) => bucket.update("one", bytes(`u${n}`), revisions[0] ?? 0)),
    );
    expect(updated.filter((revision) => revision !== undefined)).toHaveLength(1);
  });

  it("lists keys that have a value, however many", async () => {
    const names = Array.from({ length: 1500 }, (_, n) => `many.${n}`);
    await Promise.all(names.map((name) => bucket.put(name, bytes("v"))));
    await bucket.put("other", bytes("v"));
    const gone = await bucket.get("many.7");
    await bucket.delete("many.7", gone?.revision ?? 0);
    expect(await keysOf("many.*")).toEqual(names.filter((name) => name !== "many.7").sort());
    expect(await keysOf("nothing.>")).toEqual([]);
    let taken = 0;
    for await (const _ of bucket.keys(">")) if (++taken === 3) break;
    expect(taken).toBe(3);
  });

  it("is a NATS KV to others", async () => {
    const foreign = await connect({ servers: nats.url });
    const kv = await new Kvm(foreign).open(bucket.name);
    await bucket.put("sh.zone1.=5F", bytes("ours"));
    expect((await kv.get("sh.zone1.=5F"))?.string()).toBe("ours");
    await kv.put("x", "theirs");
    expect(text((await bucket.get("x"))?.value)).toBe("theirs");
    await kv.delete("x");
    expect(await bucket.get("x")).toBeUndefined();
    await kv.purge("sh.zone1.=5F");
    expect(await bucket.get("sh.zone1.=5F")).toBeUndefined();
    expect(await keysOf(">")).toEqual([]);
    await foreign.close();
  });

  it("forgets values after its time to live and takes a new one later", async () => {
    const name = `GOIM_TTL${count++}`;
    const short = await openBucket(bus, { name, ttlMs: 1_000 });
    await short.put("a", bytes("1"));
    await waitFor(async () => (await short.get("a")) === undefined, { timeoutMs: 10_000 });
    const longer = await openBucket(bus, { name, ttlMs: 60_000 });
    const info = await new JsApi(bus).streamInfo(`KV_${name}`);
    expect(info.config.max_age).toBe(60_000_000_000);
    expect(longer.epoch).toBe(short.epoch);
  });

  it("waits for its creator when it may not create", async () => {
    const name = `GOIM_LATER${count++}`;
    let opened = false;
    const opening = openBucket(bus, { name, create: false }).then((late) => {
      opened = true;
      return late;
    });
    await new JsApi(bus).call("STREAM.NAMES");
    expect(opened).toBe(false);
    const creator = await openBucket(bus, { name });
    expect((await opening).epoch).toBe(creator.epoch);
  });

  it("has the epoch of its creation, the same for all who open it at once", async () => {
    const name = `GOIM_RACE${count++}`;
    const opened = await Promise.all(Array.from({ length: 6 }, () => openBucket(bus, { name })));
    expect(new Set(opened.map(({ epoch }) => epoch)).size).toBe(1);
  });
});

describe("a read", () => {
  it("is direct where there is one copy; the leader is asked where that is off", async () => {
    const name = `GOIM_DIRECT${count++}`;
    const asked: string[] = [];
    const subjects = ["$JS.API.DIRECT.GET.*", "$JS.API.STREAM.MSG.GET.*"];
    const watches = subjects.map((subject) => bus.subscribe(subject, (m) => asked.push(m.subject)));
    const own = await openBucket(bus, { name });
    const revision = await own.put("a.b", bytes("1"));
    expect(await own.get("a.b")).toMatchObject({ key: "a.b", revision });
    expect(text((await own.get("a.b"))?.value)).toBe("1");
    expect(await own.get("none")).toBeUndefined();
    await own.delete("a.b", revision);
    expect(await own.get("a.b")).toBeUndefined();
    await bus.flush();
    expect(new Set(asked)).toEqual(new Set([`$JS.API.DIRECT.GET.KV_${name}`]));
    for (const watch of watches) watch.unsubscribe();
    await bus.flush();
    const api = new JsApi(bus);
    const { config } = await api.streamInfo(`KV_${name}`);
    expect(config).toMatchObject({ allow_direct: true, num_replicas: 1 });
    await api.call(`STREAM.UPDATE.KV_${name}`, { ...config, allow_direct: false });
    await own.put("c", bytes("2"));
    expect(text((await own.get("c"))?.value)).toBe("2");
  });
});

describe("a watch", () => {
  function record(filter = ">") {
    const state = new Map<string, string>();
    const changes: string[] = [];
    let ready = 0;
    const started = bucket.watch(
      filter,
      ({ key, value }) => {
        changes.push(`${key}=${text(value)}`);
        if (value === undefined) state.delete(key);
        else state.set(key, text(value) ?? "");
      },
      () => ready++,
    );
    return { state, changes, started, ready: () => ready };
  }

  it("tells what is there, then that it is ready, then changes", async () => {
    await bucket.put("sh.a", bytes("1"));
    await bucket.put("bj.a", bytes("1"));
    const deleted = await bucket.put("sh.b", bytes("1"));
    await bucket.delete("sh.b", deleted);
    const watch = record("sh.>");
    const subscription = await watch.started;
    await waitFor(() => watch.ready() === 1);
    expect(watch.changes).toEqual(["sh.a=1"]);
    const revision = await bucket.put("sh.c", bytes("2"));
    await bucket.put("bj.c", bytes("2"));
    await bucket.delete("sh.c", revision);
    await waitFor(() => watch.changes.length === 3);
    expect(watch.changes).toEqual(["sh.a=1", "sh.c=2", "sh.c=undefined"]);
    subscription.unsubscribe();
  });

  it("is ready at once on an empty bucket, and a handler that throws ends nothing", async () => {
    let calls = 0;
    let ready = false;
    await bucket.watch(
      ">",
      () => {
        calls++;
        throw new Error("broken handler");
      },
      () => {
        ready = true;
      },
    );
    await waitFor(() => ready);
    await bucket.put("a", bytes("1"));
    await bucket.put("b", bytes("1"));
    await waitFor(() => calls === 2);
  });

  it("tells after a restart what changed meanwhile, and nothing twice", async () => {
    const own = await startNats();
    const [ours, theirs] = [await connectTo(own.url), await connectTo(own.url)];
    bucket = await openBucket(ours, { name: "GOIM_W" });
    const other = await openBucket(theirs, { name: "GOIM_W" });
    for (const key of ["stays", "changes", "goes"]) await bucket.put(key, bytes("1"));
    const watch = record();
    await watch.started;
    await waitFor(() => watch.state.size === 3);

    await own.restart();
    await waitFor(() => theirs.connected);
    await other.put("changes", bytes("2"));
    await other.put("new", bytes("2"));
    const gone = await other.get("goes");
    await other.delete("goes", gone?.revision ?? 0);
    await waitFor(() => watch.state.size === 3 && watch.state.get("changes") === "2");
    await waitFor(() => watch.state.has("new") && !watch.state.has("goes"));
    expect(watch.changes.filter((change) => change === "stays=1")).toHaveLength(1);
    expect(watch.ready()).toBe(1);

    // And when all is lost: everything is told as gone, the bucket comes back with another epoch.
    const before = bucket.epoch;
    await own.restart({ wipe: true });
    await waitFor(() => watch.state.size === 0);
    await waitFor(() => bucket.epoch !== before);
    await bucket.put("again", bytes("3"));
    await waitFor(() => watch.state.get("again") === "3");
    await Promise.all([ours.close(), theirs.close()]);
    await own.stop();
  });
});

describe("values that expire while a watch or a list begins", () => {
  /** The connection of somebody whose bucket is emptied before the first value is asked for. */
  function emptied(name: string): Bus {
    const api = new JsApi(bus);
    return {
      subjects: bus.subjects,
      inboxPrefix: bus.inboxPrefix,
      maxPayloadBytes: bus.maxPayloadBytes,
      connected: true,
      flush: () => bus.flush(),
      request: (...call) => bus.request(...call),
      subscribe: (...call) => bus.subscribe(...call),
      onStatus: (listener) => bus.onStatus(listener),
      close: async () => {},
      publish: (...call) => {
        if (!call[0].includes("CONSUMER.MSG.NEXT")) return bus.publish(...call);
        void api.call(`STREAM.PURGE.KV_${name}`).then(() => bus.publish(...call));
      },
    };
  }

  it("do not keep it from being complete", async () => {
    const name = bucket.name;
    await bucket.put("a", bytes("1"));
    const watched = await openBucket(emptied(name), { name });
    let ready = false;
    const watch = await watched.watch(
      ">",
      () => {},
      () => {
        ready = true;
      },
    );
    await waitFor(() => ready, { timeoutMs: 10_000 });
    watch.unsubscribe();
    await bucket.put("b", bytes("1"));
    const listed: string[] = [];
    for await (const key of watched.keys(">")) listed.push(key);
    expect(listed).toEqual([]);
  }, 20_000);
});

describe("on three servers", () => {
  let cluster: TestNatsCluster;
  let buses: Bus[];
  beforeEach(async () => {
    cluster = await startNatsCluster(3);
    buses = await Promise.all(cluster.servers.map((server) => connectTo(server.url)));
  });
  afterEach(async () => {
    await Promise.all(buses.map((each) => each.close()));
    await cluster.stop();
  });

  it("reads what was written, through whichever server", async () => {
    const [first] = buses;
    if (first === undefined) throw new Error("no server");
    const writer = await openBucket(first, { name: "GOIM_R3", replicas: 3 });
    const info = await new JsApi(first).streamInfo("KV_GOIM_R3");
    expect(info.config).toMatchObject({ allow_direct: false, num_replicas: 3 });
    const readers = await Promise.all(
      buses.map((each) => openBucket(each, { name: "GOIM_R3", replicas: 3 })),
    );
    // A new bucket's subjects are known to the other servers a moment later.
    await waitFor(() => writer.put("first", bytes("")));
    for (let n = 0; n < 200; n++) {
      await writer.put("hot", bytes(String(n)));
      const seen = await Promise.all(readers.map((reader) => reader.get("hot")));
      expect(seen.map((entry) => text(entry?.value))).toEqual([`${n}`, `${n}`, `${n}`]);
    }
  });
});
