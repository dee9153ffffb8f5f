import { type Clock, systemClock, type Timer } from "../kit/clock.ts";
import { GoimError, isGoimError } from "../kit/errors.ts";
import { InFlight } from "../kit/in-flight.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { Ack, AckPublisher, Bus, BusMessage } from "./bus.ts";
import { newInbox } from "./inbox.ts";
import { isJetStreamError, JetStreamError, jsErrors, parseAck } from "./js-api.ts";
import { DEDUPE_WINDOW_MS } from "./stream-config.ts";

export interface AckPublisherOptions {
  readonly clock?: Clock;
  readonly metrics?: Metrics;
  /** Messages not yet acknowledged; one more is "busy". Default 16,384. */
  readonly maxMessages?: number;
  /** Their bytes; default 64 MiB. */
  readonly maxBytes?: number;
  /** A publish without an ack for this long is sent again with the same id. Default 2 s. */
  readonly retryAfterMs?: number;
  /** After this a publish whose fate is unknown fails with "timeout". Default 20 s. */
  readonly deadlineMs?: number;
}

interface Pending {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly deadlineAt: number;
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: unknown) => void;
  retryAt: number;
  attempts: number;
}

const SWEEP_MS = 100;
/**
 * Retries end this long before the server forgets the id, which it counts from the first arrival.
 */
const MARGIN_MS = 30_000;
const NO_RESPONDERS = 503;

/**
 * Stores messages and resolves with their acknowledgements, over one inbox. A message is sent again
 * with the same `Nats-Msg-Id` while its fate is unknown, so it is in the stream at most once; the
 * retries end before JetStream forgets ids. Messages that are sent again may come after later ones.
 */
export function createAckPublisher(bus: Bus, options: AckPublisherOptions = {}): AckPublisher {
  return new Publisher(bus, options);
}

class Publisher implements AckPublisher {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #retryAfterMs: number;
  readonly #deadlineMs: number;
  readonly #inbox: string;
  readonly #pending = new InFlight<Pending>();
  readonly #end: () => void;
  #bytes = 0;
  #sweeper: Timer | undefined;
  #closed = false;
  #idle: (() => void)[] = [];
  #acks = 0;
  #retries = 0;
  #duplicates = 0;
  #failures = 0;
  #refused = 0;

  constructor(bus: Bus, options: AckPublisherOptions) {
    this.#bus = bus;
    this.#inbox = newInbox(bus);
    this.#clock = options.clock ?? systemClock;
    this.#maxMessages = options.maxMessages ?? 16_384;
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    this.#retryAfterMs = options.retryAfterMs ?? 2_000;
    this.#deadlineMs = options.deadlineMs ?? 20_000;
    if (this.#deadlineMs > DEDUPE_WINDOW_MS - MARGIN_MS) {
      const limit = DEDUPE_WINDOW_MS - MARGIN_MS;
      throw new GoimError("invalid", `deadlineMs is at most ${limit}, before ids are forgotten`);
    }
    const subscription = bus.subscribe(`${this.#inbox}.*`, (reply) => this.#take(reply));
    const unlisten = bus.onStatus((status) => {
      if (status === "up") this.#retryAllNow();
    });
    this.#end = () => {
      subscription.unsubscribe();
      unlisten();
    };
    if (options.metrics !== undefined) this.#register(options.metrics);
  }

  get pending(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#pending.size, bytes: this.#bytes };
  }

