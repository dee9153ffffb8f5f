import type { ConnectionOptions, Msg, NatsConnection, Status } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { type Clock, sleep } from "../kit/clock.ts";
import { GoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { Bus, BusMessage, BusSubscription, RequestOptions } from "./bus.ts";
import { errorOf } from "./coded-error.ts";
import { credentialsIn } from "./credentials.ts";
import { COMMON_INBOX, inboxPrefixOf, type ProcessKind, takesAnswers } from "./inbox.ts";
import {
  cut,
  Gathered,
  headerIn,
  headerLines,
  isEnding,
  isUp,
  outboundBytes,
  publishOn,
  statusIn,
} from "./internals.ts";
import { Requester } from "./requester.ts";
import { checkVersion, MIN_SERVER_VERSION, serversOf } from "./server-check.ts";
import { createSubjects, type Subjects } from "./subjects.ts";

export interface ConnectBusOptions {
  /** One address or several, comma separated: `nats://[user:password@]host:port`. */
  readonly url: string;
  /** A token, instead of one in the address; empty = none. */
  readonly token?: string;
  /** Path of a credentials file; empty = none. */
  readonly credentials?: string;
  /** Prefix of every name of this system on NATS. */
  readonly prefix: string;
  /** Whose inboxes it uses; default: those of clients that are told nothing. */
  readonly kind?: ProcessKind;
  /** Shown by the server's connection list, for example `goim comet sh-1`. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics;
  /** Oldest server accepted. */
  readonly minVersion?: string;
  /** Ends the wait for a server that is not there yet. */
  readonly signal?: AbortSignal;
  /** Pause between two tries to reconnect; up to half as much again is added by chance. */
  readonly reconnectWaitMs?: number;
  /** A server that answers no ping for three of these is taken for dead. */
  readonly pingIntervalMs?: number;
  /** Bytes that may wait for the kernel to take them before `publish` says "busy". */
  readonly outboundBytesMax?: number;
}

/** Section [nats] of a configuration, as `connectBus` takes it. */
export function natsOptionsOf(nats: {
  readonly url: string;
  readonly prefix: string;
  readonly token: string;
  readonly credentials: string;
  readonly reconnectWait: number;
  readonly pingInterval: number;
  readonly pendingMax: number;
}) {
  const { url, prefix, token, credentials } = nats;
  return {
    ...{ url, prefix, token, credentials },
    reconnectWaitMs: nats.reconnectWait,
    pingIntervalMs: nats.pingInterval,
    outboundBytesMax: nats.pendingMax,
  };
}

const DIAL_TIMEOUT_MS = 3_000;
const START_RETRY_MS = 500;
const START_LOG_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;
const REQUEST_RETRY_MS = 50;

/**
 * Connects, waiting for a server for as long as there is none (a log line every 5 s tells). Rejects
 * when the signal aborts, or with a sentence that says what to do when the server is too old.
 */
export async function connectBus(options: ConnectBusOptions): Promise<Bus> {
  const connection = await connectFirst(options);
  try {
    checkVersion(connection, options.minVersion ?? MIN_SERVER_VERSION);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return new NatsBus(connection, options);
}

async function connectFirst(options: ConnectBusOptions): Promise<NatsConnection> {
  const { clock, log, signal } = options;
  const connecting = connectionOptions(options);
  let toldAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await connect(connecting);
    } catch (error) {
      if (clock.monotonic() - toldAt >= START_LOG_MS) {
        toldAt = clock.monotonic();
        const servers = serversOf(options.url).servers.join(", ");
        log.warn({ servers, reason: messageOf(error) }, "waiting for NATS");
      }
    }
    await sleep(clock, START_RETRY_MS);
  }
}

function connectionOptions(options: ConnectBusOptions): ConnectionOptions {
  const { reconnectWaitMs: waitMs = 250, token = "", credentials = "" } = options;
  return {
    ...serversOf(options.url),
    ...(token === "" ? {} : { token }),
    ...(credentials === "" ? {} : { authenticator: credentialsIn(credentials) }),
    name: options.name,
    inboxPrefix: inboxPrefixIn(options),
    timeout: DIAL_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler: () => waitMs * (1 + Math.random() / 2),
    pingInterval: options.pingIntervalMs ?? 2_500,
    maxPingOut: 2,
    // A stack per request would cost more than the request.
    noAsyncTraces: true,
  };
}

