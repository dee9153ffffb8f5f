import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { createMetrics } from "../kit/metrics.ts";
import { ADMITTED, Admission } from "./admission.ts";
import { Arrivals } from "./arrivals.ts";
import { FakeConnection } from "./comet.fixture.ts";

const config = { busyRate: 1000, busyDeliveries: 500, waitingMax: 100, handshakeTimeout: 8000 };
const limits = {
  ...{ packets: 0, bytes: 0, refusalsMax: 0, perUser: 0, perAddress: 0 },
  ...{ connectsPerAddress: 0, addressesMax: 10 },
};

function setUp(options: Partial<typeof config> = {}, limited: Partial<typeof limits> = {}) {
  const clock = new FakeClock();
  const state = { served: 0 };
  const metrics = createMetrics();
  const open = new Map<string, number>();
  const arrivals = new Arrivals(
    { ...config, ...options },
    {
      ...{ servedPerSecond: () => state.served, clock, metrics },
      admission: new Admission({ ...limits, ...limited }, metrics),
      bucket: { connectionsOf: (address) => open.get(address) ?? 0 },
    },
  );
  const told: string[] = [];
  const arrival = (name: string, address = "10.0.0.1") => {
    const one = {
      connection: new FakeConnection("ws", address),
      gone: false,
      take: () => {
        const known = one.connection.owner === ADMITTED ? "" : ", not admitted";
        told.push(`${name} taken${known}`);
        open.set(address, (open.get(address) ?? 0) + 1);
        one.gone = true;
      },
      refuse: (fault: string) => {
        told.push(`${name} ${fault}`);
        one.gone = true;
      },
    };
    return one;
  };
  return { clock, state, arrivals, told, arrival, open, metrics };
}

/** Takes the turns that are left. */
function crowd({ state, arrivals }: ReturnType<typeof setUp>) {
  state.served = 500;
  while (arrivals.pass());
}

describe("connections that come while rooms are delivered to", () => {
  it("are made at once while there is nothing to deliver", () => {
    const { arrivals, clock } = setUp();
    for (let each = 0; each < 1000; each++) expect(arrivals.pass()).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("are made in their turn, in their order, without those who left", () => {
    const bench = setUp();
    crowd(bench);
    const { arrivals, arrival, told, clock } = bench;
    const left = arrival("b");
    for (const one of [arrival("a"), left, arrival("c")]) arrivals.wait(one);
    expect(arrivals.pass()).toBe(false);
    left.gone = true;
    expect(told).toEqual([]);
    clock.advance(10);
    expect(told).toEqual(["a taken", "c taken"]);
  });

  it("are refused when more wait than could come in in time, and when the comet ends", () => {
    const bench = setUp({ busyRate: 1, handshakeTimeout: 2000 });
    crowd(bench);
    const { arrivals, arrival, told } = bench;
    for (const name of ["a", "b", "c"]) arrivals.wait(arrival(name));
    expect(told).toEqual(["c crowded"]);
    arrivals.stop();
    expect(told).toEqual(["c crowded", "a ending", "b ending"]);
  });

  it("are refused when they come after the end began, however idle the comet is", () => {
    const { arrivals, arrival, told, clock } = setUp();
    arrivals.stop();
    expect(arrivals.pass()).toBe(false);
    arrivals.wait(arrival("a"));
    clock.advance(100);
    expect([told, clock.pending]).toEqual([["a ending"], 0]);
  });
});

describe("the limits of one address", () => {
  it("count those that wait with those that are open", async () => {
    const bench = setUp({}, { perAddress: 3 });
    crowd(bench);
    const { arrivals, arrival, told, clock, open, metrics } = bench;
    open.set("10.0.0.1", 1);
    for (const name of ["a", "b", "c"]) arrivals.wait(arrival(name));
    arrivals.wait(arrival("d", "10.0.0.2"));
    expect(told).toEqual(["c limited"]);
    expect(await metrics.registry.metrics()).toContain("goim_comet_admission_address_total 1");
    clock.advance(10);
    expect(told).toEqual(["c limited", "a taken", "b taken", "d taken"]);
    arrivals.wait(arrival("e"));
    expect(told.at(-1)).toBe("e limited");
    open.set("10.0.0.1", 2);
    arrivals.wait(arrival("f"));
    clock.advance(10);
    expect(told.at(-1)).toBe("f taken");
  });

  it("forget who left while it waited, at once or when its turn came", () => {
    const bench = setUp({ busyRate: 100 }, { perAddress: 1 });
    crowd(bench);
    const { arrivals, arrival, told, clock } = bench;
    const [told1, untold] = [arrival("a", "10.0.0.2"), arrival("b")];
    arrivals.wait(told1);
    arrivals.wait(untold);
    told1.gone = true;
    arrivals.left(told1);
    arrivals.left(told1);
    arrivals.wait(arrival("c", "10.0.0.2"));
    untold.gone = true;
    arrivals.wait(arrival("d"));
    expect(told).toEqual(["d limited"]);
    for (let round = 0; round < 5; round++) clock.advance(10);
    arrivals.wait(arrival("e"));
    clock.advance(10);
    expect(told).toEqual(["d limited", "c taken", "e taken"]);
  });

  it("are not passed by waiting: a turn of the address is taken when it comes", () => {
    const bench = setUp({}, { connectsPerAddress: 2 });
    crowd(bench);
    const { arrivals, arrival, told } = bench;
    for (const name of ["a", "b", "c", "d", "e"]) arrivals.wait(arrival(name));
    expect(told).toEqual(["e limited"]);
  });

  it("do not count who found too many waiting", () => {
    const bench = setUp({ waitingMax: 1 }, { perAddress: 2 });
    crowd(bench);
    const { arrivals, arrival, told, clock } = bench;
    for (const name of ["a", "b", "c"]) arrivals.wait(arrival(name));
    clock.advance(10);
    arrivals.wait(arrival("d"));
    expect(told).toEqual(["b crowded", "c crowded", "a taken", "d taken"]);
  });
});
