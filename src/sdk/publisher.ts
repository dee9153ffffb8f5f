import type { Packet } from "../protocol/frame.ts";
import { Operation } from "../protocol/operation.ts";
import { Alarm, type ClientClock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { GoimClientError, mayRetry } from "./errors.ts";
import { bytesOf, type Receipt, readReceipt, withMeta } from "./wire.ts";

export interface PublishOptions {
  /** Operation of the message. Default 1000. */
  readonly op?: number;
  /** Makes repetitions safe; the client makes one where none is given. */
  readonly id?: string;
  /** The sender does not get it back. */
  readonly exclude?: boolean;
}

export interface PublisherOptions {
  readonly clock: ClientClock;
  /** Publishes that wait for their answer. */
  readonly pendingMax: number;
  /** After it the publish fails, ms. */
  readonly timeoutMs: number;
}

export interface PublisherDeps {
  readonly connection: () => Connection | undefined;
  readonly roomState: (room: string) => "joining" | "joined" | "left";
  readonly newId: () => string;
}

const DEFAULT_OP = 1000;
/** In the place of a room: to a user, for which no room has to be joined. */
const NO_ROOM = "";
const RETRY_MS = { first: 100, factor: 2, max: 2_000 };

interface Pending {
  readonly room: string;
  readonly body: Uint8Array;
  readonly late: Alarm;
  /** It may be stored already. */
  tried: boolean;
  retryMs: number;
  /** Not before then, on the monotonic clock. */
  notBefore: number;
  resolve(receipt: Receipt): void;
  reject(error: GoimClientError): void;
}

/**
 * Publishes in order: one at a time is on its way, as the server would do it anyway. One without an
 * answer is sent again with the same id, on the next connection if need be: it is stored once.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #deps: PublisherDeps;
  readonly #pending = new Set<Pending>();
  readonly #again: Alarm;
  #inFlight: Pending | undefined;
  #closed: GoimClientError | undefined;

  constructor(options: PublisherOptions, deps: PublisherDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#again = new Alarm(options.clock);
  }

  publish(room: string, body: string | Uint8Array, options: PublishOptions = {}): Promise<Receipt> {
    const id = options.id ?? this.#deps.newId();
    const { op = DEFAULT_OP, exclude } = options;
    const meta = { room, op, id, exclude: exclude || undefined };
    return this.#take(room, withMeta(meta, bytesOf(body)));
  }

  publishToUser(
    user: string,
    body: string | Uint8Array,
    options: Omit<PublishOptions, "exclude"> = {},
  ): Promise<Receipt> {
    const { op = DEFAULT_OP, id = this.#deps.newId() } = options;
    return this.#take(NO_ROOM, withMeta({ user, op, id }, bytesOf(body)));
  }

  #take(room: string, bytes: Uint8Array): Promise<Receipt> {
    const { clock, timeoutMs } = this.#options;
    const refusal = this.#refusal(room, bytes);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const late = new Alarm(clock);
      const retryMs = RETRY_MS.first;
      const pending: Pending = {
        ...{ room, body: bytes, late, retryMs },
        ...{ tried: false, notBefore: 0, resolve, reject },
      };
      late.set(timeoutMs, () => {
        this.#settle(pending, this.#tooLate(pending));
        this.pump();
      });
      this.#pending.add(pending);
      this.pump();
    });
  }

  /** Sends what can be sent; called whenever a connection, a room or an answer is new. */
  pump(): void {
    const connection = this.#deps.connection();
    if (connection === undefined || this.#inFlight !== undefined) return;
    if (connection.version === 1) {
      this.#refuseAll();
      return;
    }
    const next = this.#next();
    if (next === undefined) return;
    this.#inFlight = next;
    next.tried = true;
    const { timeoutMs } = this.#options;
    connection.request(Operation.SendMsg, next.body, timeoutMs, (outcome) => {
      if (this.#inFlight !== next) return;
      this.#inFlight = undefined;
      if (!(outcome instanceof GoimClientError)) this.#settle(next, receiptOf(outcome));
      else if (mayRetry(outcome)) this.#wait(next);
      else this.#settle(next, outcome);
      this.pump();
    });
  }

  /** What was on its way is sent again on the next connection. */
  offline(): void {
    this.#inFlight = undefined;
    this.#again.clear();
    for (const pending of this.#pending) {
      pending.notBefore = 0;
      pending.retryMs = RETRY_MS.first;
    }
  }

  close(error: GoimClientError): void {
    this.#closed = error;
    this.#again.clear();
    for (const pending of [...this.#pending]) {
      this.#settle(pending, pending.tried ? this.#tooLate(pending) : error);
    }
  }

  #refusal(room: string, body: Uint8Array): GoimClientError | undefined {
    if (this.#closed !== undefined) return this.#closed;
    const connection = this.#deps.connection();
    if (this.#stateOf(room) === "left") {
      return new GoimClientError("not_joined", `join ${room} before publishing into it`, { room });
    }
    if (this.#pending.size >= this.#options.pendingMax) {
      return new GoimClientError("queue_full", `${this.#pending.size} publishes are waiting`);
    }
    const max = connection?.bodyBytesMax;
    if (max !== undefined && body.length > max) {
      return new GoimClientError("too_large", `${body.length} bytes with meta, allowed ${max}`);
    }
    return undefined;
  }

  /** The first of each room in turn, so that a room that is not joined yet holds up no other. */
  #next(): Pending | undefined {
    const now = this.#options.clock.monotonic();
    const seen = new Set<string>();
    let soonest = Number.POSITIVE_INFINITY;
    for (const pending of this.#pending) {
      if (seen.has(pending.room)) continue;
      seen.add(pending.room);
      const state = this.#stateOf(pending.room);
      if (state === "left") {
        const text = `${pending.room} was left`;
        this.#settle(pending, pending.tried ? this.#tooLate(pending) : notJoined(text));
        seen.delete(pending.room);
      } else if (state === "joined") {
        if (pending.notBefore <= now) return pending;
        soonest = Math.min(soonest, pending.notBefore - now);
      }
    }
    if (soonest < Number.POSITIVE_INFINITY) this.#again.set(soonest, () => this.pump());
    return undefined;
  }

  #stateOf(room: string): "joining" | "joined" | "left" {
    return room === NO_ROOM ? "joined" : this.#deps.roomState(room);
  }

  #wait(pending: Pending): void {
    pending.notBefore = this.#options.clock.monotonic() + pending.retryMs;
    pending.retryMs = Math.min(RETRY_MS.max, pending.retryMs * RETRY_MS.factor);
  }

  #refuseAll(): void {
    const error = new GoimClientError("unsupported", "this server speaks version 1 only");
    for (const pending of [...this.#pending]) this.#settle(pending, error);
  }

  #tooLate(pending: Pending): GoimClientError {
    if (!pending.tried) return new GoimClientError("timeout", "it could not be sent in time");
    return new GoimClientError("outcome_unknown", "sent without an answer: it may be stored");
  }

  #settle(pending: Pending, outcome: Receipt | GoimClientError): void {
    if (!this.#pending.delete(pending)) return;
    pending.late.clear();
    if (this.#inFlight === pending) this.#inFlight = undefined;
    if (outcome instanceof GoimClientError) pending.reject(outcome);
    else pending.resolve(outcome);
  }
}

/** A server that hands clients' messages to a service of its own answers with the op itself. */
function receiptOf(reply: Packet): Receipt | GoimClientError {
  if (reply.op === Operation.SendMsgReply) return readReceipt(reply);
  return new GoimClientError("unsupported", "this server does not publish for clients");
}

function notJoined(text: string): GoimClientError {
  return new GoimClientError("not_joined", text);
}