function inboxPrefixIn({ prefix, kind }: ConnectBusOptions): string {
  return kind === undefined ? COMMON_INBOX : inboxPrefixOf(prefix, kind);
}

class NatsBus implements Bus {
  readonly subjects: Subjects;
  readonly inboxPrefix: string;
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #outboundBytesMax: number;
  readonly #requester: Requester;
  readonly #gathered = new Gathered();
  readonly #listeners = new Set<(status: "down" | "up") => void>();
  #up = true;
  #closing = false;
  #maxPayloadBytes: number;
  #reconnects = 0;
  #refused = 0;
  #handlerErrors = 0;
  #misdirected = 0;

  constructor(connection: NatsConnection, options: ConnectBusOptions) {
    this.subjects = createSubjects(options.prefix);
    this.inboxPrefix = inboxPrefixIn(options);
    this.#connection = connection;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#outboundBytesMax = options.outboundBytesMax ?? 64 * 1024 * 1024;
    this.#maxPayloadBytes = connection.info?.max_payload ?? 1024 * 1024;
    this.#requester = new Requester(this, options.clock);
    if (options.metrics !== undefined) this.#register(options.metrics);
    void this.#follow(connection.status());
  }

  get maxPayloadBytes(): number {
    return this.#maxPayloadBytes;
  }

  get connected(): boolean {
    return this.#up && isUp(this.#connection);
  }

