import { describe, expect, it } from "vitest";
import type { Bus, BusMessage } from "../../bus/bus.ts";
import { createSubjects } from "../../bus/subjects.ts";
import { FakeClock } from "../../kit/clock.fake.ts";
import { silentLog } from "../../kit/log.ts";
import { createMetrics } from "../../kit/metrics.ts";
import { RateLimited } from "../auth/api-keys.ts";
import { createAttempts, loginAttempts, networkOf, registrationAttempts } from "./attempts.ts";

const config = {
  ...{ attemptsPerUser: 3, attemptsPerAddress: 5, attemptsWindow: 30_000, attemptsMax: 100 },
  ...{ registrationsPerWindow: 4, registrationsPerAddress: 2, registrationWindow: 30_000 },
};

/** Logics on one bus. */
function setUp(count = 1, kinds = [loginAttempts(config)]) {
  const clock = new FakeClock();
  const listeners: ((message: BusMessage) => void)[] = [];
  const bus = {
    subjects: createSubjects("goim"),
    publish: (_subject: string, data: Uint8Array) => {
      for (const listener of listeners) listener({ data } as BusMessage);
    },
    subscribe: (_subject: string, listener: (message: BusMessage) => void) => {
      listeners.push(listener);
      return { unsubscribe: () => {} };
    },
  } as unknown as Bus;
  const logics = Array.from({ length: count * kinds.length }, (_, n) => {
    const deps = { bus, clock, log: silentLog, metrics: createMetrics(), id: String(n) };
    const kind = kinds[n % kinds.length] ?? loginAttempts(config);
    const attempts = createAttempts(kind, deps);
    attempts.start();
    return attempts;
  });
  return { clock, logics, attempts: logics[0] as (typeof logics)[number] };
}

const waitOf = (work: () => unknown) => {
  try {
    work();
    return 0;
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
    return error.retryAfterS;
  }
};

describe("attempts", () => {
  it("of one name are bounded, from wherever, and come back one by one", () => {
    const { attempts, clock } = setUp();
    for (const ip of ["1.1.1.1", "2.2.2.2", "3.3.3.3"]) attempts.take("ann", ip);
    expect(waitOf(() => attempts.take("ann", "4.4.4.4"))).toBe(10);
    expect(waitOf(() => attempts.take("bob", "4.4.4.4"))).toBe(0);
    clock.advance(10_000);
    expect(waitOf(() => attempts.take("ann", "4.4.4.4"))).toBe(0);
    expect(waitOf(() => attempts.take("ann", "4.4.4.4"))).toBe(10);
  });

  it("of one address are bounded over all names, and a /64 of IPv6 is one address", () => {
    const { attempts } = setUp();
    for (const name of ["a", "b", "c", "d", "e"]) attempts.take(name, `2001:db8::${name}`);
    expect(waitOf(() => attempts.take("f", "2001:db8::ffff:1"))).toBeGreaterThan(0);
    expect(waitOf(() => attempts.take("f", "2001:db8:0:1::1"))).toBe(0);
    expect(networkOf("::1")).toBe("0:0:0:0::/64");
    expect(networkOf("1:2:3:4:5:6:7:8")).toBe("1:2:3:4::/64");
    expect(networkOf("1.2.3.4")).toBe("1.2.3.4");
  });

  it("count from their beginning, and not when they are given back", () => {
    const { attempts } = setUp();
    const backs = [1, 2, 3].map(() => attempts.take("ann", "1.1.1.1"));
    expect(waitOf(() => attempts.take("ann", "1.1.1.1"))).toBeGreaterThan(0);
    for (const back of backs) back();
    for (let n = 0; n < 20; n++) attempts.take("ann", "1.1.1.1")();
    expect(waitOf(() => attempts.take("ann", "1.1.1.1"))).toBe(0);
  });

  it("of registrations are bounded by address and in all, besides those of passwords", () => {
    const kinds = [loginAttempts(config), registrationAttempts(config)];
    const [login, one, , two] = setUp(2, kinds).logics;
    one?.take("", "1.1.1.1");
    two?.take("", "1.1.1.1");
    for (const at of [one, two]) expect(waitOf(() => at?.take("", "1.1.1.1"))).toBe(15);
    for (const ip of ["2.2.2.2", "3.3.3.3"]) one?.take("", ip);
    expect(waitOf(() => two?.take("", "4.4.4.4"))).toBe(8);
    for (let n = 0; n < 3; n++) expect(waitOf(() => login?.take("", "1.1.1.1"))).toBe(0);
  });

  it("are counted over all logics, each once", () => {
    const { logics } = setUp(2);
    const [one, two] = logics;
    one?.take("ann", "1.1.1.1");
    two?.take("ann", "1.1.1.1");
    one?.take("ann", "1.1.1.1");
    expect(waitOf(() => one?.take("ann", "1.1.1.1"))).toBeGreaterThan(0);
    expect(waitOf(() => two?.take("ann", "1.1.1.1"))).toBeGreaterThan(0);
  });
});
