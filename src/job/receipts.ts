import type { Bus } from "../bus/bus.ts";
import { isGoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import type { JobStats } from "./stats.ts";
import type { Unit } from "./target.ts";

export interface ReceiptsDeps {
  readonly bus: Pick<Bus, "publish" | "subjects">;
  readonly stats: JobStats;
}

/** Two tokens after the prefix, nothing that NATS reads as more than a name. */
const tail = /^[^\s.*>]{1,250}\.[^\s.*>]{1,250}$/;

/** Tells whoever asked for it what became of entries. Best effort: nobody waits for ever. */
export class Receipts {
  readonly #deps: ReceiptsDeps;
  readonly #prefix: string;

  constructor(deps: ReceiptsDeps) {
    this.#deps = deps;
    this.#prefix = `${deps.bus.subjects.prefix}.receipt.`;
  }

  /** Job is done with the unit's entries for this user or key. */
  tell(target: string, unit: Unit): void {
    for (const { receipt, offset } of unit.entries) {
      if (receipt !== undefined) this.#tell(receipt, { target, offset, delivered: unit.handed });
    }
  }

  #tell(subject: string, receipt: { target: string; offset: number; delivered: number }): void {
    const { bus, stats } = this.#deps;
    // A push is no way to publish anywhere else in the system.
    if (!subject.startsWith(this.#prefix) || !tail.test(subject.slice(this.#prefix.length))) {
      stats.receiptsRefused++;
      return;
    }
    try {
      bus.publish(subject, goim.push.Receipt.encode(receipt).finish());
      stats.receipts++;
    } catch (error) {
      if (!isGoimError(error)) throw error;
      stats.receiptsFailed++;
    }
  }
}