  publish(
    subject: string,
    data: Uint8Array,
    headers?: Readonly<Record<string, string>>,
    replyTo = "",
  ): void {
    if (!this.connected) {
      this.#refused++;
      throw new GoimError("unavailable", "NATS is not connected");
    }
    if (outboundBytes(this.#connection) > this.#outboundBytesMax) {
      this.#refused++;
      throw new GoimError("busy", "NATS takes less than is sent to it");
    }
    if (isEnding(this.#connection)) throw new GoimError("unavailable", "NATS is being closed");
    checkSubject(subject);
    if (replyTo !== "") checkSubject(replyTo);
    if (headers !== undefined) checkHeaders(headers);
    this.#gathered.begin(this.#connection);
    if (publishOn(this.#connection, { subject, replyTo, headers, data })) return;
    const text = `${data.length} bytes are more than NATS takes in one message`;
    throw new GoimError("too_large", text);
  }

  async flush(): Promise<void> {
    if (!this.connected) throw new GoimError("unavailable", "NATS is not connected");
    try {
      await this.#connection.flush();
    } catch (error) {
      throw new GoimError("unavailable", "NATS was lost before it confirmed", { cause: error });
    }
  }

  async request(subject: string, data: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    let left = options.retries ?? 0;
    const { timeoutMs, headers } = options;
    const asked = headers === undefined ? { timeoutMs } : { timeoutMs, headers };
    for (;;) {
      try {
        const reply = await this.#requester.ask(subject, data, asked);
        const failure = errorOf(reply);
        if (failure !== undefined) throw failure;
        return reply.data;
      } catch (error) {
        const again =
          error instanceof GoimError && (error.code === "unavailable" || error.code === "timeout");
        if (!again || left-- <= 0 || this.#closing) throw error;
        await sleep(this.#clock, REQUEST_RETRY_MS);
      }
    }
  }

  subscribe(
    subject: string,
    onMessage: (message: BusMessage) => void,
    options: { queue?: string } = {},
  ): BusSubscription {
    if (this.#connection.isClosed()) throw new GoimError("unavailable", "NATS was closed");
    const subscription = this.#connection.subscribe(subject, {
      ...(options.queue === undefined ? {} : { queue: options.queue }),
      callback: (error, message) => {
        if (error !== null) {
          this.#log.error({ subject, reason: messageOf(error) }, "a subscription was refused");
          return;
        }
        // An exception that reached the client would silently end its reading of the socket.
        try {
          onMessage(new NatsMessage(message, this));
        } catch (thrown) {
          this.#handlerErrors++;
          this.#log.error({ subject, err: thrown }, "the handler of a message failed");
        }
      },
    });
    return {
      unsubscribe: () => subscription.unsubscribe(),
      drain: async () => {
        if (!subscription.isClosed() && !this.#connection.isClosed()) await subscription.drain();
      },
    };
  }

  /** To whoever asked; what a request names that takes no answers is counted and left alone. */
  answer(replyTo: string, data: Uint8Array, headers?: Readonly<Record<string, string>>): void {
    if (takesAnswers(replyTo)) this.publish(replyTo, data, headers);
    else this.#misdirected++;
  }

  onStatus(listener: (status: "down" | "up") => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    if (this.connected) {
      const drained = this.#connection.drain().catch(() => undefined);
      await Promise.race([drained, sleep(this.#clock, CLOSE_TIMEOUT_MS)]);
    }
    this.#requester.close();
    if (this.#connection.isClosed()) return;
    cut(this.#connection);
    await this.#connection.close();
  }

  async #follow(statuses: AsyncIterable<Status>): Promise<void> {
    for await (const status of statuses) {
      if (status.type === "staleConnection") cut(this.#connection);
      if (status.type === "staleConnection" || status.type === "disconnect") {
        this.#turn("down", status.type);
      } else if (status.type === "reconnect") {
        this.#reconnects++;
        this.#maxPayloadBytes = this.#connection.info?.max_payload ?? this.#maxPayloadBytes;
        this.#turn("up", status.server);
      } else if (status.type === "error") {
        this.#log.warn({ reason: messageOf(status.error) }, "NATS refused something");
      }
    }
    this.#turn("down", "closed");
  }

  #turn(status: "down" | "up", detail: string): void {
    if (this.#up === (status === "up")) return;
    this.#up = status === "up";
    if (!this.#closing) {
      if (this.#up) this.#log.info({ server: detail }, "NATS is back");
      else this.#log.warn({ reason: detail }, "NATS is lost");
    }
    for (const listener of [...this.#listeners]) {
      try {
        listener(status);
      } catch (thrown) {
        this.#log.error({ err: thrown }, "a listener of the connection's status failed");
      }
    }
  }

  #register(metrics: Metrics): void {
    const stats = () => this.#connection.stats();
    metrics.levelOf("nats_connected", "1 while connected to NATS", () => (this.connected ? 1 : 0));
    metrics.countOf("nats_reconnects_total", "Reconnects to NATS", () => this.#reconnects);
    metrics.countOf("nats_in_bytes_total", "Payload from NATS", () => stats().inBytes);
    metrics.countOf("nats_out_bytes_total", "Payload to NATS", () => stats().outBytes);
    metrics.countOf("nats_in_messages_total", "Messages from NATS", () => stats().inMsgs);
    metrics.countOf("nats_out_messages_total", "Messages to NATS", () => stats().outMsgs);
    metrics.levelOf("nats_outbound_bytes", "Bytes the kernel has not taken", () =>
      outboundBytes(this.#connection),
    );
    metrics.countOf(
      "nats_publish_refused_total",
      "Publishes refused because not connected or over the bound",
      () => this.#refused,
    );
    metrics.countOf(
      "nats_handler_errors_total",
      "Handlers of messages that threw",
      () => this.#handlerErrors,
    );
    metrics.countOf(
      "nats_answers_misdirected_total",
      "Requests not answered because they named a subject that takes no answers",
      () => this.#misdirected,
    );
  }
}

class NatsMessage implements BusMessage {
  readonly #message: Msg;
  readonly #bus: NatsBus;
  #lines: string | undefined;

  constructor(message: Msg, bus: NatsBus) {
    this.#message = message;
    this.#bus = bus;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  get status(): number {
    return statusIn(this.#headers());
  }

  get replyTo(): string {
    return this.#message.reply ?? "";
  }

  header(name: string): string | undefined {
    return headerIn(this.#headers(), name);
  }

  respond(data: Uint8Array, headers?: Readonly<Record<string, string>>): void {
    const { reply } = this.#message;
    if (reply === undefined || reply === "" || !this.#bus.connected) return;
    this.#bus.answer(reply, data, headers);
  }

  #headers(): string {
    this.#lines ??= headerLines(this.#message);
    return this.#lines;
  }
}

const whiteSpace = /\s/;
const lineBreak = /[\r\n]/;

function checkSubject(subject: string): void {
  if (subject !== "" && !whiteSpace.test(subject)) return;
  throw new GoimError("invalid", `"${subject}" is no subject`);
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const name in headers) {
    if (lineBreak.test(name) || lineBreak.test(headers[name] ?? "")) {
      throw new GoimError("invalid", `the header ${JSON.stringify(name)} has a line break`);
    }
  }
}
