import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { Fresh } from "./fresh.ts";

function create() {
  const clock = new FakeClock();
  const reads: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const read = () => new Promise<string>((resolve, reject) => reads.push({ resolve, reject }));
  return { clock, reads, fresh: new Fresh(read, 1000, clock) };
}

describe("Fresh", () => {
  it("reads once for all who ask meanwhile, and again when the value is old", async () => {
    const { clock, reads, fresh } = create();
    const both = [fresh.get(), fresh.get()];
    reads[0]?.resolve("one");
    expect(await Promise.all(both)).toEqual(["one", "one"]);
    clock.advance(999);
    expect(await fresh.get()).toBe("one");
    expect(reads).toHaveLength(1);
    clock.advance(1);
    const next = fresh.get();
    reads[1]?.resolve("two");
    expect(await next).toBe("two");
  });

  it("does not keep a failure", async () => {
    const { reads, fresh } = create();
    const first = fresh.get();
    reads[0]?.reject(new Error("away"));
    await expect(first).rejects.toThrow("away");
    const second = fresh.get();
    reads[1]?.resolve("back");
    expect(await second).toBe("back");
  });

  it("does not keep what a read tells that began before it was told to forget", async () => {
    const { reads, fresh } = create();
    const before = fresh.get();
    fresh.forget();
    const after = fresh.get();
    reads[0]?.resolve("old");
    reads[1]?.resolve("new");
    expect([await before, await after]).toEqual(["old", "new"]);
    expect(await fresh.get()).toBe("new");
    expect(reads).toHaveLength(2);
  });
});
