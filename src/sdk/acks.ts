import { Alarm, type ClientClock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { GoimClientError } from "./errors.ts";

export interface AcksOptions {
  readonly clock: ClientClock;
  /** Acknowledgements are gathered for this long, ms. */
  readonly delayMs: number;
  readonly timeoutMs: number;
}

/** After one that was not stored, ms. */
const AGAIN_MS = 1_000;

/** Tells the server how far the user's log is done with: gathered, one at a time, cumulative. */
export class Acks {
  readonly #options: AcksOptions;
  readonly #connection: () => Connection | undefined;
  readonly #floor: () => number;
  readonly #onStored: (offset: number) => void;
  readonly #due: Alarm;
  /** Highest offset this connection was sent: an acknowledgement above it would be refused. */
  #sent = 0;
  /** What the server has, or has on the way. */
  #stored = 0;
  #inFlight = false;

  constructor(
    options: AcksOptions,
    deps: {
      connection: () => Connection | undefined;
      floor: () => number;
      onStored: (offset: number) => void;
    },
  ) {
    this.#options = options;
    this.#connection = deps.connection;
    this.#floor = deps.floor;
    this.#onStored = deps.onStored;
    this.#due = new Alarm(options.clock);
  }

  /** A login, or another life of the log. */
  start(cursor: number): void {
    this.#due.clear();
    this.#sent = 0;
    this.#stored = cursor;
    this.#inFlight = false;
  }

  /** The connection was sent the message at `offset`. */
  sent(offset: number): void {
    this.#sent = Math.max(this.#sent, offset);
    this.changed();
  }

  /** The floor may have moved. */
  changed(): void {
    if (this.#inFlight || this.#due.isSet || this.#target() <= this.#stored) return;
    this.#due.set(this.#options.delayMs, () => this.flush());
  }

  /** Sends what is due now. */
  flush(): void {
    this.#due.clear();
    const connection = this.#connection();
    const target = this.#target();
    if (connection?.version !== 2 || this.#inFlight || target <= this.#stored) return;
    this.#inFlight = true;
    connection.acknowledge(target, this.#options.timeoutMs, (outcome) => {
      if (this.#connection() !== connection) return;
      this.#inFlight = false;
      if (outcome instanceof GoimClientError) {
        this.#due.set(AGAIN_MS, () => this.flush());
        return;
      }
      this.#stored = Math.max(this.#stored, target);
      this.#onStored(target);
      this.changed();
    });
  }

  offline(): void {
    this.#due.clear();
    this.#inFlight = false;
  }

  #target(): number {
    return Math.min(this.#floor(), this.#sent);
  }
}
