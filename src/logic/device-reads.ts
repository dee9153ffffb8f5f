import type { Clock } from "../kit/clock.ts";
import type { CursorStore, DeviceCursor } from "../store/cursors.ts";

interface Batch {
  readonly mids: string[];
  readonly answer: Promise<DeviceCursor[][]>;
}

/** Reads the devices of users; what is asked for in one turn is one question to the store. */
export class DeviceReads {
  readonly #cursors: Pick<CursorStore, "devices">;
  readonly #clock: Clock;
  readonly #open = new Map<string, Batch>();

  constructor(cursors: Pick<CursorStore, "devices">, clock: Clock) {
    this.#cursors = cursors;
    this.#clock = clock;
  }

  /** Fails as the store does. */
  async of(epoch: string, mid: string): Promise<DeviceCursor[]> {
    let batch = this.#open.get(epoch);
    if (batch === undefined) {
      batch = this.#begin(epoch);
      this.#open.set(epoch, batch);
    }
    const at = batch.mids.push(mid) - 1;
    return (await batch.answer)[at] ?? [];
  }

  #begin(epoch: string): Batch {
    const mids: string[] = [];
    const answer = new Promise<DeviceCursor[][]>((resolve, reject) => {
      this.#clock.yield(() => {
        this.#open.delete(epoch);
        this.#cursors.devices(epoch, mids).then(resolve, reject);
      });
    });
    return { mids, answer };
  }
}
