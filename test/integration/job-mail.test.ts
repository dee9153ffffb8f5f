/** Pushes to users over mailboxes: what is stored, told, checked and reported, whoever dies. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { toNumber } from "../../src/protocol/int64.ts";
import { offsetOf } from "../../src/protocol/offset.ts";
import type { Mailbox } from "../../src/store/mailbox.ts";
import { waitFor } from "../harness/wait.ts";
import { bodies, evenShares, JobSystem, type RunningJob, type TestComet } from "./job-fixture.ts";

let system: JobSystem;
let mailbox: Mailbox;

beforeEach(async () => {
  system = await JobSystem.start();
  mailbox = await system.openMailbox(system.bus);
});

afterEach(async () => {
  await mailbox.close();
  await system.stop();
});

const userEpoch = () => system.layout.epoch("GOIM_USER");

async function startJob(id: string, env: Record<string, string> = {}): Promise<RunningJob> {
  const job = await system.startJob(id, env);
  await evenShares(system, [id]);
  return job;
}

function connect(mid: string, key: string, { id, incarnation }: TestComet): void {
  system.sessions.add({ mid, key, comet: id, incarnation });
}

/** Offsets in the user's mailbox. */
async function kept(mid: string): Promise<number[]> {
  const [result] = await mailbox.read(userEpoch(), [
    { mid, after: 0, entries: 10_000, bytes: 1 << 24 },
  ]);
  if (result?.status !== "fulfilled") throw result?.reason;
  return result.value.entries.map(({ offset }) => offset);
}

async function checkpointOf(mid: string): Promise<number> {
  return (await system.lease("GOIM_USER", system.layout.shardOf(mid)))?.checkpoint ?? 0;
}

/** A mid of the same shard as `mid`. */
function neighbour(mid: string): string {
  const shard = system.layout.shardOf(mid);
  for (let n = 1000; ; n++) if (system.layout.shardOf(String(n)) === shard) return String(n);
}

describe("a push to a user", () => {
  it("is in the mailbox before anybody is looked for", async () => {
    const comet = await system.startComet("c1");
    connect("1", "k1", comet);
    const { job } = await startJob("a");
    system.mailboxAway = true;
    const { asked } = system.sessions;
    const sequence = await system.pushUser("1", "x");
    await waitFor(() => job.stats.indexFailures > 1);
    expect(system.sessions.asked).toBe(asked);
    expect(bodies(comet, "k1")).toEqual([]);
    expect(await checkpointOf("1")).toBe(0);
    system.mailboxAway = false;
    await waitFor(() => bodies(comet, "k1").length === 1);
    expect(await kept("1")).toEqual([offsetOf(sequence, 0)]);
    await waitFor(async () => (await checkpointOf("1")) === sequence);
  });

  it("that is for those who are connected only is not in it", async () => {
    const comet = await system.startComet("c1");
    connect("1", "k1", comet);
    await startJob("a");
    const subject = system.bus.subjects.pushUser(system.layout.shardOf("1"), "1");
    const first = await system.pushUser("1", "kept");
    // On its own: in one item with the others it would be the first of it.
    await waitFor(() => bodies(comet, "k1").length === 1);
    await system.publish(subject, ["live"], [], { transient: true });
    const last = await system.pushUser("1", "kept too");
    await waitFor(() => bodies(comet, "k1").length === 3);
    const offsets = [first, last].map((sequence) => offsetOf(sequence, 0));
    expect(await kept("1")).toEqual(offsets);
    expect(comet.items.at(-1)).toMatchObject({ prev: offsets[0] });
  });
});

