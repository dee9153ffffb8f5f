import type { ConsumerConfig, ConsumerInfo, StreamInfo } from "@nats-io/jetstream";
import { nuid } from "@nats-io/nats-core";
import type { Clock, Timer } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Bus, BusMessage, StoredWithHeaders, Subscription } from "./bus.ts";
import { newInbox } from "./inbox.ts";
import type { JsApi } from "./js-api.ts";

/** Where a consumer starts. */
export type FeedStart = { readonly from: number } | "last-per-subject";

export interface FeedOptions {
  readonly stream: string;
  readonly filter: string;
  /** Messages asked for and not yet handed over: what is read ahead. */
  readonly batch: number;
  /**
   * Called with the stream's state whenever a consumer is about to be made. Undefined ends the
   * feed.
   */
  readonly plan: (info: StreamInfo) => FeedStart | undefined;
  /** Only subjects and headers. */
  readonly headersOnly?: boolean;
  /** A consumer is there; `pending` messages of the past will come. */
  readonly onOpened?: (pending: number) => void;
  /** The server has nothing more to send now, and everything sent was handed over. */
  readonly onIdle?: () => void;
  /** In order. The next one is handed over when the promise has resolved. */
  readonly onMessage: (message: StoredWithHeaders) => void | Promise<void>;
  /** The handler failed: the feed has ended. */
  readonly onFailed: (error: unknown) => void;
}

interface FeedDeps {
  readonly bus: Bus;
  readonly api: JsApi;
  readonly clock: Clock;
  readonly log: Log;
}

const HEARTBEAT_MS = 1_000;
/** Without a sign of life for this long while messages are asked for, the consumer is made anew. */
const SILENCE_MS = 3_000;
const RETRY_MS = 250;
const COMPLAIN_MS = 5_000;
const PULL_EXPIRES_MS = 30_000;
/** The server removes a consumer that nobody pulls from. */
const INACTIVE_MS = 60_000;

const nanos = (ms: number) => ms * 1_000_000;
const encoder = new TextEncoder();

/**
 * An ordered, unacknowledged reader of one filter of a stream. It pulls a bounded number of
 * messages through a consumer that the server keeps in memory only, checks that none is left out,
 * and makes the consumer anew after every interruption: a lost connection, a restarted server, a
 * gap, silence. (The client's own ordered consumer hands messages over without waiting for the
 * handler, and its iterator ends for some of these reasons and waits for half a minute after
 * others.)
 */
export class OrderedFeed {
  readonly #options: FeedOptions;
  readonly #deps: FeedDeps;
  readonly #unlisten: () => void;
  #stopped = false;
  /** Number of the current consumer; what belongs to an earlier one is ignored. */
  #life = 0;
  #consumer = "";
  #inbox = "";
  #subscription: Subscription | undefined;
  #timer: Timer | undefined;
  #queue: StoredWithHeaders[] = [];
  #busy = false;
  #running: Promise<void> | undefined;
  /** Messages of the current pull still to come. */
  #asked = 0;
  #delivered = 0;
  #aliveAt = 0;
  #serverPending = 0;
  #opened = false;
  #complainedAt = Number.NEGATIVE_INFINITY;

