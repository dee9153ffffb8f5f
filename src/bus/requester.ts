import { type Clock, systemClock, type Timer } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import { InFlight } from "../kit/in-flight.ts";
import type { Bus, BusMessage, Subscription } from "./bus.ts";
import { newInbox } from "./inbox.ts";

interface Pending {
  readonly subject: string;
  readonly timeoutMs: number;
  /** Monotonic milliseconds. */
  readonly deadlineAt: number;
  readonly take: (message: BusMessage) => void;
  readonly reject: (error: unknown) => void;
}

export interface AskOptions {
  /** Callers use few different ones: each has a timer of its own. */
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
}

type RequesterBus = Pick<Bus, "publish" | "subscribe" | "inboxPrefix">;

/** Status of an answer by the server: nobody listens on the subject. */
const NO_RESPONDERS = 503;

/** Requests over one inbox subscription; the answers come raw, with headers and status. */
export class Requester {
  readonly #bus: RequesterBus;
  readonly #clock: Clock;
  readonly #inbox: string;
  /** In the order in which they were sent: those with one timeout end in this order too. */
  readonly #pending = new InFlight<Pending>();
  /** By timeout, each set to the deadline of the oldest request that has it, or earlier. */
  readonly #timers = new Map<number, Timer>();
  #subscription: Subscription | undefined;
  #closed = false;

  constructor(bus: RequesterBus, clock: Clock = systemClock) {
    this.#bus = bus;
    this.#inbox = newInbox(bus);
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
    return new Promise((resolve, reject) => {
      this.#send(subject, data, options, { take: resolve, reject });
    });
  }

  /** What `read` makes of the answer: with one promise where a step after `ask` takes two. */
  askFor<T>(
    subject: string,
    data: Uint8Array,
    options: AskOptions,
    read: (reply: BusMessage, subject: string) => T,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const take = (reply: BusMessage) => {
        try {
          resolve(read(reply, subject));
        } catch (error) {
          reject(error);
        }
      };
      this.#send(subject, data, options, { take, reject });
    });
  }

  close(): void {
    this.#closed = true;
    this.#subscription?.unsubscribe();
    for (const timer of this.#timers.values()) this.#clock.clearTimeout(timer);
    this.#timers.clear();
    for (const [id, { reject }] of this.#pending) {
      this.#pending.take(id);
      reject(new GoimError("timeout", "closed before the answer came"));
    }
  }

  /** Throws when it was not sent. */
  #send(
    subject: string,
    data: Uint8Array,
    { timeoutMs, headers }: AskOptions,
    { take, reject }: Pick<Pending, "take" | "reject">,
  ): void {
    // Nobody would take the answer any more.
    if (this.#closed) throw new GoimError("unavailable", "closed");
    // Subscribed with the first request, so that whoever never asks costs the server nothing.
    this.#subscription ??= this.#bus.subscribe(`${this.#inbox}.*`, (reply) => this.#take(reply));
    const deadlineAt = this.#clock.monotonic() + timeoutMs;
    const id = this.#pending.add({ subject, timeoutMs, deadlineAt, take, reject });
    try {
      this.#bus.publish(subject, data, headers, `${this.#inbox}.${id}`);
    } catch (error) {
      this.#pending.take(id);
      throw error;
    }
    if (!this.#timers.has(timeoutMs)) this.#arm(timeoutMs, timeoutMs);
  }

  #arm(timeoutMs: number, delayMs: number): void {
    const timer = this.#clock.setTimeout(() => this.#expire(timeoutMs), delayMs);
    this.#timers.set(timeoutMs, timer);
  }

  /** A timer for each request would cost more than the request. */
  #expire(timeoutMs: number): void {
    this.#timers.delete(timeoutMs);
    const now = this.#clock.monotonic();
    for (const [id, pending] of this.#pending) {
      if (pending.timeoutMs !== timeoutMs) continue;
      const leftMs = pending.deadlineAt - now;
      if (leftMs > 0) {
        this.#arm(timeoutMs, leftMs);
        return;
      }
      this.#pending.take(id);
      const text = `no answer on ${pending.subject} within ${timeoutMs} ms`;
      pending.reject(new GoimError("timeout", text));
    }
  }

  #take(reply: BusMessage): void {
    const pending = this.#pending.take(Number(reply.subject.slice(this.#inbox.length + 1)));
    // Nobody waits any more: the answer came after the deadline.
    if (pending === undefined) return;
    if (reply.status === NO_RESPONDERS && reply.data.length === 0) {
      pending.reject(new GoimError("unavailable", `nobody listens on ${pending.subject}`));
    } else pending.take(reply);
  }
}
