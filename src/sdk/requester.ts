import type { Packet } from "../protocol/frame.ts";
import { Alarm, type ClientClock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { GoimClientError } from "./errors.ts";

interface Ask {
  readonly op: number;
  readonly body: Uint8Array;
  readonly deadline: number;
  readonly late: Alarm;
  sent: boolean;
  resolve(packet: Packet): void;
  reject(error: GoimClientError): void;
}

/**
 * Requests that may be repeated: what is asked while there is no connection waits for one, and a
 * request that a connection took with it is asked again on the next, until its time is over.
 */
export class Requester {
  readonly #clock: ClientClock;
  readonly #timeoutMs: number;
  readonly #connection: () => Connection | undefined;
  readonly #asks = new Set<Ask>();

  constructor(clock: ClientClock, timeoutMs: number, connection: () => Connection | undefined) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#connection = connection;
  }

  request(op: number, body: Uint8Array): Promise<Packet> {
    return new Promise((resolve, reject) => {
      const deadline = this.#clock.monotonic() + this.#timeoutMs;
      const late = new Alarm(this.#clock);
      const ask: Ask = { op, body, deadline, late, sent: false, resolve, reject };
      this.#asks.add(ask);
      late.set(this.#timeoutMs, () => {
        this.#settle(ask, new GoimClientError("timeout", "no answer in time"));
      });
      this.#send(ask);
    });
  }

  online(): void {
    for (const ask of this.#asks) this.#send(ask);
  }

  offline(): void {
    for (const ask of this.#asks) ask.sent = false;
  }

  close(error: GoimClientError): void {
    for (const ask of [...this.#asks]) this.#settle(ask, error);
  }

  #send(ask: Ask): void {
    const connection = this.#connection();
    if (connection === undefined || ask.sent) return;
    if (connection.version === 1) {
      const text = "this server speaks version 1 only";
      this.#settle(ask, new GoimClientError("unsupported", text));
      return;
    }
    ask.sent = true;
    // Its own alarm is what ends it; this one only must not come first.
    connection.request(ask.op, ask.body, 2 * this.#timeoutMs, (outcome) => {
      if (outcome instanceof GoimClientError && outcome.code === "disconnected") return;
      this.#settle(ask, outcome);
    });
  }

  #settle(ask: Ask, outcome: Packet | GoimClientError): void {
    if (!this.#asks.delete(ask)) return;
    ask.late.clear();
    if (outcome instanceof GoimClientError) ask.reject(outcome);
    else ask.resolve(outcome);
  }
}
