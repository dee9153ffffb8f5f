import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CometInfo } from "../bus/bus.ts";
import { createBalancer, NODES_MAX, weigh } from "./balancer.ts";

function comet(id: string, changes: Partial<CometInfo> = {}): CometInfo {
  return {
    id,
    incarnation: "1",
    region: "bj",
    zone: "",
    env: "",
    hostname: id,
    addrs: [`ip_${id}`],
    weight: 10,
    offline: false,
    connections: 0,
    ips: 0,
    version: "",
    updatedAt: 1,
    ...changes,
  };
}

const ids = (comets: readonly CometInfo[]) => comets.map(({ id }) => id);

describe("weigh", () => {
  // Worked out by hand from goim's formula.
  it.each([
    [{ weight: 10, connections: 240_590 }, 1, 10 + 182_852],
    [{ weight: 10, connections: 375_420 }, 1, 10 + 115_437],
    [{ weight: 10, connections: 375_420 }, 1.6, 16 + 216_486],
    [{ weight: 10, connections: 293_430 }, 1, 10 + 156_432],
  ])("%j with gain %d", (node, gain, weight) => {
    expect(weigh(node, { weight: 30, connections: 909_440 }, gain)).toBe(weight);
  });

  it("stays within goim's bounds", () => {
    const full = { weight: 1, connections: 1_000 };
    expect(weigh(full, { weight: 1_000, connections: 1_000 }, 1)).toBe(1);
    const empty = { weight: 10, connections: 0 };
    expect(weigh(empty, { weight: 10, connections: 10_000_000 }, 1)).toBe(1 << 20);
  });

  it("is the weight itself while nobody is connected, and never NaN", () => {
    expect(weigh({ weight: 10, connections: 0 }, { weight: 30, connections: 0 }, 1.6)).toBe(16);
    expect(weigh({ weight: 0, connections: 5 }, { weight: 0, connections: 9 }, 1)).toBe(1);
  });
});

describe("the balancer", () => {
  it("puts the client's region first", () => {
    const balancer = createBalancer(1.6);
    balancer.update([
      comet("bj1", { region: "bj", connections: 240_590 }),
      comet("sh1", { region: "sh", connections: 375_420 }),
      comet("gz1", { region: "gz", connections: 293_430 }),
    ]);
    expect(ids(balancer.choose("sh"))).toEqual(["sh1", "bj1", "gz1"]);
    expect(ids(balancer.choose(""))).toEqual(["bj1", "gz1", "sh1"]);
    expect(ids(balancer.choose("nowhere"))).toEqual(["bj1", "gz1", "sh1"]);
  });

  it("gives no gain to comets without a region when the client has none", () => {
    const balancer = createBalancer(100);
    balancer.update([comet("a", { region: "", connections: 9 }), comet("b", { connections: 1 })]);
    expect(ids(balancer.choose(""))).toEqual(["b", "a"]);
  });

  it("names at most five", () => {
    const balancer = createBalancer(1);
    balancer.update(Array.from({ length: 9 }, (_, index) => comet(`c${index}`)));
    expect(balancer.choose("")).toHaveLength(NODES_MAX);
  });

  it("leaves out comets that are offline", () => {
    const balancer = createBalancer(1);
    balancer.update([comet("a", { offline: true }), comet("b")]);
    expect(ids(balancer.choose(""))).toEqual(["b"]);
    balancer.update([]);
    expect(balancer.choose("")).toEqual([]);
  });

  it("counts the first one up at each call, so that clients spread", () => {
    const balancer = createBalancer(1);
    balancer.update([comet("a"), comet("b")]);
    const firsts = Array.from({ length: 100 }, () => balancer.choose("")[0]?.id);
    expect(firsts.filter((id) => id === "a")).toHaveLength(50);
  });

  it("keeps what it counted up until the comet reports", () => {
    const balancer = createBalancer(1);
    const comets = [comet("a", { connections: 10 }), comet("b", { connections: 12 })];
    balancer.update(comets);
    for (let index = 0; index < 3; index++) balancer.choose("");
    balancer.update(comets);
    expect(balancer.choose("")[0]?.id).toBe("b");
    balancer.update([comet("a", { connections: 10, updatedAt: 2 }), ...comets.slice(1)]);
    expect(balancer.choose("")[0]?.id).toBe("a");
  });

  it("shares clients by weight over time", () => {
    const balancer = createBalancer(1);
    balancer.update([comet("a", { weight: 30 }), comet("b", { weight: 10 })]);
    const counts = { a: 0, b: 0 };
    for (let index = 0; index < 10_000; index++) {
      const first = balancer.choose("")[0]?.id as "a" | "b";
      counts[first]++;
    }
    expect(counts.a).toBeGreaterThan(counts.b);
  });

  it("names every online comet once, for any loads", () => {
    const loads = fc.array(
      fc.record({
        weight: fc.nat({ max: 1 << 20 }),
        connections: fc.nat({ max: 1_000_000 }),
        region: fc.constantFrom("", "sh", "bj"),
        offline: fc.boolean(),
      }),
      { maxLength: NODES_MAX },
    );
    fc.assert(
      fc.property(loads, fc.constantFrom("", "sh"), (comets, region) => {
        const balancer = createBalancer(1.6);
        const all = comets.map((load, index) => comet(`c${index}`, load));
        balancer.update(all);
        const online = ids(all.filter(({ offline }) => !offline));
        expect([...ids(balancer.choose(region))].sort()).toEqual([...online].sort());
      }),
    );
  });
});