  constructor(options: FeedOptions, deps: FeedDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#unlisten = deps.bus.onStatus((status) => {
      if (status === "up") this.#restart(0);
      else this.#drop();
    });
    this.#restart(0);
  }

  /** Messages of the filter not handed over yet, as last told by the server. */
  get pending(): number {
    return this.#serverPending + this.#queue.length;
  }

  /** Whether a consumer is there. */
  get opened(): boolean {
    return this.#opened;
  }

  /** Hands over nothing more; resolves when the handler is done: not to be awaited inside of it. */
  async stop(): Promise<void> {
    this.#end();
    await this.#running;
  }

  #end(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#unlisten();
    this.#drop();
  }

  /** Forgets the consumer and what was read ahead. */
  #drop(): void {
    const { bus, clock } = this.#deps;
    this.#life++;
    this.#opened = false;
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue = [];
    this.#asked = 0;
    if (this.#consumer !== "" && bus.connected) {
      const name = `${this.#options.stream}.${this.#consumer}`;
      void this.#deps.api.call(`CONSUMER.DELETE.${name}`).catch(() => undefined);
    }
    this.#consumer = "";
  }

  #restart(delayMs: number): void {
    this.#drop();
    if (this.#stopped) return;
    const life = this.#life;
    this.#timer = this.#deps.clock.setTimeout(() => {
      void this.#open(life);
    }, delayMs);
  }

  async #open(life: number): Promise<void> {
    const { stream } = this.#options;
    try {
      const info = await this.#deps.api.streamInfo(stream);
      if (life !== this.#life) return;
      const start = this.#options.plan(info);
      if (start === undefined) {
        this.#end();
        return;
      }
      const consumer = await this.#create(start);
      if (life !== this.#life) return;
      this.#begin(life, consumer);
    } catch (error) {
      if (life !== this.#life) return;
      this.#complain(error);
      this.#restart(RETRY_MS);
    }
  }

  /** Tried several times a second, told every few seconds. NATS being away is told elsewhere. */
  #complain(error: unknown): void {
    if (isGoimError(error, "unavailable") || isGoimError(error, "timeout")) return;
    const now = this.#deps.clock.monotonic();
    if (now - this.#complainedAt < COMPLAIN_MS) return;
    this.#complainedAt = now;
    const { stream } = this.#options;
    this.#deps.log.warn({ stream, reason: messageOf(error) }, "a stream cannot be read");
  }

  #create(start: FeedStart): Promise<ConsumerInfo> {
    const { stream, filter, headersOnly = false } = this.#options;
    const name = `goim-${nuid.next()}`;
    const config: Partial<ConsumerConfig> = {
      name,
      filter_subject: filter,
      ack_policy: "none",
      replay_policy: "instant",
      inactive_threshold: nanos(INACTIVE_MS),
      mem_storage: true,
      headers_only: headersOnly,
      num_replicas: 1,
      ...(start === "last-per-subject"
        ? { deliver_policy: "last_per_subject" }
        : { deliver_policy: "by_start_sequence", opt_start_seq: Math.max(1, start.from) }),
    };
    // With the filter in it NATS can permit a user some filters and refuse others.
    return this.#deps.api.call<ConsumerInfo>(`CONSUMER.CREATE.${stream}.${name}.${filter}`, {
      stream_name: stream,
      config,
      action: "create",
    });
  }

  #begin(life: number, consumer: ConsumerInfo): void {
    this.#inbox = newInbox(this.#deps.bus);
    this.#consumer = consumer.name;
    this.#delivered = 0;
    this.#serverPending = consumer.num_pending;
    this.#opened = true;
    this.#subscription = this.#deps.bus.subscribe(this.#inbox, (message) => {
      if (life === this.#life) this.#take(message);
    });
    this.#options.onOpened?.(consumer.num_pending);
    this.#pull();
    this.#watch();
  }

  #pull(): void {
    const batch = this.#options.batch - this.#queue.length;
    // Below half a batch of room the handler is behind: asking for little pieces would only cost.
    if (this.#asked > 0 || batch < this.#options.batch / 2) return;
    const request = {
      batch,
      expires: nanos(PULL_EXPIRES_MS),
      idle_heartbeat: nanos(HEARTBEAT_MS),
    };
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${this.#options.stream}.${this.#consumer}`;
    try {
      const data = encoder.encode(JSON.stringify(request));
      this.#deps.bus.publish(subject, data, undefined, this.#inbox);
      this.#asked = batch;
      this.#aliveAt = this.#deps.clock.monotonic();
    } catch {
      // Not connected: the status listener makes all of it anew. Over the bound: asked again below.
    }
  }

  #watch(): void {
    this.#timer = this.#deps.clock.setTimeout(() => {
      const silentMs = this.#deps.clock.monotonic() - this.#aliveAt;
      if (this.#asked > 0 && silentMs > SILENCE_MS) {
        this.#deps.log.info({ stream: this.#options.stream, silentMs }, "a reader starts anew");
        this.#restart(0);
        return;
      }
      this.#pull();
      if (this.#asked === 0) void this.#askPending();
      this.#watch();
    }, HEARTBEAT_MS);
  }

  /** While the handler is behind nothing comes that would tell how much is waiting. */
  async #askPending(): Promise<void> {
    const life = this.#life;
    try {
      const name = `${this.#options.stream}.${this.#consumer}`;
      const info = await this.#deps.api.call<ConsumerInfo>(`CONSUMER.INFO.${name}`);
      if (life === this.#life && this.#asked === 0) this.#serverPending = info.num_pending;
    } catch {
      // Away or gone: the next pull meets it.
    }
  }

  #take(message: BusMessage): void {
    this.#aliveAt = this.#deps.clock.monotonic();
    if (message.subject === this.#inbox) {
      this.#takeStatus(message.status ?? 0);
      return;
    }
    const position = positionOf(message.replyTo ?? "");
    if (position === undefined || position.delivered !== this.#delivered + 1) {
      // One was left out (a slow connection drops): the server would never send it again.
      this.#restart(0);
      return;
    }
    this.#delivered = position.delivered;
    this.#serverPending = position.pending;
    this.#asked--;
    this.#queue.push({
      subject: message.subject,
      sequence: position.sequence,
      data: message.data,
      timeMs: position.timeMs,
      header: (name) => message.header(name),
    });
    if (this.#busy) return;
    this.#busy = true;
    this.#running = this.#run();
  }

  #takeStatus(status: number): void {
    // 100 is a heartbeat; 404 and 408 end a pull; the rest (409, 503) means that the consumer or
    // its server is gone.
    if (status === 100) {
      if (!this.#busy) this.#options.onIdle?.();
      return;
    }
    if (status === 404 || status === 408) {
      this.#asked = 0;
      this.#pull();
    } else this.#restart(RETRY_MS);
  }

  async #run(): Promise<void> {
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        const done = this.#options.onMessage(next);
        // Awaiting only what is a promise keeps a synchronous handler at full speed.
        if (done instanceof Promise) await done;
        if (this.#opened && !this.#stopped) this.#pull();
      }
    } catch (error) {
      this.#end();
      this.#options.onFailed(error);
    } finally {
      this.#busy = false;
    }
  }
}

interface Position {
  /** How often this message was delivered. */
  readonly tries: number;
  readonly delivered: number;
  readonly sequence: number;
  readonly timeMs: number;
  readonly pending: number;
}

/**
 * What JetStream writes into the reply subject of a delivered message:
 * `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<tries>.<stream seq>.<consumer
 * seq>.<time>.<pending>`.
 */
export function positionOf(reply: string): Position | undefined {
  const tokens = reply.split(".");
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK" || tokens.length < 9) return undefined;
  const at = tokens.length > 9 ? 7 : 5;
  const tries = Number(tokens[at - 1]);
  const [sequence, delivered, time, pending] = tokens.slice(at, at + 4);
  return {
    tries,
    delivered: Number(delivered),
    sequence: Number(sequence),
    // Nanoseconds do not fit a double exactly; milliseconds do.
    timeMs: Number((time ?? "").slice(0, -6)),
    pending: Number(pending),
  };
}
