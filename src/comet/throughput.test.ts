import { expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { Throughput } from "./throughput.ts";

it("tells how much came per second of late, and nothing after a pause", () => {
  const clock = new FakeClock();
  const throughput = new Throughput(clock);
  let count = 0;
  const grow = (seconds: number, perSecond: number) => {
    for (let ms = 0; ms < seconds * 1000; ms += 100) {
      throughput.note(count);
      count += perSecond / 10;
      clock.advance(100);
    }
  };
  expect(throughput.perSecond).toBe(0);
  grow(3, 500);
  expect(throughput.perSecond).toBe(500);
  grow(3, 20);
  expect(throughput.perSecond).toBe(20);
  clock.advance(3000);
  expect(throughput.perSecond).toBe(0);
  // What came while nobody looked is no rate.
  count += 1_000_000;
  throughput.note(count);
  expect(throughput.perSecond).toBe(0);
  grow(2.1, 300);
  expect(throughput.perSecond).toBe(300);
});
