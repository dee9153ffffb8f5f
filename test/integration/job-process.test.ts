/** The real process: started, stopped, paused as operators and kernels do it. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { createMetrics } from "../../src/kit/metrics.ts";
import { openOthersBuckets } from "../../src/logic/buckets.ts";
import { kvMailboxDefaults } from "../../src/store/mailbox.kv.ts";
import { createKvSessionStore } from "../../src/store/sessions.kv.ts";
import type { SessionStore } from "../../src/store/sessions.ts";
import { NodeProcess } from "../harness/node-process.ts";
import { waitFor } from "../harness/wait.ts";
import { evenShares, JobSystem } from "./job-fixture.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

let system: JobSystem;
let store: SessionStore;
let job: NodeProcess;

beforeEach(async () => {
  system = await JobSystem.start();
  store = await createKvSessionStore(
    {},
    { bus: system.bus, clock: systemClock, log: silentLog, metrics: createMetrics() },
  );
  // As logic makes them: a job waits for its buckets.
  const { bus } = system;
  const wait = { bus, clock: systemClock, log: silentLog, signal: new AbortController().signal };
  const buckets = await openOthersBuckets({ replicas: 1, mailbox: kvMailboxDefaults }, wait);
  for (const bucket of buckets) bucket.close();
  job = new NodeProcess({
    name: "job-1",
    args: ["--import", "tsx", "src/bin/goim.ts", "job"],
    cwd: root,
    env: {
      ...{ GOIM_NATS_URL: system.nats.url, GOIM_JOB_ID: "real", GOIM_JOB_ADMIN: "127.0.0.1:0" },
    },
    addresses: { admin: "GOIM_JOB_ADMIN" },
    readyTimeoutMs: 30_000,
  });
  await job.start();
});

afterEach(async () => {
  await job.kill9();
  await store.close();
  await system.stop();
});

const admin = async (path: string) => fetch(`http://${job.address("admin")}${path}`);

describe("the job process", () => {
  it("is ready when every shard has an owner, and shows its counts", async () => {
    await waitFor(async () => (await admin("/readyz")).status === 200);
    await system.pushRoom("live://1", "x");
    await waitFor(async () =>
      (await (await admin("/metrics")).text()).includes("goim_job_casts_total 1"),
    );
  });

  it("gives its leases up on SIGTERM and ends with 0", async () => {
    await evenShares(system, ["real"]);
    expect(await job.terminate()).toMatchObject({ code: 0 });
    expect(await system.shares()).toEqual({ "": 65 });
  });

  it("that was stopped (SIGSTOP) loses its leases, and comes back without harm", async () => {
    await evenShares(system, ["real"]);
    const casts = await system.casts("live://1");
    job.pause();
    const other = await system.startJob("other");
    await system.pushRoom("live://1", "while it sleeps");
    await waitFor(() => casts.length > 0);
    await evenShares(system, ["other"]);
    job.resume();
    await evenShares(system, ["other", "real"]);
    await system.pushRoom("live://1", "after");
    await waitFor(() => casts.length > 1);
    // Whoever casts now: each message went out once, in order, under one owner at a time.
    expect(casts.flatMap(({ bodies }) => bodies)).toEqual(["while it sleeps", "after"]);
    expect(other.job.stats.leasesReleased).toBeGreaterThan(25);
  });

  it("killed with -9 is replaced at once", async () => {
    const other = await system.startJob("other");
    await evenShares(system, ["real", "other"]);
    const began = performance.now();
    await job.kill9();
    await evenShares(system, ["other"]);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(other.job.notReady()).toBeUndefined();
  });
});
