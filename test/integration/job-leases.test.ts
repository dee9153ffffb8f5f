import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultStreams } from "../../src/bus/stream-config.ts";
import { declareStreams } from "../../src/bus/streams.ts";
import { shardSpecs } from "../../src/job/shard-spec.ts";
import { silentLog } from "../../src/kit/log.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { toNumber } from "../../src/protocol/int64.ts";
import { startNatsProxy } from "../harness/nats-proxy.ts";
import { waitFor } from "../harness/wait.ts";
import { bodies, evenShares, JobSystem } from "./job-fixture.ts";

const empty = new Uint8Array(0);
const wait = { timeoutMs: 5_000 };

let system: JobSystem;

beforeEach(async () => {
  system = await JobSystem.start();
});

afterEach(() => system.stop());

/** A room of the shard whose lease that job has. */
async function roomOf(job: string): Promise<{ room: string; shard: number }> {
  const leases = await system.leases();
  for (let n = 0; n < 1000; n++) {
    const room = `live://${n}`;
    const shard = system.layout.shardOf(room);
    const { stream } = system.layout.classOf(room);
    if (leases.get(system.bus.subjects.kvLease(stream, shard))?.job === job) return { room, shard };
  }
  throw new Error(`${job} has no room`);
}

describe("leases", () => {
  it("are 65, all taken by a lone job and shared when a second one comes", async () => {
    await system.startJob("a");
    await evenShares(system, ["a"]);
    expect((await system.leases()).size).toBe(65);
    const began = performance.now();
    await system.startJob("b");
    await evenShares(system, ["a", "b"]);
    expect(performance.now() - began).toBeLessThan(6_000);
    const streams = new Map<string, number>();
    for (const [key, { job }] of await system.leases()) {
      if (job === "a")
        streams.set(key.split(".")[0] ?? "", (streams.get(key.split(".")[0] ?? "") ?? 0) + 1);
    }
    for (const stream of ["GOIM_ROOM", "GOIM_ROOM_KEEP", "GOIM_USER", "GOIM_KEY"]) {
      expect(streams.get(stream)).toBeGreaterThanOrEqual(7);
      expect(streams.get(stream)).toBeLessThanOrEqual(9);
    }
    // With a steady number of jobs nothing moves any more.
    const terms = async () => [...(await system.leases()).values()].map(({ term }) => term);
    const before = await terms();
    const revisions = new Set<number>();
    await waitFor(async () => {
      revisions.add((await system.lease("GOIM_ALL", 0))?.term ?? 0);
      return performance.now() - began > 8_000;
    });
    expect(await terms()).toEqual(before);
  });

  it("of a killed job are taken over at once, and nothing is lost", async () => {
    const a = await system.startJob("a");
    await system.startJob("b");
    await evenShares(system, ["a", "b"]);
    const { room } = await roomOf("a");
    const casts = await system.casts(room);
    await system.pushRoom(room, "before");
    await waitFor(() => casts.length === 1);
    const began = performance.now();
    await a.kill();
    await system.pushRoom(room, "while nobody reads");
    await waitFor(() => casts.some(({ bodies: some }) => some.includes("while nobody reads")));
    const tookMs = performance.now() - began;
    expect(tookMs).toBeLessThan(3_000);
    await evenShares(system, ["b"]);
    // The new owner read again from the warm position, so it knows what came before.
    const cast = casts.find(({ bodies: some }) => some.includes("while nobody reads"));
    expect(cast?.prev ?? cast?.offsets[0]).toBe(casts[0]?.offsets.at(-1));
  });

  it("of a job that is silent but connected are taken over after 5 s, and it stops", async () => {
    const proxy = await startNatsProxy(system.nats.port);
    const a = await system.startJob("a", {}, proxy.url);
    await system.startJob("b");
    await evenShares(system, ["a", "b"]);
    const { room } = await roomOf("a");
    const before = await system.leases();
    // Nothing comes and nothing goes, but the connection stays.
    proxy.stall();
    const casts = await system.casts(room);
    await system.pushRoom(room, "while a is paused");
    const began = performance.now();
    await waitFor(() => casts.length > 0);
    expect(performance.now() - began).toBeGreaterThan(3_000);
    expect(performance.now() - began).toBeLessThan(9_000);
    await evenShares(system, ["b"]);
    proxy.flow();
    // It is told that its leases are gone, then gets its share anew, under new terms.
    await evenShares(system, ["a", "b"]);
    expect(a.job.stats.leasesLost).toBeGreaterThan(25);
    for (const [key, value] of await system.leases()) {
      const old = before.get(key);
      if (value.job !== old?.job) expect(value.term).toBeGreaterThan(old?.term ?? 0);
    }
    expect(casts.flatMap(({ bodies: some }) => some)).toContain("while a is paused");
    await proxy.stop();
  });

  it("are given up by a job that drains, with everything finished", async () => {
    const a = await system.startJob("a");
    await evenShares(system, ["a"]);
    const casts = await system.casts("live://5");
    const sequence = await system.pushRoom("live://5", "x");
    await waitFor(() => casts.length === 1);
    await a.drain();
    const leases = await system.leases();
    for (const { job } of leases.values()) expect(job).toBe("");
    expect((await system.lease("GOIM_ROOM", system.layout.shardOf("live://5")))?.checkpoint).toBe(
      sequence,
    );
    await system.startJob("b");
    await evenShares(system, ["b"]);
  });

  it("of a job that drains are taken by the others at once", async () => {
    const a = await system.startJob("a");
    await system.startJob("b");
    await evenShares(system, ["a", "b"]);
    const began = performance.now();
    await a.drain();
    await evenShares(system, ["b"]);
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it("are not fought over: a second job with the same id does not start", async () => {
    await system.startJob("a");
    await expect(system.startJob("a")).rejects.toThrow(/runs already/);
  });
});

describe("restart", () => {
  it("goes on from the checkpoint: nothing twice, nothing lost", async () => {
    const comet = await system.startComet("c1");
    system.sessions.add({ mid: "1", key: "k1", comet: "c1", incarnation: comet.incarnation });
    const a = await system.startJob("a");
    await evenShares(system, ["a"]);
    await system.pushUser("1", "one");
    await waitFor(() => bodies(comet, "k1").length === 1);
    await a.drain();
    await system.pushUser("1", "two");
    const { requests } = comet;
    const b = await system.startJob("b");
    await waitFor(() => bodies(comet, "k1").length === 2);
    // The comet has it before the job has the comet's answer.
    await waitFor(() => b.job.stats.delivered === 1);
    expect(comet.requests).toBe(requests + 1);
  });

  it("begins at the start with an alarm when the stream is another one", async () => {
    const a = await system.startJob("a");
    await evenShares(system, ["a"]);
    for (let n = 0; n < 20; n++) await system.pushRoom(`live://${n}`, "old");
    await a.drain();
    const before = system.layout.epoch("GOIM_ROOM");
    await recreate("GOIM_ROOM");
    await system.layout.refresh();
    expect(system.layout.epoch("GOIM_ROOM")).not.toBe(before);
    const casts = await system.casts("live://3");
    await system.pushRoom("live://3", "new life");
    const b = await system.startJob("b");
    await waitFor(() => casts.length === 1);
    expect(casts[0]).toMatchObject({ epoch: system.layout.epoch("GOIM_ROOM"), prev: undefined });
    expect(b.job.stats.resets).toBeGreaterThan(0);
    const shard = system.layout.shardOf("live://3");
    await waitFor(async () => (await system.lease("GOIM_ROOM", shard))?.epoch === casts[0]?.epoch);
  });

  it("notices a stream that is created again while it reads", async () => {
    const a = await system.startJob("a");
    await evenShares(system, ["a"]);
    await system.pushRoom("live://3", "old");
    await recreate("GOIM_ROOM");
    await system.layout.refresh();
    const casts = await system.casts("live://3");
    await system.pushRoom("live://3", "new life");
    await waitFor(() => casts.some(({ bodies: some }) => some.includes("new life")));
    expect(casts.at(-1)?.epoch).toBe(system.layout.epoch("GOIM_ROOM"));
    expect(a.job.stats.resets).toBeGreaterThan(0);
  });

  it("survives a restart of nats-server", async () => {
    await system.startJob("a");
    await evenShares(system, ["a"]);
    const casts = await system.casts("live://3");
    await system.pushRoom("live://3", "before");
    await waitFor(() => casts.length === 1);
    await system.nats.restart();
    await waitFor(() => system.bus.connected);
    await system.pushRoom("live://3", "after");
    await waitFor(() => casts.some(({ bodies: some }) => some.includes("after")));
  });
});

describe("a bucket of leases that was lost", () => {
  const lose = () => system.bus.request("$JS.API.STREAM.DELETE.KV_GOIM_LEASES", empty, wait);

  it("is filled again by the jobs that live, and nothing is spread twice", async () => {
    const comet = await system.startComet("c1");
    system.sessions.add({ mid: "1", key: "k1", comet: "c1", incarnation: comet.incarnation });
    const [a, b] = [await system.startJob("a"), await system.startJob("b")];
    await evenShares(system, ["a", "b"]);
    for (const body of ["one", "two"]) await system.pushUser("1", body);
    await waitFor(() => bodies(comet, "k1").length === 2);
    const shard = system.layout.shardOf("1");
    await waitFor(async () => (await system.lease("GOIM_USER", shard))?.checkpoint === 2);
    const { requests } = comet;
    await lose();
    await evenShares(system, ["a", "b"]);
    expect((await system.lease("GOIM_USER", shard))?.checkpoint).toBe(2);
    await system.pushUser("1", "three");
    await waitFor(() => bodies(comet, "k1").length === 3);
    expect(comet.requests).toBe(requests + 1);
    for (const { job } of [a, b]) expect([job.stats.leasesLost, job.stats.resets]).toEqual([0, 0]);
  });

  it("together with their owner leaves the position to a job that had seen it", async () => {
    const comet = await system.startComet("c1");
    system.sessions.add({ mid: "1", key: "k1", comet: "c1", incarnation: comet.incarnation });
    const a = await system.startJob("a");
    await evenShares(system, ["a"]);
    const b = await system.startJob("b");
    await system.pushUser("1", "one");
    const shard = system.layout.shardOf("1");
    await waitFor(async () => (await system.lease("GOIM_USER", shard))?.checkpoint === 1);
    await Promise.all([lose(), a.kill()]);
    await evenShares(system, ["b"]);
    await system.pushUser("1", "two");
    await waitFor(() => bodies(comet, "k1").length === 2);
    expect(b.job.stats.resets).toBe(0);
  });

  it("while no job lived leaves old pushes to those who were there, with an alarm", async () => {
    const comet = await system.startComet("c1");
    const { incarnation } = comet;
    const session = { mid: "0", key: "k1", comet: "c1", incarnation };
    system.sessions.add(session);
    const a = await system.startJob("a");
    await evenShares(system, ["a"]);
    await system.pushKeys(["k1"], "old");
    await waitFor(() => bodies(comet, "k1").length === 1);
    await a.drain();
    await lose();
    // The same client, connected anew.
    comet.got.clear();
    const b = await system.startJob("b");
    await evenShares(system, ["b"]);
    await waitFor(() => bodies(comet, "k1").length === 1);
    expect(b.job.stats.resets).toBeGreaterThan(0);
    const shard = system.layout.shardOf("k1");
    await waitFor(async () => (await system.lease("GOIM_KEY", shard))?.checkpoint === 1);
    await system.pushKeys(["k1"], "new");
    await waitFor(() => bodies(comet, "k1").length === 2);
    const [old, young] = comet.got.get("k1") ?? [];
    expect(old?.loginBefore).toBeGreaterThan(Date.now() - 60_000);
    expect(young?.loginBefore).toBe(0);
  });
});

describe("a nats-server that lost everything", () => {
  it("is worked with again as soon as logic has made the streams anew", async () => {
    await system.startJob("a");
    await evenShares(system, ["a"]);
    await system.pushRoom("live://3", "before");
    await system.nats.restart({ wipe: true });
    await waitFor(() => system.bus.connected);
    await declareStreams(system.bus, defaultStreams, { log: silentLog });
    await system.layout.refresh();
    const casts = await system.casts("live://3");
    await system.pushRoom("live://3", "after");
    await waitFor(() => casts.some(({ bodies: some }) => some.includes("after")));
    expect(casts.at(-1)?.epoch).toBe(system.layout.epoch("GOIM_ROOM"));
    await evenShares(system, ["a"]);
  });
});

describe("digests", () => {
  it("come each second from every shard of rooms, numbered, and repeat what was cast", async () => {
    const digests: { subject: string; digest: goim.push.Digest }[] = [];
    system.bus.subscribe(system.bus.subjects.digestFilter, ({ subject, data }) => {
      digests.push({ subject, digest: goim.push.Digest.decode(data) });
    });
    await system.startJob("a");
    await waitFor(() => new Set(digests.map(({ subject }) => subject)).size === 33);
    const sequence = await system.pushRoom("live://8", "x");
    const named = () =>
      digests.filter(({ digest }) => digest.rooms.some(({ room }) => room === "live://8"));
    await waitFor(() => named().length === 2);
    const [first, second] = named().map(({ digest }) => digest);
    expect(toNumber(first?.rooms[0]?.last ?? 0)).toBe(sequence * 1024);
    expect(toNumber(second?.n ?? 0)).toBe(toNumber(first?.n ?? 0) + 1);
    expect(first?.job).toBe("a");
    // A comet that missed both asks.
    const shard = system.layout.shardOf("live://8");
    const question = goim.push.DigestReq.encode({ stream: "GOIM_ROOM", shard }).finish();
    const subject = system.bus.subjects.job("a");
    const reply = goim.push.DigestReply.decode(
      await system.bus.request(subject, question, { timeoutMs: 1000 }),
    );
    expect(reply.owner).toBe(true);
    expect(reply.rooms.map(({ room }) => room)).toContain("live://8");
    const other = goim.push.DigestReq.encode({ stream: "GOIM_USER", shard }).finish();
    const none = await system.bus.request(subject, other, { timeoutMs: 1000 });
    expect(goim.push.DigestReply.decode(none).owner).toBe(false);
  });

  it("of a new owner begin with everything since the warm position", async () => {
    const a = await system.startJob("a");
    await evenShares(system, ["a"]);
    await system.pushRoom("live://8", "x");
    const shard = system.layout.shardOf("live://8");
    await waitFor(async () => ((await system.lease("GOIM_ROOM", shard))?.checkpoint ?? 0) > 0);
    await a.kill();
    const digests: goim.push.Digest[] = [];
    system.bus.subscribe(system.bus.subjects.digest("live", shard), ({ data }) => {
      digests.push(goim.push.Digest.decode(data));
    });
    await system.startJob("b");
    await waitFor(() => digests.length > 0);
    expect(toNumber(digests[0]?.n ?? 0)).toBe(1);
    expect(digests[0]?.rooms.map(({ room }) => room)).toEqual(["live://8"]);
  });
});

describe("what cannot be decoded", () => {
  it("is kept with the reason, skipped, and holds nothing up", async () => {
    await system.startJob("a");
    const dead: { reason: string | undefined; data: string }[] = [];
    system.bus.subscribe(system.bus.subjects.dead("GOIM_ROOM"), (message) => {
      const reason = message.header("Goim-Dead-Reason");
      dead.push({ reason, data: Buffer.from(message.data).toString() });
    });
    const casts = await system.casts("live://6");
    const shard = system.layout.shardOf("live://6");
    const subject = system.bus.subjects.pushRoom("live", shard, "live://6");
    const bad = Buffer.from("no batch at all");
    await system.publisher.publish(subject, bad, { id: "bad" });
    const sequence = await system.pushRoom("live://6", "good");
    await waitFor(() => casts.length === 1);
    await waitFor(() => dead.length === 1);
    expect(dead).toEqual([{ reason: "not a PushBatch", data: "no batch at all" }]);
    await waitFor(async () => (await system.lease("GOIM_ROOM", shard))?.checkpoint === sequence);
  });
});

it("reads every shard of the layout exactly once", () => {
  const specs = shardSpecs(system.layout, system.bus.subjects);
  expect(new Set(specs.map(({ filter }) => filter)).size).toBe(specs.length);
  expect(new Set(specs.map(({ key }) => key)).size).toBe(65);
});

/** As an operator who removes a stream, and logic which creates it again. */
async function recreate(stream: string): Promise<void> {
  await system.bus.request(`$JS.API.STREAM.DELETE.${stream}`, new Uint8Array(0), {
    timeoutMs: 2000,
  });
  await declareStreams(system.bus, defaultStreams, { log: silentLog });
}
