import { createInbox } from "@nats-io/nats-core";
import { type Clock, systemClock, type Timer } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Bus, BusMessage, Subscription } from "./bus.ts";

interface Pending {
  readonly subject: string;
  readonly timer: Timer;
  readonly resolve: (message: BusMessage) => void;
  readonly reject: (error: GoimError) => void;
}

export interface AskOptions {
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Status of an answer by the server: nobody listens on the subject. */
const NO_RESPONDERS = 503;

/** Requests over one inbox subscription; the answers come raw, with headers and status. */
export class Requester {
  readonly #bus: Pick<Bus, "publish" | "subscribe">;
  readonly #clock: Clock;
  readonly #inbox = createInbox();
  readonly #pending = new Map<string, Pending>();
  #subscription: Subscription | undefined;
  #next = 0;
  #closed = false;

  constructor(bus: Pick<Bus, "publish" | "subscribe">, clock: Clock = systemClock) {
    this.#bus = bus;
    this.#clock = clock;
  }

  /** Requests that wait for their answer. */
  get pending(): number {
    return this.#pending.size;
  }

  /**
   * Resolves to the first answer. Fails with GoimError "unavailable" (not sent, or nobody listens),
   * "timeout" (sent, no answer; a lost connection ends like this too) or as `publish` does.
   */
  ask(subject: string, data: Uint8Array, options: AskOptions): Promise<BusMessage> {
    const token = (this.#next++).toString(36);
    return new Promise((resolve, reject) => {
      // Nobody would take the answer any more.
      if (this.#closed) throw new GoimError("unavailable", "closed");
      // Subscribed with the first request, so that whoever never asks costs the server nothing.
      this.#subscription ??= this.#bus.subscribe(`${this.#inbox}.*`, (reply) => this.#take(reply));
      this.#bus.publish(subject, data, options.headers, `${this.#inbox}.${token}`);
      const timer = this.#clock.setTimeout(() => {
        this.#pending.delete(token);
        const text = `no answer on ${subject} within ${options.timeoutMs} ms`;
        reject(new GoimError("timeout", text));
      }, options.timeoutMs);
      this.#pending.set(token, { subject, timer, resolve, reject });
    });
  }

  close(): void {
    this.#closed = true;
    this.#subscription?.unsubscribe();
    for (const { timer, reject } of this.#pending.values()) {
      this.#clock.clearTimeout(timer);
      reject(new GoimError("timeout", "closed before the answer came"));
    }
    this.#pending.clear();
  }

  #take(reply: BusMessage): void {
    const token = reply.subject.slice(this.#inbox.length + 1);
    const pending = this.#pending.get(token);
    // Nobody waits any more: the answer came after the deadline.
    if (pending === undefined) return;
    this.#pending.delete(token);
    this.#clock.clearTimeout(pending.timer);
    if (reply.status === NO_RESPONDERS && reply.data.length === 0) {
      pending.reject(new GoimError("unavailable", `nobody listens on ${pending.subject}`));
    } else pending.resolve(reply);
  }
}
