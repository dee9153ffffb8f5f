import { describe, expect, it } from "vitest";
import { Semaphore } from "./semaphore.ts";

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("Semaphore", () => {
  it("runs at most its limit at once, the others in their order", async () => {
    const semaphore = new Semaphore(2);
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const tasks = [0, 1, 2, 3].map((n) =>
      semaphore.run(async () => {
        started.push(n);
        await new Promise<void>((resolve) => {
          finish[n] = resolve;
        });
        return n;
      }),
    );
    await settle();
    expect([started, semaphore.waiting]).toEqual([[0, 1], 2]);
    finish[1]?.();
    await settle();
    expect([started, semaphore.waiting]).toEqual([[0, 1, 2], 1]);
    finish[0]?.();
    await settle();
    for (const done of finish) done();
    expect(await Promise.all(tasks)).toEqual([0, 1, 2, 3]);
    expect(semaphore.waiting).toBe(0);
  });

  it("frees the place of a task that failed", async () => {
    const semaphore = new Semaphore(1);
    const failing = semaphore.run(() => Promise.reject(new Error("no")));
    const next = semaphore.run(async () => "yes");
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("yes");
    expect(await semaphore.run(async () => "again")).toBe("again");
  });
});
