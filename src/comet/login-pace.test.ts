import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { LoginPace } from "./login-pace.ts";

function setUp(config: { busyRate?: number; waitingMax?: number } = {}) {
  const clock = new FakeClock();
  const state = { busy: true, takes: true };
  const admitted: number[] = [];
  const refused: number[] = [];
  const gone = new Set<number>();
  const pace = new LoginPace<number>(
    { busyRate: 1000, waitingMax: 1000, ...config },
    {
      busy: () => state.busy,
      wanted: (item) => !gone.has(item),
      admit: (item) => {
        if (state.takes) admitted.push(item);
        return state.takes;
      },
      onRefused: (item) => refused.push(item),
      clock,
    },
  );
  const storm = (count: number) => Array.from({ length: count }, (_, n) => pace.push(n));
  return { clock, state, admitted, refused, gone, pace, storm };
}

describe("LoginPace", () => {
  it("takes them as they come while nothing else is to be done", () => {
    const { state, storm, admitted, pace, clock } = setUp();
    state.busy = false;
    expect(storm(500).every((taken) => taken)).toBe(true);
    expect(admitted).toHaveLength(500);
    expect([pace.waiting, pace.paced, clock.pending]).toEqual([0, 0, 0]);
  });

  it("lets so many through per second while there is, in their order", () => {
    const { clock, storm, admitted, pace } = setUp();
    storm(600);
    const atOnce = admitted.length;
    expect(atOnce).toBeLessThanOrEqual(30);
    for (let ms = 0; ms < 500; ms += 10) clock.advance(10);
    expect(admitted.length - atOnce).toBeGreaterThanOrEqual(490);
    expect(admitted.length - atOnce).toBeLessThanOrEqual(510);
    for (let ms = 0; ms < 200; ms += 10) clock.advance(10);
    expect(admitted).toEqual(Array.from({ length: 600 }, (_, n) => n));
    expect([pace.waiting, clock.pending]).toEqual([0, 0]);
    expect(pace.paced).toBe(600 - atOnce);
  });

  it("does not let all in at once who waited, when there is nothing to be done any more", () => {
    const { clock, state, storm, admitted, pace } = setUp();
    storm(600);
    const before = admitted.length;
    state.busy = false;
    // Each takes half a millisecond.
    const start = clock.monotonic();
    clock.monotonic = () => start + (admitted.length - before) / 2;
    clock.advance(10);
    expect(admitted.length - before).toBeLessThanOrEqual(11);
    expect(admitted.length).toBeGreaterThan(before);
    for (let round = 0; round < 100; round++) clock.advance(10);
    expect([admitted.length, pace.waiting]).toEqual([600, 0]);
  });

  it("does not make up for rounds that came late", () => {
    const { clock, storm, admitted } = setUp();
    storm(600);
    const before = admitted.length;
    clock.advance(10);
    const round = admitted.length - before;
    expect(round).toBeLessThanOrEqual(10);
    const late = clock.monotonic() + 1000;
    clock.monotonic = () => late;
    clock.advance(10);
    expect(admitted.length - before).toBeLessThanOrEqual(round + 30);
  });

  it("lets everybody in once the rush of deliveries is over, the first ones first", () => {
    const { clock, state, storm, admitted, pace } = setUp();
    storm(600);
    state.busy = false;
    expect(pace.push(600)).toBe(true);
    clock.advance(10);
    expect(admitted).toEqual(Array.from({ length: 601 }, (_, n) => n));
  });

  it("refuses above its bound, and who cannot be taken when the turn comes", () => {
    const { clock, state, storm, admitted, refused } = setUp({ waitingMax: 50 });
    const taken = storm(100).filter((one) => one).length;
    expect(taken).toBe(50 + admitted.length);
    state.takes = false;
    clock.advance(10);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toBe(admitted.length);
  });

  it("gives no turn to who has gone, and stops", () => {
    const { clock, gone, storm, admitted, pace } = setUp({ busyRate: 100 });
    storm(20);
    const first = admitted.length;
    for (let item = first; item < 19; item++) gone.add(item);
    clock.advance(10);
    clock.advance(10);
    expect(admitted.at(-1)).toBe(19);
    storm(5);
    pace.stop();
    expect([pace.waiting, clock.pending]).toEqual([0, 0]);
  });
});
