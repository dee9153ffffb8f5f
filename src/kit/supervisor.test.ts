import { describe, expect, it } from "vitest";
import { FakeClock } from "./clock.fake.ts";
import { silentLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { createSupervisor, type WorkerEvents } from "./supervisor.ts";
import { adminPortOf, workersProblems } from "./workers.ts";

interface Forked extends WorkerEvents {
  readonly n: number;
  asked: string;
}

function setUp(workers = 2) {
  const clock = new FakeClock();
  const metrics = createMetrics();
  const forked: Forked[] = [];
  const times = { restartFirst: 100, restartMax: 350, healthyAfter: 10_000 };
  const supervisor = createSupervisor(
    { workers, ...times },
    {
      clock,
      metrics,
      log: silentLog,
      fork: (n, events) => {
        const one = { n, ...events, asked: "" };
        forked.push(one);
        const ask = (what: string) => () => {
          one.asked = what;
        };
        return { pid: 1, drain: ask("drain"), terminate: ask("end"), kill: ask("kill") };
      },
    },
  );
  return { clock, metrics, forked, supervisor };
}

const died = { code: null, signal: "SIGKILL" };
const well = { code: 0, signal: null };
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("createSupervisor", () => {
  it("has started when all workers are ready", async () => {
    const { supervisor, forked, metrics } = setUp();
    let started = false;
    void supervisor.start().then(() => {
      started = true;
    });
    expect(supervisor.notReady()).toBe("worker 1, 2 is not ready");
    forked[1]?.onReady();
    await settled();
    expect(started).toBe(false);
    expect(supervisor.notReady()).toBe("worker 1 is not ready");
    forked[0]?.onReady();
    await settled();
    expect(started).toBe(true);
    expect(supervisor.notReady()).toBeUndefined();
    expect(await metrics.registry.metrics()).toContain("goim_workers_ready 2");
  });

  it("starts the one that ended again, under its number, after a pause that doubles", async () => {
    const { supervisor, forked, clock, metrics } = setUp();
    void supervisor.start();
    for (const pauseMs of [100, 200, 350, 350]) {
      const before = forked.length;
      forked.at(-1)?.onExit(died);
      clock.advance(pauseMs - 1);
      expect(forked.length).toBe(before);
      clock.advance(1);
      expect(forked.length).toBe(before + 1);
      expect(forked.at(-1)?.n).toBe(2);
    }
    expect(await metrics.registry.metrics()).toContain("goim_worker_restarts_total 4");
  });

  it("takes the first pause again for one that lived long, also when it ended well", () => {
    const { supervisor, forked, clock } = setUp(1);
    void supervisor.start();
    forked[0]?.onExit(died);
    clock.advance(100);
    clock.advance(10_000);
    forked[1]?.onExit(well);
    clock.advance(100);
    expect(forked.length).toBe(3);
  });

  it("drains all at once, waits for them and starts none again", async () => {
    const { supervisor, forked, clock } = setUp(3);
    void supervisor.start();
    for (const one of forked) one.onReady();
    forked[2]?.onExit(died);
    let drained = false;
    const drain = supervisor.drain?.().then(() => {
      drained = true;
    });
    expect(forked.map(({ asked }) => asked)).toEqual(["drain", "drain", ""]);
    forked[0]?.onExit(well);
    await settled();
    expect(drained).toBe(false);
    forked[1]?.onExit(well);
    await drain;
    await supervisor.stop();
    expect(clock.pending).toBe(0);
    expect(forked.length).toBe(3);
  });

  it("ends one that is not ready yet, which is as good as drained", async () => {
    const { supervisor, forked } = setUp();
    void supervisor.start();
    forked[0]?.onReady();
    const drain = supervisor.drain?.();
    expect(forked.map(({ asked }) => asked)).toEqual(["drain", "end"]);
    forked[0]?.onExit(well);
    forked[1]?.onExit({ code: null, signal: "SIGTERM" });
    await drain;
    await supervisor.stop();
  });

  it("says at the end which worker had to be killed, or could not finish", async () => {
    const { supervisor, forked } = setUp();
    void supervisor.start();
    void supervisor.drain?.();
    forked[0]?.onExit(well);
    const stop = supervisor.stop();
    expect(forked[1]?.asked).toBe("kill");
    forked[1]?.onExit(died);
    await expect(stop).rejects.toThrow("worker 2 did not end and was killed");

    const other = setUp(1);
    void other.supervisor.start();
    other.forked[0]?.onReady();
    const drain = other.supervisor.drain?.();
    other.forked[0]?.onExit({ code: 1, signal: null });
    await drain;
    await expect(other.supervisor.stop()).rejects.toThrow("could not finish");
  });
});

describe("workersProblems", () => {
  const config = { workers: 2, id: "a", admin: { addr: { host: "h", port: 3109 } } };

  it("finds ports that are none and ids that grow too long", () => {
    expect(workersProblems(config)).toEqual([]);
    expect(workersProblems({ ...config, workers: 1, id: "x".repeat(64) })).toEqual([]);
    expect(workersProblems({ ...config, id: "x".repeat(61) })).toHaveLength(1);
    const high = { addr: { host: "h", port: 65_400 } };
    expect(workersProblems({ ...config, admin: high })).toHaveLength(1);
  });

  it("gives each worker an admin port beside those of the other processes", () => {
    expect([1, 2].map((n) => adminPortOf(3109, n))).toEqual([3209, 3309]);
    expect(adminPortOf(0, 2)).toBe(0);
  });
});
