import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { silentLog } from "../kit/log.ts";
import { SampledLog } from "./sampled-log.ts";

describe("SampledLog", () => {
  it("writes so many lines a second and says how many it left out", () => {
    const clock = new FakeClock();
    const lines: unknown[] = [];
    const log = Object.assign(Object.create(silentLog), {
      info: (fields: unknown) => lines.push(fields),
    });
    const sampled = new SampledLog({ perSecondMax: 2 }, { log, clock });
    for (let line = 0; line < 5; line++) sampled.info({ line }, "closed");
    clock.advance(1000);
    sampled.info({ line: 5 }, "closed");
    sampled.info({ line: 6 }, "closed");
    expect(lines).toEqual([{ line: 0 }, { line: 1 }, { line: 5, leftOut: 3 }, { line: 6 }]);
  });
});
