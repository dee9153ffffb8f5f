import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findNatsServer } from "../../scripts/nats-server.ts";
import { createAckPublisher } from "../../src/bus/ack-publisher.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import type { ProcessKind } from "../../src/bus/inbox.ts";
import { openBucket } from "../../src/bus/kv.ts";
import { readOrdered } from "../../src/bus/ordered.ts";
import { readComets, registerComet, watchComets } from "../../src/bus/registry.ts";
import { watchRoomTypes } from "../../src/bus/room-types.ts";
import { createMicroService } from "../../src/bus/rpc.ts";
import { defaultStreams } from "../../src/bus/stream-config.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { declareStreams, openLayout } from "../../src/bus/streams.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { openOthersBuckets } from "../../src/logic/buckets.ts";
import { createKvRooms } from "../../src/store/rooms.kv.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

const configs = join(import.meta.dirname, "..", "..", "nats");
const passwords = {
  GOIM_COMET_PASSWORD: "c",
  GOIM_LOGIC_PASSWORD: "l",
  GOIM_JOB_PASSWORD: "j",
  GOIM_ADMIN_PASSWORD: "a",
  NATS_SYS_PASSWORD: "s",
};
const cluster = {
  NATS_NAME: "goim-1",
  NATS_STORE: "/tmp/none",
  NATS_ROUTE_1: "nats://127.0.0.1:6222",
  NATS_ROUTE_2: "nats://127.0.0.2:6222",
  NATS_ROUTE_3: "nats://127.0.0.3:6222",
};

describe("the server configurations", () => {
  it.each(["dev.conf", "production.conf", "cluster.conf"])("%s is valid", async (name) => {
    const { path } = await findNatsServer();
    const env = { ...process.env, ...passwords, ...cluster };
    execFileSync(path, ["-t", "-c", join(configs, name)], { env, stdio: "pipe" });
  });

  it("production.conf does not start without passwords", async () => {
    const { path } = await findNatsServer();
    expect(() =>
      execFileSync(path, ["-t", "-c", join(configs, "production.conf")], { stdio: "pipe" }),
    ).toThrow(/GOIM_COMET_PASSWORD/);
  });
});

/** Those that comet and job wait for. */
async function makeBuckets(bus: Bus): Promise<void> {
  const config = { replicas: 1, mailbox: { maxAge: 60_000 } };
  const { signal } = new AbortController();
  const deps = { bus, clock: systemClock, log: silentLog, signal };
  for (const bucket of await openOthersBuckets(config, deps)) bucket.close();
}

