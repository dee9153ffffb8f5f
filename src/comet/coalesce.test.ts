import { describe, expect, it } from "vitest";
import { createCoalesce, type Gathered } from "./coalesce.ts";

const config = {
  coalesce: "load" as const,
  signal: 1000,
  batch: 20,
  flushBytes: 65_536,
};

/** 20 microseconds of distance a member. */
const pace = { intervalMs: (members: number) => members * 0.02 };

function gathered(over: Partial<Gathered>): Gathered {
  return { members: 1, entries: 1, bytes: 10, firstAt: 5000, lastFlushAt: -Infinity, ...over };
}

describe('coalesce = "load"', () => {
  const due = createCoalesce(config, pace);

  it("hands out at once when the last flush is long ago, whatever the size of the room", () => {
    expect(due(gathered({ members: 100_000 }))).toBeLessThanOrEqual(5000);
    expect(due(gathered({ members: 5000, lastFlushAt: 4000 }))).toBeLessThanOrEqual(5000);
  });

  it("never makes a small room wait", () => {
    expect(due(gathered({ members: 49, lastFlushAt: 5000 }))).toBeLessThanOrEqual(5000);
  });

  it("keeps 100 ms between the flushes of 5,000 members", () => {
    expect(due(gathered({ members: 5000, lastFlushAt: 4999 }))).toBe(5099);
  });

  it("lets no message wait longer than signal", () => {
    expect(due(gathered({ members: 1_000_000, lastFlushAt: 4999 }))).toBe(6000);
  });

  it("does not wait with a full flush", () => {
    const full = gathered({ members: 5000, lastFlushAt: 5000, bytes: 65_536 });
    expect(due(full)).toBeLessThanOrEqual(5000);
  });
});

describe('coalesce = "fixed", goim\'s rule', () => {
  const due = createCoalesce({ ...config, coalesce: "fixed" }, pace);

  it("waits for signal after the first message, also in a quiet room", () => {
    expect(due(gathered({}))).toBe(6000);
  });

  it("ends the wait with the batch's last message or with a full flush", () => {
    expect(due(gathered({ entries: 19 }))).toBe(6000);
    expect(due(gathered({ entries: 20 }))).toBeLessThanOrEqual(5000);
    expect(due(gathered({ bytes: 65_536 }))).toBeLessThanOrEqual(5000);
  });
});
