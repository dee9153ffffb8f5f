import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { indexOf, sequenceOf } from "../protocol/offset.ts";
import { codeOf, setup } from "./publish.fixture.ts";

describe("pushes of one turn of the event loop", () => {
  it("go at its end, as one message per subject", async () => {
    const clock = new FakeClock();
    const { push, flights } = setup({}, 1 << 20, clock);
    const offsets = [push("a"), push("b"), push("c", "room.2"), push("d")];
    expect(flights).toEqual([]);
    clock.runYielded();
    expect(flights.map(({ bodies }) => bodies)).toEqual([["a", "b", "d"], ["c"]]);
    await flights[0]?.ack(5);
    await flights[1]?.ack(6);
    const stored = await Promise.all(offsets);
    expect(stored.map(({ offset }) => [sequenceOf(offset), indexOf(offset)])).toEqual([
      [5, 0],
      [5, 1],
      [6, 0],
      [5, 2],
    ]);
  });

  it("wait for acks at the bounds, and go at the end of the turn that brought them", async () => {
    const clock = new FakeClock();
    const { push, flights } = setup({ window: 1, perSubject: 1 }, 1 << 20, clock);
    const stored = [push("a")];
    clock.runYielded();
    stored.push(push("b"), push("c", "room.2"));
    clock.runYielded();
    expect(flights).toHaveLength(1);
    for (const at of [0, 1, 2]) {
      await flights[at]?.ack(at + 1);
      expect(flights).toHaveLength(at + 1);
      clock.runYielded();
    }
    expect(flights.map(({ bodies }) => bodies)).toEqual([["a"], ["c"], ["b"]]);
    await Promise.all(stored);
  });

  it("fail at once when NATS goes away before its end", async () => {
    const clock = new FakeClock();
    const { push, flights, status } = setup({}, 1 << 20, clock);
    const lost = codeOf(push("a"));
    status("down");
    clock.runYielded();
    expect(await lost).toBe("unavailable");
    expect(flights).toEqual([]);
  });
});
