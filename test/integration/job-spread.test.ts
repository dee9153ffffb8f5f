import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobConfig } from "../../src/job/config.ts";
import { loadConfig } from "../../src/kit/config.ts";
import { waitFor } from "../harness/wait.ts";
import { bodies, evenShares, JobSystem, type RunningJob } from "./job-fixture.ts";

let system: JobSystem;
let job: RunningJob;

beforeAll(async () => {
  system = await JobSystem.start();
  job = await system.startJob("job-a");
  await evenShares(system, ["job-a"]);
});

afterAll(() => system.stop());

describe("rooms", () => {
  it("casts what was stored, with the offset that came before where it is known", async () => {
    const casts = await system.casts("live://1");
    const first = await system.pushRoom("live://1", "a");
    await waitFor(() => casts.length === 1);
    await system.pushRoom("live://1", "b", "c");
    await waitFor(() => casts.length === 2);
    expect(casts.map(({ bodies }) => bodies)).toEqual([["a"], ["b", "c"]]);
    expect(casts[0]?.prev).toBeUndefined();
    expect(casts[1]?.prev).toBe(first * 1024);
    expect(casts[0]?.epoch).toBe(system.layout.epoch(system.layout.classOf("live://1").stream));
  });

  it("merges what waits for one room into one cast and keeps the order", async () => {
    const casts = await system.casts("live://2");
    const all = Array.from({ length: 500 }, (_, n) => `m${n}`);
    await Promise.all(all.map((body) => system.pushRoom("live://2", body)));
    await waitFor(() => casts.flatMap(({ bodies }) => bodies).length >= 500);
    const offsets = casts.flatMap(({ offsets }) => offsets);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(new Set(casts.flatMap(({ bodies }) => bodies))).toEqual(new Set(all));
    expect(casts.length).toBeLessThan(500);
    for (const [index, cast] of casts.entries()) {
      if (index > 0) expect(cast.prev).toBe(casts[index - 1]?.offsets.at(-1));
    }
  });

  it("casts the broadcast in the same way", async () => {
    const casts = await system.casts("all");
    await system.pushAll("to everybody");
    await waitFor(() => casts.length === 1);
    expect(casts[0]?.bodies).toEqual(["to everybody"]);
  });
});

describe("users and keys", () => {
  it("hands a user's messages to every comet that has a session, in order", async () => {
    const [one, two] = await Promise.all([system.startComet("c1"), system.startComet("c2")]);
    await waitFor(() => job.job.notReady() === undefined);
    system.sessions.add({ mid: "7", key: "k7a", comet: "c1", incarnation: one.incarnation });
    system.sessions.add({ mid: "7", key: "k7b", comet: "c2", incarnation: two.incarnation });
    const sent = Array.from({ length: 50 }, (_, n) => `u${n}`);
    for (const body of sent) await system.pushUser("7", body);
    await waitFor(() => bodies(one, "k7a").length >= 50 && bodies(two, "k7b").length >= 50);
    expect(bodies(one, "k7a")).toEqual(sent);
    expect(bodies(two, "k7b")).toEqual(sent);
  });

  it("hands pushes to keys to the comets of these keys", async () => {
    const comet = await system.startComet("c3");
    const { incarnation } = comet;
    system.sessions.add({ mid: "0", key: "solo", comet: "c3", incarnation });
    await system.pushKeys(["solo"], "x", "y");
    await waitFor(() => bodies(comet, "solo").length === 2);
    expect(bodies(comet, "solo")).toEqual(["x", "y"]);
  });

  it("gives a push to a key up after its deadline when the comet is silent", async () => {
    const stuck = await system.startComet("c4");
    const { id, incarnation } = stuck;
    system.sessions.add({ mid: "0", key: "k4", comet: id, incarnation });
    stuck.mode = "silent";
    const sequence = await system.pushKeys(["k4"], "x");
    const shard = system.layout.shardOf("k4");
    const { keyDeadline } = loadConfig(jobConfig, { env: {} }).dispatch;
    const began = performance.now();
    await waitFor(async () => (await system.lease("GOIM_KEY", shard))?.checkpoint === sequence);
    expect(performance.now() - began).toBeGreaterThan(keyDeadline - 1000);
    expect(job.job.stats.keysTimedOut).toBe(1);
  });

  it("waits for the session store and skips nothing", async () => {
    const comet = await system.startComet("c9");
    system.sessions.add({ mid: "11", key: "k11", comet: "c9", incarnation: comet.incarnation });
    system.sessions.away = true;
    const { asked } = system.sessions;
    await system.pushUser("11", "1");
    await system.pushUser("11", "2");
    await waitFor(() => system.sessions.asked > asked + 1);
    system.sessions.away = false;
    await waitFor(() => bodies(comet, "k11").length === 2);
    expect(bodies(comet, "k11")).toEqual(["1", "2"]);
  });
});
