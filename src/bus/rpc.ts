import { nuid } from "@nats-io/nats-core";
import { GoimError, isGoimError } from "../kit/errors.ts";
import type { Bus, BusMessage, BusSubscription, RpcHandler, Subscription } from "./bus.ts";
import { errorHeaders } from "./coded-error.ts";

export interface ServeOptions {
  /** Requests handled at once; one more is answered "busy". */
  readonly maxInFlight: number;
  /** Answers are divided over all who serve with this group. Default: everybody gets everything. */
  readonly queue?: string;
  /** Told of what a handler threw that is no GoimError: a bug, to be logged. */
  readonly onBug?: (error: unknown) => void;
}

/** What one served subject did since the start. */
export interface ServeStats {
  readonly requests: number;
  readonly errors: number;
  readonly lastError: string;
  readonly inFlight: number;
  /** From the request to the answer, in all. */
  readonly busyMs: number;
}

export interface Served {
  readonly stats: ServeStats;
  /** Takes no new requests; resolves when those in flight are answered. */
  stop(): Promise<void>;
}

const noData = new Uint8Array(0);
const encoder = new TextEncoder();

/** Places for requests in flight, shared by the endpoints of one process. */
class InFlight {
  readonly max: number;
  #count = 0;
  #idle: (() => void)[] = [];

  constructor(max: number) {
    this.max = max;
  }

  get count(): number {
    return this.#count;
  }

  /** False when all places are taken. */
  enter(): boolean {
    if (this.#count >= this.max) return false;
    this.#count++;
    return true;
  }

  leave(): void {
    this.#count--;
    if (this.#count > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle = [];
  }

  /** Resolves when nothing is in flight. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }
}

/**
 * Answers the requests on `subject` with what `handler` makes. A GoimError becomes the caller's
 * error of the same code; anything else "internal", without its text.
 */
export function serve(
  bus: Bus,
  subject: string,
  handler: RpcHandler,
  options: ServeOptions,
): Served {
  return serveWithin(bus, subject, handler, new InFlight(options.maxInFlight), options);
}

/** `serve` where several subjects share their places. */
function serveWithin(
  bus: Bus,
  subject: string,
  handler: RpcHandler,
  inFlight: InFlight,
  options: Omit<ServeOptions, "maxInFlight"> = {},
): Served {
  const endpoint = new Endpoint(handler, inFlight, options.onBug);
  const queue = options.queue === undefined ? {} : { queue: options.queue };
  const subscription = bus.subscribe(subject, (message) => endpoint.take(message), queue);
  return {
    get stats() {
      return endpoint.stats();
    },
    stop: () => stopServing(subscription, inFlight),
  };
}

async function stopServing(subscription: BusSubscription, inFlight: InFlight) {
  await subscription.drain();
  await inFlight.idle();
}

class Endpoint {
  readonly #handler: RpcHandler;
  readonly #inFlight: InFlight;
  readonly #onBug: ((error: unknown) => void) | undefined;
  #requests = 0;
  #errors = 0;
  #lastError = "";
  #busyMs = 0;
  #own = 0;

  constructor(handler: RpcHandler, inFlight: InFlight, onBug?: (error: unknown) => void) {
    this.#handler = handler;
    this.#inFlight = inFlight;
    this.#onBug = onBug;
  }

  stats(): ServeStats {
    return {
      requests: this.#requests,
      errors: this.#errors,
      lastError: this.#lastError,
      inFlight: this.#own,
      busyMs: this.#busyMs,
    };
  }

  take(message: BusMessage): void {
    this.#requests++;
    if (!this.#inFlight.enter()) {
      this.#fail(message, new GoimError("busy", `${this.#inFlight.max} requests are in work`));
      return;
    }
    void this.#run(message);
  }

  /** Never rejects: whatever the handler does, the caller gets an answer and the place is freed. */
  async #run(message: BusMessage): Promise<void> {
    const since = performance.now();
    this.#own++;
    try {
      this.#respond(message, await this.#handler(message.data, message));
    } catch (error) {
      this.#fail(message, error);
    } finally {
      this.#own--;
      this.#busyMs += performance.now() - since;
      this.#inFlight.leave();
    }
  }

  #fail(message: BusMessage, error: unknown): void {
    this.#errors++;
    this.#lastError = error instanceof Error ? error.message : String(error);
    if (!isGoimError(error)) this.#onBug?.(error);
    this.#respond(message, noData, errorHeaders(error));
  }

  #respond(message: BusMessage, data: Uint8Array, headers?: Record<string, string>): void {
    try {
      message.respond(data, headers);
    } catch (error) {
      // Too large or not connected: a caller that still waits learns the former.
      if (isGoimError(error, "too_large")) message.respond(noData, errorHeaders(error));
    }
  }
}

