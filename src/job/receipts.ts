import type { Bus } from "../bus/bus.ts";
import { isGoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import type { JobStats } from "./stats.ts";
import type { Unit } from "./target.ts";

export interface ReceiptsDeps {
  readonly bus: Pick<Bus, "publish" | "subjects">;
  readonly stats: JobStats;
}

/** Tells whoever asked for it what became of entries. Best effort: nobody waits for ever. */
export class Receipts {
  readonly #deps: ReceiptsDeps;

  constructor(deps: ReceiptsDeps) {
    this.#deps = deps;
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
    if (!bus.subjects.isReceipt(subject)) {
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
