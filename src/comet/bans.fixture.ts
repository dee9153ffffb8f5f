import { encodeRecall, type Recall, Recalls } from "../bus/recalls.ts";
import type { Bans } from "./joins.ts";

/** What is recalled, and whether this comet knows all of it, as a test says. */
export class FakeBans implements Bans {
  readonly recalls = new Recalls();
  /** Times that it had to be asked. */
  asked = 0;
  #known = true;
  #asking: { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void }[] = [];

  check(): void {}

  readonly current = (): Promise<void> | undefined => {
    if (this.#known) return undefined;
    const [asking] = this.#asking;
    if (asking !== undefined) return asking.promise;
    this.asked++;
    let [resolve, reject]: [() => void, (error: Error) => void] = [() => {}, () => {}];
    const promise = new Promise<void>((one, other) => {
      [resolve, reject] = [one, other];
    });
    this.#asking.push({ promise, resolve, reject });
    return promise;
  };

  /** The process stood still: what was recalled meanwhile is not known. */
  stoodStill(): void {
    this.#known = false;
  }

  /** It is known again, with this. */
  learn(...recalls: readonly Partial<Recall>[]): void {
    const base = { log: "room", target: "", epoch: "e1", below: 2 ** 50 } as const;
    for (const recall of recalls) {
      const whole = { ...base, reason: "", actor: "", at: 0, ...recall };
      this.recalls.set(`k${this.recalls.size}`, encodeRecall(whole));
    }
    this.#known = true;
    for (const { resolve } of this.#asking.splice(0)) resolve();
  }

  fail(error: Error): void {
    for (const { reject } of this.#asking.splice(0)) reject(error);
  }
}
