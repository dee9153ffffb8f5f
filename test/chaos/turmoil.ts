import { setTimeout as sleep } from "node:timers/promises";
import { createFault, type Fault, type World } from "./faults.ts";
import type { Planned } from "./schedule.ts";

/** A fault that happened; times are `performance.now()`, `to` 0 while it lasts. */
export interface Happened {
  readonly name: string;
  readonly target: string;
  readonly from: number;
  to: number;
}

/** Lets planned faults happen and heals each after its time. */
export class Turmoil {
  readonly happened: Happened[] = [];
  /** What went wrong with the faults themselves. */
  readonly failures: string[] = [];
  readonly #world: World;
  readonly #seed: number;
  readonly #say: (line: string) => void;
  /** What is done to a target comes one after the other. */
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(world: World, seed: number, say: (line: string) => void) {
    this.#world = world;
    this.#seed = seed;
    this.#say = say;
  }

  /** Whether nothing happens to it, or is being undone, just now. */
  isQuiet(target: string): boolean {
    return !this.#lanes.has(target);
  }

  get stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Resolves when all have happened and everything is healed. */
  async run(planned: readonly Planned[]): Promise<void> {
    const startedAt = performance.now();
    const { signal } = this.#stopping;
    for (const one of planned) {
      const wait = startedAt + one.at - performance.now();
      await sleep(Math.max(0, wait), undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      this.#queue(one);
    }
    while (this.#lanes.size > 0) await Promise.all(this.#lanes.values());
  }

  /** No more faults; those that last are healed at once. */
  stop(): void {
    this.#stopping.abort();
  }

  #queue(planned: Planned): void {
    const { target } = planned;
    const before = this.#lanes.get(target) ?? Promise.resolve();
    const lane = before.then(() => this.#happen(planned));
    this.#lanes.set(target, lane);
    void lane.then(() => {
      if (this.#lanes.get(target) === lane) this.#lanes.delete(target);
    });
  }

  async #happen(planned: Planned): Promise<void> {
    const { name, target, forMs } = planned;
    const fault = createFault(planned, this.#world, this.#seed);
    const record: Happened = { name, target, from: performance.now(), to: 0 };
    this.happened.push(record);
    this.#say(`${name} ${target} for ${forMs} ms`);
    await this.#safely(fault, "inject");
    await sleep(forMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
    await this.#safely(fault, "heal");
    record.to = performance.now();
  }

  async #safely(fault: Fault, step: "inject" | "heal"): Promise<void> {
    try {
      await fault[step]();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.failures.push(`${step} ${fault.name}: ${text}`);
    }
  }
}