  publish(
    subject: string,
    data: Uint8Array,
    options: { id: string; headers?: Readonly<Record<string, string>> },
  ): Promise<Ack> {
    if (this.#closed) return Promise.reject(new GoimError("unavailable", "closing"));
    if (this.#pending.size >= this.#maxMessages || this.#bytes + data.length > this.#maxBytes) {
      this.#refused++;
      const text = `${this.#pending.size} messages wait for their acknowledgement`;
      return Promise.reject(new GoimError("busy", text));
    }
    return new Promise((resolve, reject) => {
      const now = this.#clock.monotonic();
      const pending: Pending = {
        subject,
        data,
        headers: { ...options.headers, "Nats-Msg-Id": options.id },
        bytes: data.length,
        deadlineAt: now + this.#deadlineMs,
        retryAt: now + this.#retryAfterMs,
        attempts: 0,
        resolve,
        reject,
      };
      const id = this.#pending.add(pending);
      try {
        this.#send(id, pending);
      } catch (error) {
        // It was not sent: then nothing is pending, and the caller knows.
        this.#pending.take(id);
        throw error;
      }
      this.#bytes += pending.bytes;
      this.#schedule();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#pending.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#end();
  }

  #send(id: number, pending: Pending): void {
    const reply = `${this.#inbox}.${id}`;
    this.#bus.publish(pending.subject, pending.data, pending.headers, reply);
    pending.attempts++;
  }

  #take(reply: BusMessage): void {
    const id = Number(reply.subject.slice(this.#inbox.length + 1));
    const pending = this.#pending.get(id);
    // The answer to an earlier try of a message that is acknowledged or given up.
    if (pending === undefined) return;
    try {
      const ack = ackOf(reply, pending.subject);
      this.#remove(id, pending);
      this.#acks++;
      if (ack.duplicate) this.#duplicates++;
      pending.resolve(ack);
    } catch (error) {
      // After a try without an answer a refusal says nothing about that try: asked again.
      if (pending.attempts > 1 && isRefusal(error)) return;
      // Another try or another process is storing this id: the answer to the next try tells.
      if (isJetStreamError(error, jsErrors.idInProcess)) return;
      this.#fail(id, pending, error);
    }
  }

  #fail(id: number, pending: Pending, error: unknown): void {
    this.#remove(id, pending);
    this.#failures++;
    pending.reject(error);
  }

  #remove(id: number, pending: Pending): void {
    this.#pending.take(id);
    this.#bytes -= pending.bytes;
    if (this.#pending.size > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle = [];
  }

  #schedule(): void {
    if (this.#sweeper !== undefined || this.#pending.size === 0) return;
    this.#sweeper = this.#clock.setTimeout(() => {
      this.#sweeper = undefined;
      this.#sweep();
      this.#schedule();
    }, SWEEP_MS);
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    let sending = this.#bus.connected;
    for (const [id, pending] of this.#pending) {
      if (now >= pending.deadlineAt) {
        const text = `no acknowledgement within ${this.#deadlineMs} ms: stored or not is unknown`;
        this.#fail(id, pending, new GoimError("timeout", text));
      } else if (sending && now >= pending.retryAt) sending = this.#retry(id, pending, now);
    }
  }

  #retryAllNow(): void {
    const now = this.#clock.monotonic();
    for (const [id, pending] of this.#pending) {
      if (now < pending.deadlineAt && !this.#retry(id, pending, now)) return;
    }
  }

  /** False when nothing can be sent now; the next sweep or the reconnect comes back to it. */
  #retry(id: number, pending: Pending, now: number): boolean {
    try {
      this.#send(id, pending);
    } catch {
      return false;
    }
    this.#retries++;
    pending.retryAt = now + this.#retryAfterMs;
    return true;
  }

  #register(metrics: Metrics): void {
    metrics.levelOf("publish_pending_messages", "Stream publishes without an ack", () => {
      return this.#pending.size;
    });
    metrics.levelOf("publish_pending_bytes", "Their bytes", () => this.#bytes);
    metrics.countOf("publish_acks_total", "Stream publishes stored", () => this.#acks);
    metrics.countOf("publish_retries_total", "Stream publishes sent again", () => this.#retries);
    metrics.countOf("publish_duplicates_total", "Publishes the stream had already", () => {
      return this.#duplicates;
    });
    metrics.countOf("publish_failures_total", "Publishes that failed", () => this.#failures);
    metrics.countOf("publish_refused_total", "Publishes over the bound", () => this.#refused);
  }
}

/** Nothing was stored by this try, and a later one may be taken. */
function isRefusal(error: unknown): boolean {
  return isGoimError(error, "unavailable") || isGoimError(error, "busy");
}

function ackOf(reply: BusMessage, subject: string): Ack {
  if (reply.status === NO_RESPONDERS) {
    throw new GoimError("unavailable", `no stream takes ${subject}`);
  }
  const ack = parseAck(reply.data, subject);
  if (typeof ack.seq !== "number") {
    throw new JetStreamError(
      { code: 500, err_code: 0, description: "an answer that is no acknowledgement" },
      subject,
    );
  }
  return { sequence: ack.seq, duplicate: ack.duplicate === true };
}
