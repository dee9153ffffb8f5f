/** Waiting until a device has acknowledged a push to its user. */
import type { Bus, Subscription } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { CursorStore } from "../store/cursors.ts";
import { DeviceReads } from "./device-reads.ts";
import { Deadline } from "./wait-places.ts";

/** A stored push, as far as a wait needs to know it. */
export interface StoredAt {
  readonly epoch: string;
  readonly offset: number;
  /** It was there before, so that devices may have had it for long. */
  readonly duplicate: boolean;
}

export interface ExpectedAcks {
  /**
   * Devices that have acknowledged it: as soon as there is one, and none when the time is over.
   */
  wait(stored: StoredAt, timeMs: number): Promise<readonly string[]>;
  /** Nobody waits any more; to be called in any case. */
  end(): void;
}

export interface AckWaitsDeps {
  readonly bus: Pick<Bus, "subjects" | "subscribe">;
  readonly cursors: Pick<CursorStore, "devices">;
  readonly clock: Clock;
  readonly log: Log;
}

interface Note {
  readonly device: string;
  readonly epoch: string;
  readonly acked: number;
}

interface Listened {
  readonly subscription: Subscription;
  readonly listeners: Set<(note: Note) => void>;
}

/** Notes kept for one push until it is known where it is stored: devices of one user. */
const NOTES_MAX = 256;

export class AckWaits {
  readonly #deps: AckWaitsDeps;
  readonly #mids = new Map<string, Listened>();
  readonly #deadlines = new Set<Deadline>();
  /** The deadlines of one call end together, and then are one question. */
  readonly #reads: DeviceReads;

  constructor(deps: AckWaitsDeps) {
    this.#deps = deps;
    this.#reads = new DeviceReads(deps.cursors, deps.clock);
  }

  /** To be called before the push is stored: a device may be quicker than the answer to it. */
  expect(mid: string): ExpectedAcks {
    const deadline = new Deadline(this.#deps.clock);
    const newest = new Map<string, Note>();
    let stored: StoredAt | undefined;
    const reached = () => {
      const { epoch, offset } = stored ?? { epoch: "", offset: 0 };
      const notes = stored === undefined ? [] : [...newest.values()];
      return notes
        .filter((note) => note.epoch === epoch && note.acked >= offset)
        .map(({ device }) => device);
    };
    const listener = (note: Note) => {
      const known = newest.get(note.device);
      if (known === undefined && newest.size >= NOTES_MAX) return;
      // Notes of several logics may come in any order.
      if (known?.epoch === note.epoch && known.acked >= note.acked) return;
      newest.set(note.device, note);
      if (reached().length > 0) deadline.over();
    };
    this.#listen(mid, listener);
    this.#deadlines.add(deadline);
    return {
      wait: async (at, timeMs) => {
        stored = at;
        if (at.duplicate) {
          const before = await this.#read(mid, at);
          if (before.length > 0) return before;
        }
        if (reached().length === 0) await deadline.wait(timeMs);
        const devices = reached();
        // Notes are hints: one may have been lost, the cursor is not.
        return devices.length > 0 ? devices : this.#read(mid, at);
      },
      end: () => {
        deadline.over();
        this.#deadlines.delete(deadline);
        this.#unlisten(mid, listener);
      },
    };
  }

  /** Lets everybody go with what is known. */
  stop(): void {
    for (const deadline of this.#deadlines) deadline.over();
  }

  #listen(mid: string, listener: (note: Note) => void): void {
    let listened = this.#mids.get(mid);
    if (listened === undefined) {
      const { bus } = this.#deps;
      const listeners = new Set<(note: Note) => void>();
      const subscription = bus.subscribe(bus.subjects.acked(mid), ({ data }) => {
        const note = decode(data);
        if (note === undefined) return;
        for (const one of [...listeners]) one(note);
      });
      listened = { subscription, listeners };
      this.#mids.set(mid, listened);
    }
    listened.listeners.add(listener);
  }

  #unlisten(mid: string, listener: (note: Note) => void): void {
    const listened = this.#mids.get(mid);
    if (listened === undefined) return;
    listened.listeners.delete(listener);
    if (listened.listeners.size > 0) return;
    listened.subscription.unsubscribe();
    this.#mids.delete(mid);
  }

  /** Devices whose cursor has reached it; none when the store does not say. */
  async #read(mid: string, { epoch, offset }: StoredAt): Promise<string[]> {
    try {
      const devices = await this.#reads.of(epoch, mid);
      return devices.filter(({ acked }) => acked >= offset).map(({ device }) => device);
    } catch (error) {
      if (!isGoimError(error)) throw error;
      this.#deps.log.debug({ error: messageOf(error) }, "cursors of a wait could not be read");
      return [];
    }
  }
}

function decode(data: Uint8Array): Note | undefined {
  try {
    const { device, epoch, acked } = goim.logic.AckReq.decode(data);
    return { device, epoch, acked: toNumber(acked) };
  } catch {
    return undefined;
  }
}
