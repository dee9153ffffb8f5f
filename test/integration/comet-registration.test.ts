/** The registry entry of a comet on a real nats-server: kept, changed, lost, contested, left. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { openRegistry, watchComets } from "../../src/bus/registry.ts";
import { cometConfig } from "../../src/comet/config.ts";
import type { RegistrationEvents } from "../../src/comet/identity.ts";
import { createRegister } from "../../src/comet/registration.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { loadConfig } from "../../src/kit/config.ts";
import { silentLog } from "../../src/kit/log.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";

const wait = { clock: systemClock, log: silentLog };

let nats: TestNats;
let buses: Bus[];

const connect = async () => {
  const options = { url: nats.url, prefix: "goim", name: "test", pingIntervalMs: 1000, ...wait };
  const bus = await connectBus(options);
  buses.push(bus);
  return bus;
};

beforeEach(async () => {
  nats = await startNats();
  buses = [];
  // As logic does; a comet waits for it.
  await openRegistry(await connect(), wait);
});
afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close()));
  await nats.stop();
});

/** Registers comet c1 as a process of its own would. */
async function register(env: Readonly<Record<string, string>> = {}) {
  const base = {
    GOIM_HOST: "h1",
    REGION: "sh",
    ZONE: "sh001",
    GOIM_ONLINE_LEVELS_INTERVAL: "100ms",
  };
  const config = loadConfig(cometConfig, { env: { ...base, ...env } });
  const levels = { connections: 0, ips: 0 };
  const seen = { claims: [] as string[], incarnations: [] as string[], conflicts: [] as string[] };
  const events: RegistrationEvents = {
    levels: () => ({ ...levels }),
    onClaim: (incarnation) => seen.claims.push(incarnation),
    onIncarnation: (incarnation) => seen.incarnations.push(incarnation),
    onConflict: (error) => seen.conflicts.push(error.message),
  };
  const { signal } = new AbortController();
  const deps = { bus: await connect(), version: "1.2.3", signal, ...wait };
  const registration = await createRegister(config, deps)("c1", events);
  return { registration, levels, seen };
}

async function openDirectory() {
  const directory = watchComets(await connect(), wait);
  await directory.ready();
  return directory;
}

describe("the registry entry", () => {
  it("says what logic and job need to know", async () => {
    const env = {
      WEIGHT: "20",
      OFFLINE: "true",
      DEPLOY_ENV: "dev",
      GOIM_COMET_WS: "0.0.0.0:3102",
      GOIM_AUTH_INSECURE: "true",
    };
    const { registration } = await register(env);
    const directory = await openDirectory();
    await waitFor(() => directory.get("c1"));
    expect(directory.get("c1")).toMatchObject({
      ...{ id: "c1", incarnation: registration.incarnation, region: "sh", zone: "sh001" },
      ...{ env: "dev", hostname: "h1", addrs: ["h1", "127.0.0.1"], weight: 20, offline: true },
      ...{ connections: 0, ips: 0, version: "1.2.3" },
    });
    await registration.leave();
    directory.close();
  });

  it("is offline and still there while the comet drains", async () => {
    const { registration } = await register({ ADDRS: "10.0.0.1" });
    const directory = await openDirectory();
    await waitFor(() => directory.get("c1")?.offline === false);
    registration.retire();
    await waitFor(() => directory.get("c1")?.offline === true);
    await registration.leave();
    directory.close();
  });

  it("follows the levels and goes at once when the comet leaves", async () => {
    const { registration, levels } = await register({ ADDRS: "10.0.0.1" });
    const directory = await openDirectory();
    Object.assign(levels, { connections: 7, ips: 3 });
    await waitFor(() => directory.get("c1")?.connections === 7);
    expect(directory.get("c1")).toMatchObject({ ips: 3, addrs: ["10.0.0.1"] });
    await registration.leave();
    await registration.leave();
    await waitFor(() => directory.list().length === 0, { timeoutMs: 2000 });
    directory.close();
  });

  it("is made again under a new incarnation when the lease was lost", {
    timeout: 40_000,
  }, async () => {
    const { registration, seen } = await register();
    const first = registration.incarnation;
    const directory = await openDirectory();
    const known: boolean[] = [];
    directory.onChange(({ joined }) => {
      if (joined !== undefined) known.push(seen.claims.at(-1) === joined.incarnation);
    });
    await nats.kill();
    // Longer than the 10 s after which others take the incarnation for dead.
    const since = systemClock.monotonic();
    await waitFor(() => systemClock.monotonic() - since > 11_000, { timeoutMs: 12_000 });
    await nats.restart();
    await waitFor(() => seen.incarnations.length === 1, { timeoutMs: 15_000 });
    expect(registration.incarnation).not.toBe(first);
    expect(seen.incarnations).toEqual([registration.incarnation]);
    await waitFor(() => directory.alive("c1", registration.incarnation));
    // Whoever reads of it may ask for it at once.
    expect(known).toContain(true);
    expect(known).not.toContain(false);
    expect(seen.conflicts).toEqual([]);
    await registration.leave();
    directory.close();
  });

  it("belongs to the younger process: the older one is told why it has to go", async () => {
    const older = await register();
    const younger = await register();
    await waitFor(() => older.seen.conflicts.length === 1);
    expect(older.seen.conflicts[0]).toContain('another process has registered as comet "c1"');
    expect(older.seen.conflicts[0]).toContain("GOIM_COMET_ID");
    await older.registration.leave();
    const directory = await openDirectory();
    expect(directory.alive("c1", younger.registration.incarnation)).toBe(true);
    expect(younger.seen).toMatchObject({ incarnations: [], conflicts: [] });
    await younger.registration.leave();
    directory.close();
  });
});