describe("a comet that does not answer", () => {
  it("holds nobody up, and is told what it missed until it confirms", async () => {
    const [stuck, well] = await Promise.all([system.startComet("c1"), system.startComet("c2")]);
    const same = neighbour("1");
    connect("1", "k1", stuck);
    connect(same, "k2", well);
    const { job } = await startJob("a", { GOIM_DISPATCH_WINDOW: "5" });
    await waitFor(() => stuck.checks.length === 16);
    stuck.mode = "paused";
    let last = 0;
    for (let n = 0; n < 20; n++) {
      last = await system.pushUser("1", String(n));
      await system.pushUser(same, String(n));
    }
    await waitFor(() => bodies(well, "k2").length === 20);
    await waitFor(async () => (await checkpointOf("1")) >= last);
    expect(job.stats.missed).toBeGreaterThanOrEqual(20);
    stuck.resume();
    await waitFor(() => stuck.checks.some((check) => typeof check === "object"));
    const check = stuck.checks.findLast((one) => typeof one === "object");
    expect([...(check as Map<string, number>)]).toEqual([["1", offsetOf(last, 0)]]);
    // It answers again, so it gets what comes next, with what came before.
    await waitFor(() => job.stats.checks === job.stats.checksConfirmed + job.stats.checksFailed);
    const next = await system.pushUser("1", "next");
    await waitFor(() => bodies(stuck, "k1").includes("next"));
    expect(stuck.items.at(-1)).toMatchObject({
      prev: offsetOf(last, 0),
      offsets: [offsetOf(next, 0)],
    });
  });

  it("is asked by the next owner of each shard, until it has confirmed all of them", async () => {
    const [stuck, well] = await Promise.all([system.startComet("c1"), system.startComet("c2")]);
    const a = await startJob("a");
    const all = Array.from({ length: 16 }, (_, shard) => shard);
    const shardsOf = (comet: TestComet) => {
      return comet.checks.filter((one) => typeof one === "number").sort((x, y) => x - y);
    };
    await waitFor(() => shardsOf(stuck).length === 16 && shardsOf(well).length === 16);
    connect("1", "k1", stuck);
    stuck.mode = "silent";
    const sequence = await system.pushUser("1", "x");
    await waitFor(async () => (await checkpointOf("1")) === sequence);
    // What it missed is known to nobody any more.
    await a.kill();
    for (const { checks } of [stuck, well]) checks.length = 0;
    await startJob("b");
    await waitFor(() => shardsOf(well).length === 16);
    expect(shardsOf(stuck)).toEqual([]);
    stuck.resume();
    await waitFor(() => new Set(shardsOf(stuck)).size === 16);
    expect([...new Set(shardsOf(stuck))]).toEqual(all);
    expect(shardsOf(well)).toEqual(all);
  });
});

describe("a comet that dies", () => {
  // Long enough for its death to be known before the first request counts as not answered.
  const env = { GOIM_DISPATCH_REQUEST_TIMEOUT: "20s" };

  it("has its users looked up again, and they are found where they are now", async () => {
    const [dying, next] = await Promise.all([system.startComet("c1"), system.startComet("c2")]);
    connect("1", "k1", dying);
    await startJob("a", env);
    dying.mode = "silent";
    await system.pushUser("1", "x");
    await waitFor(() => dying.requests > 0);
    system.sessions.remove("k1");
    connect("1", "k1", next);
    await dying.leave();
    await waitFor(() => bodies(next, "k1").length === 1);
  });

  it("leaves nobody online, which is told", async () => {
    const dying = await system.startComet("c1");
    connect("1", "k1", dying);
    const { job } = await startJob("a", env);
    dying.mode = "silent";
    const sequence = await system.pushUser("1", "x");
    await waitFor(() => dying.requests > 0);
    await dying.leave();
    await waitFor(async () => (await checkpointOf("1")) === sequence);
    expect([job.stats.nobody, job.stats.undelivered]).toEqual([1, 1]);
  });
});

describe("what came before a push", () => {
  it("is exact over restarts and deaths of job", async () => {
    const comet = await system.startComet("c1");
    const mids = ["1", "2", neighbour("1")];
    for (const mid of mids) connect(mid, `k${mid}`, comet);
    const sent = new Map<string, number[]>(mids.map((mid) => [mid, []]));
    let pushing = true;
    const push = async (mid: string) => {
      for (let n = 0; pushing; n++) {
        const sequence = await system.pushUser(mid, `${n}`, `${n}+`);
        sent.get(mid)?.push(offsetOf(sequence, 0), offsetOf(sequence, 1));
      }
    };
    const pushes = mids.map(push);
    let job = await startJob("a");
    for (const [round, id] of ["b", "c", "d"].entries()) {
      const { delivered } = job.job.stats;
      await waitFor(() => job.job.stats.delivered > delivered + 20);
      await (round === 1 ? job.drain() : job.kill());
      job = await startJob(id);
    }
    await waitFor(() => job.job.stats.delivered > 20);
    pushing = false;
    await Promise.all(pushes);
    for (const mid of mids) {
      const offsets = sent.get(mid) ?? [];
      await waitFor(() => comet.got.get(`k${mid}`)?.at(-1)?.offset === offsets.at(-1));
      expect(comet.got.get(`k${mid}`)?.map(({ offset }) => offset)).toEqual(offsets);
      // The mailbox drops whole pages at its bound of 1,000.
      const waiting = await kept(mid);
      expect(waiting.length).toBeGreaterThan(Math.min(offsets.length, 800) - 1);
      expect(waiting).toEqual(offsets.slice(-waiting.length));
      const items = comet.items.filter((one) => one.mid === mid);
      // Unknown only where a new owner repeats an append that lies deep in the mailbox.
      const unknown = items.filter(({ prev }) => prev === undefined).length;
      expect(unknown).toBeLessThan(items.length / 2);
      for (const item of items) {
        const at = offsets.indexOf(item.offsets[0] ?? 0);
        expect(item.offsets).toEqual(offsets.slice(at, at + item.offsets.length));
        if (item.prev !== undefined) expect(item.prev).toBe(at === 0 ? 0 : offsets[at - 1]);
      }
    }
  }, 60_000);
});

