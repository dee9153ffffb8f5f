import { describe, expect, it } from "vitest";
import { createMetrics } from "../kit/metrics.ts";
import { Admission, type AdmissionConfig } from "./admission.ts";
import { openChannel } from "./comet.fixture.ts";

function setUp(changes: Partial<AdmissionConfig> = {}) {
  const metrics = createMetrics();
  const admission = new Admission(
    {
      ...{ packets: 10, bytes: 1000, refusalsMax: 3, perUser: 2, perAddress: 3 },
      ...{ connectsPerAddress: 2, addressesMax: 3, ...changes },
    },
    metrics,
  );
  return { admission, metrics, channel: openChannel().channel };
}

const times = <T>(count: number, make: (n: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));

describe("a connection's packets", () => {
  it("may come twice as many as a second allows, then at its rate", () => {
    const { admission, channel } = setUp();
    const first = times(25, () => admission.packet(channel, 16, 1000));
    expect(first.filter((limit) => limit === undefined)).toHaveLength(20);
    expect(first.at(-1)).toBe("packets");
    expect(times(10, (n) => admission.packet(channel, 16, 1100 + n * 100))).toEqual(
      times(10, () => undefined),
    );
    expect(admission.packet(channel, 16, 2001)).toBe("packets");
  });

  it("are counted in bytes too, and without a limit pass", () => {
    const { admission, channel } = setUp({ packets: 0 });
    expect(times(5, () => admission.packet(channel, 500, 1000))).toEqual([
      ...times(4, () => undefined),
      "bytes",
    ]);
    expect(admission.packet(channel, 500, 1500)).toBeUndefined();
    const free = setUp({ packets: 0, bytes: 0 });
    expect(times(9999, () => free.admission.packet(free.channel, 4096, 1000))).not.toContain(
      "bytes",
    );
  });

  it("at ten times the rate end as abuse, a little above it they do not", () => {
    const fast = setUp();
    times(200, (n) => fast.admission.packet(fast.channel, 16, 1000 + n * 10));
    expect(fast.admission.abuses(fast.channel)).toBe(true);
    // No more are refused in a row than is allowed, but three of four are, on and on.
    const steady = setUp();
    times(200, (n) => steady.admission.packet(steady.channel, 16, 1000 + n * 25));
    expect(steady.admission.abuses(steady.channel)).toBe(true);
    const slow = setUp();
    times(2000, (n) => slow.admission.packet(slow.channel, 16, 1000 + n * 91));
    expect(slow.admission.abuses(slow.channel)).toBe(false);
  });
});

describe("an address", () => {
  it("has so many connections, and comes so often", async () => {
    const { admission, metrics } = setUp();
    expect(admission.connect("a", 3, 1000)).toBe("address");
    expect(times(5, () => admission.connect("a", 0, 1000))).toEqual([
      ...times(4, () => undefined),
      "connects",
    ]);
    expect(admission.connect("b", 0, 1000)).toBeUndefined();
    expect(admission.connect("a", 0, 1500)).toBeUndefined();
    expect(admission.connect("a", 0, 1500)).toBe("connects");
    const text = await metrics.registry.metrics();
    expect(text).toContain("goim_comet_admission_connects_total 2");
    expect(text).toContain("goim_comet_admission_address_total 1");
  });

  it("is forgotten when there are more than are remembered", async () => {
    const { admission, metrics } = setUp();
    times(100, (n) => admission.connect(`a${n}`, 0, 1000));
    expect(await metrics.registry.metrics()).toContain("goim_comet_admission_addresses 3");
  });
});

it("a user has so many connections", () => {
  const { admission } = setUp();
  expect([0, 1, 2].map((open) => admission.login(open))).toEqual([undefined, undefined, "user"]);
  expect(setUp({ perUser: 0 }).admission.login(1e6)).toBeUndefined();
});
