/** What job tells about pushes to users and keys: to how many connections each was handed. */
import type { Bus, Subscription } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { goim } from "../protocol/gen/messages.js";
import { Deadline } from "./wait-places.ts";

export interface ExpectedReceipts {
  /** Where job is to tell it. */
  readonly subject: string;
  /** Connections by target, as soon as all are told or the time is over. */
  wait(timeMs: number): Promise<ReadonlyMap<string, number>>;
  /** Nobody waits any more; to be called in any case. */
  end(): void;
}

interface Waiter {
  readonly targets: ReadonlySet<string>;
  readonly told: Map<string, number>;
  readonly deadline: Deadline;
}

export interface ReceiptsDeps {
  readonly bus: Pick<Bus, "subjects" | "subscribe">;
  /** Names this process in subjects; no other has the same. */
  readonly id: string;
  readonly clock: Clock;
}

export class Receipts {
  readonly #deps: ReceiptsDeps;
  readonly #waiters = new Map<string, Waiter>();
  #subscription: Subscription | undefined;
  #next = 0;
  #received = 0;

  constructor(deps: ReceiptsDeps) {
    this.#deps = deps;
  }

  get received(): number {
    return this.#received;
  }

  /** To be called before the push is stored: job may be quicker than the answer of JetStream. */
  expect(targets: readonly string[]): ExpectedReceipts {
    const { bus, id, clock } = this.#deps;
    const filter = bus.subjects.receiptFilter(id);
    this.#subscription ??= bus.subscribe(filter, ({ subject, data }) => this.#take(subject, data));
    const subject = bus.subjects.receipt(id, (this.#next++).toString(36));
    const deadline = new Deadline(clock);
    const told = new Map<string, number>();
    this.#waiters.set(subject, { targets: new Set(targets), told, deadline });
    return {
      subject,
      wait: async (timeMs) => {
        await deadline.wait(timeMs);
        return told;
      },
      end: () => {
        deadline.over();
        this.#waiters.delete(subject);
      },
    };
  }

  /** Lets everybody go with what is known. */
  stop(): void {
    for (const { deadline } of this.#waiters.values()) deadline.over();
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  #take(subject: string, data: Uint8Array): void {
    const waiter = this.#waiters.get(subject);
    // Nobody waits any more: the time was over.
    if (waiter === undefined) return;
    const receipt = decode(data);
    if (receipt === undefined || !waiter.targets.has(receipt.target)) return;
    this.#received++;
    // A job that took a shard over may tell it again, and then knows less.
    if (waiter.told.has(receipt.target)) return;
    waiter.told.set(receipt.target, receipt.delivered);
    if (waiter.told.size === waiter.targets.size) waiter.deadline.over();
  }
}

function decode(data: Uint8Array): goim.push.Receipt | undefined {
  try {
    return goim.push.Receipt.decode(data);
  } catch {
    return undefined;
  }
}