describe("the permissions of accounts.conf", () => {
  let nats: TestNats;
  let comet: Bus;
  let logic: Bus;
  let job: Bus;
  const refusals: string[] = [];

  beforeAll(async () => {
    let config = readFileSync(join(configs, "accounts.conf"), "utf8");
    for (const [name, value] of Object.entries(passwords))
      config = config.replace(`$${name}`, value);
    nats = await startNats({ config });
    const log = silentLog.child({});
    log.warn = (...line: unknown[]) => {
      refusals.push(JSON.stringify(line));
    };
    const as = (user: ProcessKind) =>
      connectBus({
        kind: user,
        url: `nats://${user}:${user.charAt(0)}@127.0.0.1:${nats.port}`,
        prefix: "goim",
        name: user,
        clock: systemClock,
        log,
      });
    [comet, logic, job] = await Promise.all([as("comet"), as("logic"), as("job")]);
  });
  afterAll(async () => {
    await Promise.all([comet, logic, job].map((bus) => bus.close()));
    await nats.stop();
  });

  it("are enough for what the three processes do", async () => {
    const options = { log: silentLog };
    await makeBuckets(logic);
    await declareStreams(logic, defaultStreams, options);
    await openBucket(logic, { name: "GOIM_SESSIONS", ttlMs: 60_000 });
    const service = createMicroService(
      logic,
      { name: "goim-logic", version: "1.0.0", description: "" },
      { connect: (data) => data },
    );
    await logic.flush();
    await comet.request("goim.logic.connect", new Uint8Array(1), { timeoutMs: 5_000 });

    const info = {
      ...{ id: "c1", incarnation: "1", region: "r", zone: "z", env: "", hostname: "h", addrs: [] },
      ...{ weight: 1, offline: false, connections: 0, ips: 0, version: "", updatedAt: 0 },
    };
    const entry = await registerComet(comet, info, {
      create: false,
      onLost: () => undefined,
    });
    const directories = [watchComets(logic), watchComets(job, { create: false })];
    for (const directory of directories) {
      await waitFor(() => directory.alive("c1", "1"));
      directory.close();
    }

    const subject = logic.subjects.pushRoom("live", 0, "live://1");
    await createAckPublisher(logic).publish(subject, new Uint8Array(1), { id: "1" });
    const layout = await openLayout(job, options);
    let read = 0;
    const reader = await readOrdered(job, layout, {
      stream: "GOIM_ROOM",
      filter: job.subjects.pushRoomFilter("live", 0),
      from: 1,
      onMessage: () => {
        read++;
      },
      onReset: () => undefined,
    });
    await waitFor(() => read === 1);
    const leases = await openBucket(job, { name: "GOIM_LEASES", create: false });
    expect(await leases.create("a", new Uint8Array(1))).toBe(1);
    await openBucket(job, { name: "GOIM_SESSIONS", create: false });
    expect(await readComets(comet)).toMatchObject([{ id: "c1" }]);

    const tails = await createStreamReader(comet).tails("GOIM_ROOM", [subject]);
    expect(tails.messages.size).toBe(1);
    let casts = 0;
    comet.subscribe(comet.subjects.room("live://1"), () => casts++);
    comet.subscribe(comet.subjects.digestFilter, () => casts++);
    comet.subscribe(comet.subjects.comet("c1", "push"), (message) => message.respond(message.data));
    await comet.flush();
    job.publish(job.subjects.room("live://1"), new Uint8Array(1));
    job.publish(job.subjects.digest("live", 0), new Uint8Array(1));
    await job.request(job.subjects.comet("c1", "push"), new Uint8Array(1), { timeoutMs: 5_000 });
    await waitFor(() => casts === 2);
    expect(refusals).toEqual([]);
    await entry.deregister();
    await reader.stop();
    await service.stop();
  });

  it("let comets know of rooms with policies", async () => {
    const rooms = await createKvRooms({}, { bus: logic, clock: systemClock, log: silentLog });
    await rooms.markType("club");
    const types = watchRoomTypes(() => {}, { bus: comet, clock: systemClock, log: silentLog });
    await types.ready;
    expect(types.has("club")).toBe(true);
    let hints = 0;
    for (const bus of [comet, logic]) bus.subscribe(bus.subjects.roomsChanged, () => hints++);
    await Promise.all([comet.flush(), logic.flush()]);
    logic.publish(logic.subjects.roomsChanged, new Uint8Array(1));
    await waitFor(() => hints === 2);
    expect(refusals).toEqual([]);
    types.close();
    await rooms.close();
  });

  it("keep a comet from pushing and from pretending to be logic or job", async () => {
    const push = createAckPublisher(comet, { deadlineMs: 500 }).publish(
      "goim.push.all",
      new Uint8Array(1),
      { id: "x" },
    );
    await expect(push).rejects.toMatchObject({ code: "timeout" });
    comet.publish("goim.room.live.1", new Uint8Array(1));
    comet.publish("$KV.GOIM_ROOMS.t.mine", new Uint8Array(1));
    comet.subscribe("goim.logic.connect", () => undefined);
    await waitFor(() => refusals.length >= 4);
    expect(refusals.join()).toMatch(/GOIM_ROOMS/);
    expect(refusals.join()).toMatch(/goim\.push\.all/);
    expect(refusals.join()).toMatch(/goim\.room\.live\.1/);
    expect(refusals.join()).toMatch(/goim\.logic\.connect/);
    expect(comet.connected).toBe(true);
  });
});