export interface MicroServiceOptions {
  /** Letters, digits, `-` and `_`: what `nats micro ls` shows. */
  readonly name: string;
  /** Three numbers: 1.2.3. */
  readonly version: string;
  readonly description: string;
  /** Requests are divided over all instances of this group. Default "logic". */
  readonly queue?: string;
  /**
   * Requests handled at once by this instance over all endpoints, default 4096; one more is
   * answered "busy".
   */
  readonly maxInFlight?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly onBug?: (error: unknown, endpoint: string) => void;
}

export interface MicroService {
  readonly id: string;
  readonly inFlight: number;
  /** Leaves the group, then resolves when what is in flight is answered. */
  stop(): Promise<void>;
}

interface EndpointRecord {
  readonly name: string;
  readonly subject: string;
  readonly served: Served;
}

/**
 * One instance of a NATS micro service: its endpoints `goim.logic.<name>` in a queue group and the
 * PING, INFO and STATS answers that `nats micro` asks for. Written here rather than taken from the
 * client's package, whose statistics end when an asynchronous handler returns its promise and whose
 * service ends altogether on the first refused subscription.
 */
export function createMicroService(
  bus: Bus,
  options: MicroServiceOptions,
  endpoints: Readonly<Record<string, RpcHandler>>,
): MicroService {
  if (!/^[A-Za-z0-9_-]+$/.test(options.name)) throw new Error(`service name "${options.name}"`);
  if (!/^\d+\.\d+\.\d+/.test(options.version)) throw new Error(`version "${options.version}"`);
  const id = nuid.next();
  const started = new Date().toISOString();
  const { queue = "logic", maxInFlight = 4096 } = options;
  const inFlight = new InFlight(maxInFlight);
  const records = Object.entries(endpoints).map(([name, handler]): EndpointRecord => {
    const subject = bus.subjects.logic(name);
    const onBug = (error: unknown) => options.onBug?.(error, name);
    const served = serveWithin(bus, subject, handler, inFlight, { queue, onBug });
    return { name, subject, served };
  });
  const identity = {
    name: options.name,
    id,
    version: options.version,
    metadata: options.metadata ?? {},
  };
  const verbs = {
    PING: () => ({ type: "io.nats.micro.v1.ping_response", ...identity }),
    INFO: () => ({
      type: "io.nats.micro.v1.info_response",
      ...identity,
      description: options.description,
      endpoints: records.map((record) => infoOf(record, queue)),
    }),
    STATS: () => ({
      type: "io.nats.micro.v1.stats_response",
      ...identity,
      started,
      endpoints: records.map((record) => statsOf(record, queue)),
    }),
  };
  const monitoring = Object.entries(verbs).flatMap(([verb, answer]) =>
    [`$SRV.${verb}`, `$SRV.${verb}.${options.name}`, `$SRV.${verb}.${options.name}.${id}`].map(
      (subject) => answerJson(bus, subject, answer),
    ),
  );
  return {
    id,
    get inFlight() {
      return inFlight.count;
    },
    stop: async () => {
      for (const subscription of monitoring) subscription.unsubscribe();
      await Promise.all(records.map(({ served }) => served.stop()));
    },
  };
}

function answerJson(bus: Bus, subject: string, answer: () => object): Subscription {
  return bus.subscribe(subject, (message) => {
    message.respond(encoder.encode(JSON.stringify(answer())));
  });
}

function infoOf({ name, subject }: EndpointRecord, queue: string) {
  return { name, subject, queue_group: queue, metadata: {} };
}

/** Times in nanoseconds, as the protocol has them. */
function statsOf({ name, subject, served }: EndpointRecord, queue: string) {
  const { requests, errors, lastError, busyMs, inFlight } = served.stats;
  const nanoseconds = Math.round(busyMs * 1e6);
  return {
    name,
    subject,
    queue_group: queue,
    num_requests: requests,
    num_errors: errors,
    last_error: lastError,
    processing_time: nanoseconds,
    average_processing_time: requests === 0 ? 0 : Math.round(nanoseconds / requests),
    data: { in_flight: inFlight },
  };
}