describe("receipts", () => {
  it("tell how many connections were handed a push, over all comets", async () => {
    const [one, two] = await Promise.all([system.startComet("c1"), system.startComet("c2")]);
    connect("1", "k1", one);
    connect("1", "k2", one);
    connect("1", "k3", two);
    connect("0", "solo", two);
    await startJob("a");
    const { subjects } = system.bus;
    const told: [string, number][] = [];
    const strays: string[] = [];
    system.bus.subscribe("goim.receipt.l.*", ({ subject, data }) => {
      const { target, delivered, offset } = goim.push.Receipt.decode(data);
      expect(toNumber(offset)).toBeGreaterThan(0);
      told.push([`${subject.split(".")[3]} ${target}`, delivered]);
    });
    system.bus.subscribe("elsewhere", ({ subject }) => strays.push(subject));
    await system.bus.flush();
    const toUser = (mid: string, receipt: string) =>
      system.publish(subjects.pushUser(system.layout.shardOf(mid), mid), ["x"], [], { receipt });
    await toUser("1", "goim.receipt.l.w1");
    await toUser("404", "goim.receipt.l.w2");
    await toUser("405", "elsewhere");
    const shard = system.layout.shardOf("solo");
    const receipt = "goim.receipt.l.w3";
    await system.publish(subjects.pushKey(shard), ["x"], ["solo", "nobody"], { receipt });
    await waitFor(() => told.length === 4);
    await waitFor(async () => (await checkpointOf("405")) > 0);
    expect(told.sort()).toEqual([
      ["w1 1", 3],
      ["w2 404", 0],
      ["w3 nobody", 0],
      ["w3 solo", 1],
    ]);
    await system.bus.flush();
    expect(strays).toEqual([]);
  });
});

describe("events about users of whom nobody is online", () => {
  it("are stored exactly once, whichever job dies", async () => {
    const comet = await system.startComet("c1");
    connect("1", "k1", comet);
    const offline = ["2", "3", neighbour("2")];
    const sent: string[] = [];
    let pushing = true;
    const push = async (mid: string) => {
      for (let n = 0; pushing; n++) {
        const sequence = await system.pushUser(mid, `${mid}-${n}`);
        if (mid !== "1") sent.push(`${mid} ${offsetOf(sequence, 0)} ${mid}-${n}`);
      }
    };
    const pushes = ["1", ...offline].map(push);
    let job = await startJob("a");
    for (const id of ["b", "c", "d"]) {
      await waitFor(() => job.job.stats.undelivered > 30);
      await job.kill();
      job = await startJob(id);
    }
    pushing = false;
    await Promise.all(pushes);
    const events = async () => {
      const reader = createStreamReader(system.bus);
      const stream = system.bus.subjects.stream("event");
      const last = await reader.lastSequence(stream);
      return reader.range(stream, "goim.event.undelivered.*", 1, last, 100_000);
    };
    await waitFor(async () => (await events()).length >= sent.length);
    const stored = (await events()).map(({ subject, data }) => {
      const event = JSON.parse(Buffer.from(data).toString());
      expect(subject).toBe(system.bus.subjects.event("undelivered", event.mid));
      expect(event).toMatchObject({ epoch: userEpoch(), op: 1000 });
      return `${event.mid} ${event.offset} ${Buffer.from(event.bodyBase64, "base64")}`;
    });
    expect(stored.sort()).toEqual(sent.sort());
  }, 60_000);
});
