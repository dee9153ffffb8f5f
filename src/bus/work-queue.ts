import type { ConsumerConfig, ConsumerInfo } from "@nats-io/jetstream";
import type { Clock, Timer } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Bus, BusMessage, BusSubscription, StoredWithHeaders } from "./bus.ts";
import { newInbox } from "./inbox.ts";
import { JsApi } from "./js-api.ts";
import { positionOf } from "./ordered-feed.ts";

/** A message that somebody has to deal with. */
export interface Task extends StoredWithHeaders {
  /** 1 at the first delivery; more when it was not finished, also by another process. */
  readonly attempt: number;
}

export interface WorkQueueOptions {
  readonly stream: string;
  /** Name of the consumer on the server: all processes with this name share the work. */
  readonly name: string;
  readonly filters: readonly string[];
  /** Tasks in this process at once. */
  readonly inFlightMax: number;
  /** After it the server gives a task to somebody else, ms; longer than `handle` ever takes. */
  readonly ackWaitMs: number;
  /** Resolves when the task is done with; to milliseconds when it is to come again after them. */
  readonly handle: (task: Task) => Promise<number | undefined>;
}

export interface WorkQueueDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

const PULL_EXPIRES_MS = 5_000;
/** A pull without any sign of its end for this long is forgotten. */
const SILENCE_MS = 15_000;
const RETRY_MS = 500;
const COMPLAIN_MS = 5_000;
/** Tasks of all processes together that may be unfinished. */
const UNFINISHED_MAX = 10_000;

const nanos = (ms: number) => ms * 1_000_000;
const encoder = new TextEncoder();

/**
 * Work divided over processes: a durable consumer of a stream, each message given to one of them
 * and again to one until it is done with. What is not finished survives every process.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #deps: WorkQueueDeps;
  readonly #api: JsApi;
  readonly #inbox: string;
  #subscription: BusSubscription | undefined;
  #unlisten = () => {};
  #timer: Timer | undefined;
  #stopped = false;
  #opened = false;
  /** The consumer was there once: made anew, it must not leave out what came meanwhile. */
  #known = false;
  #asked = 0;
  #askedAt = 0;
  #waiting = 0;
  readonly #running = new Set<Promise<void>>();
  #complainedAt = Number.NEGATIVE_INFINITY;

  constructor(options: WorkQueueOptions, deps: WorkQueueDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#inbox = newInbox(deps.bus);
    this.#api = new JsApi(deps.bus, { clock: deps.clock });
  }

  /** Tasks in work here. */
  get inFlight(): number {
    return this.#running.size;
  }

  /** Tasks that nobody has yet, as the server told last. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Does not wait for NATS. */
  start(): void {
    const { bus } = this.#deps;
    this.#subscription = bus.subscribe(this.#inbox, (message) => this.#take(message));
    this.#unlisten = bus.onStatus((status) => {
      if (status === "up") void this.#open();
      else this.#opened = false;
    });
    void this.#open();
  }

  /** Takes no more; resolves when what is in work is finished. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unlisten();
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    // What is on its way to here is handed over, and given back, or it would wait for its time.
    await this.#subscription?.drain();
    await Promise.all(this.#running);
    this.#api.close();
  }

  async #open(): Promise<void> {
    this.#opened = false;
    this.#asked = 0;
    try {
      await this.#create();
      this.#known = true;
      this.#opened = true;
    } catch (error) {
      this.#complain(error);
    }
    this.#watch();
  }

  async #create(): Promise<void> {
    const { stream, name, filters, ackWaitMs } = this.#options;
    const found = await this.#find();
    const config: Partial<ConsumerConfig> = {
      ...{ name, durable_name: name, filter_subjects: [...filters] },
      ...{ ack_policy: "explicit", ack_wait: nanos(ackWaitMs), max_deliver: -1 },
      ...{ max_ack_pending: UNFINISHED_MAX, replay_policy: "instant" },
      // Who turns it on gets what happens from then on, not the day before.
      deliver_policy: found?.config.deliver_policy ?? (this.#known ? "all" : "new"),
    };
    const request = { stream_name: stream, config };
    await this.#api.call<ConsumerInfo>(`CONSUMER.CREATE.${stream}.${name}`, request);
  }

  async #find(): Promise<ConsumerInfo | undefined> {
    const { stream, name } = this.#options;
    try {
      return await this.#api.call<ConsumerInfo>(`CONSUMER.INFO.${stream}.${name}`);
    } catch (error) {
      if (isGoimError(error, "not_found")) return undefined;
      throw error;
    }
  }

  #complain(error: unknown): void {
    const now = this.#deps.clock.monotonic();
    if (now - this.#complainedAt < COMPLAIN_MS) return;
    this.#complainedAt = now;
    const { stream, name } = this.#options;
    this.#deps.log.warn({ stream, name, reason: messageOf(error) }, "no work can be taken");
  }

  #watch(): void {
    const { clock } = this.#deps;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = clock.setTimeout(() => {
      const silent = this.#asked > 0 && clock.monotonic() - this.#askedAt > SILENCE_MS;
      if (!this.#opened || silent) void this.#open();
      else this.#watch();
    }, RETRY_MS);
    this.#pull();
  }

  #pull(): void {
    const { stream, name, inFlightMax } = this.#options;
    const batch = inFlightMax - this.#running.size;
    if (!this.#opened || this.#stopped || this.#asked > 0 || batch < 1) return;
    try {
      const data = encoder.encode(JSON.stringify({ batch, expires: nanos(PULL_EXPIRES_MS) }));
      const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`;
      this.#deps.bus.publish(subject, data, undefined, this.#inbox);
      this.#asked = batch;
      this.#askedAt = this.#deps.clock.monotonic();
    } catch {
      // Not connected, or too much is on its way: asked again by the timer.
    }
  }

  #take(message: BusMessage): void {
    if (message.subject === this.#inbox) {
      this.#takeStatus(message.status ?? 0);
      return;
    }
    const position = positionOf(message.replyTo ?? "");
    if (position === undefined) return;
    this.#waiting = position.pending;
    this.#asked = Math.max(0, this.#asked - 1);
    if (this.#stopped) {
      message.respond(encoder.encode("-NAK"));
      return;
    }
    const running = this.#work(message, {
      ...{ subject: message.subject, sequence: position.sequence, timeMs: position.timeMs },
      ...{ data: message.data, attempt: position.tries },
      header: (name) => message.header(name),
    }).finally(() => {
      this.#running.delete(running);
      this.#pull();
    });
    this.#running.add(running);
  }

  /** 404 and 408 end a pull; with anything else the consumer or its server is gone. */
  #takeStatus(status: number): void {
    this.#asked = 0;
    if (status === 404 || status === 408) this.#pull();
    else if (status !== 100) this.#opened = false;
  }

  /** Never rejects. Without an answer from here the server gives the task to somebody again. */
  async #work(message: BusMessage, task: Task): Promise<void> {
    try {
      const againMs = await this.#options.handle(task);
      const again = againMs === undefined ? "+ACK" : `-NAK {"delay":${nanos(againMs)}}`;
      message.respond(encoder.encode(again));
    } catch (error) {
      const { stream } = this.#options;
      this.#deps.log.error({ err: error, stream, sequence: task.sequence }, "a task met a bug");
    }
  }
}
