import type { Packet } from "../protocol/frame.ts";
import { Alarm, type ClientClock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { GoimClientError } from "./errors.ts";
import { bytesOf } from "./wire.ts";

const decoder = new TextDecoder();

/** What a service answered. */
export class Reply {
  readonly op: number;
  readonly body: Uint8Array;

  constructor(op: number, body: Uint8Array) {
    this.op = op;
    this.body = body;
  }

  /** The body as UTF-8. */
  text(): string {
    return decoder.decode(this.body);
  }

  /** The body as JSON; throws a SyntaxError when it is none. Its shape is for the app to check. */
  json(): unknown {
    return JSON.parse(this.text());
  }
}

export interface RequestCallOptions {
  /** Milliseconds until it is given up. Default `timing.call`. */
  readonly timeout?: number;
}

export interface CallerOptions {
  readonly clock: ClientClock;
  readonly timeoutMs: number;
  /** Calls on their way at once; those beyond wait for their turn. */
  readonly inFlightMax: number;
  /** Calls that wait or are on their way; one beyond is refused. */
  readonly pendingMax: number;
}

interface Call {
  readonly op: number;
  readonly body: Uint8Array;
  readonly deadline: number;
  readonly late: Alarm;
  sent: boolean;
  resolve(reply: Reply): void;
  reject(error: GoimClientError): void;
}

/**
 * Calls to services behind goim. One that was sent is never sent again by itself: nobody knows
 * whether the service has done it. One that was not waits for the next connection.
 */
export class Caller {
  readonly #options: CallerOptions;
  readonly #connection: () => Connection | undefined;
  readonly #calls = new Set<Call>();
  #inFlight = 0;
  #closed: GoimClientError | undefined;

  constructor(options: CallerOptions, connection: () => Connection | undefined) {
    this.#options = options;
    this.#connection = connection;
  }

  call(op: number, body: string | Uint8Array, options: RequestCallOptions = {}): Promise<Reply> {
    const { clock, pendingMax, timeoutMs } = this.#options;
    const bytes = bytesOf(body);
    const refusal = this.#refusal(bytes, pendingMax);
    if (refusal !== undefined) return Promise.reject(refusal);
    const ms = options.timeout ?? timeoutMs;
    return new Promise((resolve, reject) => {
      const late = new Alarm(clock);
      const deadline = clock.monotonic() + ms;
      const call: Call = { op, body: bytes, deadline, late, sent: false, resolve, reject };
      this.#calls.add(call);
      late.set(ms, () => {
        const text = call.sent ? "no answer in time" : "it could not be sent in time";
        this.#settle(call, new GoimClientError("timeout", text));
        this.pump();
      });
      this.pump();
    });
  }

  /** Sends what may be sent; called whenever a connection or an answer is new. */
  pump(): void {
    const connection = this.#connection();
    if (connection === undefined) return;
    for (const call of this.#calls) {
      if (this.#inFlight >= this.#options.inFlightMax) return;
      if (!call.sent) this.#send(call, connection);
    }
  }

  close(error: GoimClientError): void {
    this.#closed = error;
    for (const call of [...this.#calls]) this.#settle(call, error);
  }

  #refusal(body: Uint8Array, pendingMax: number): GoimClientError | undefined {
    if (this.#closed !== undefined) return this.#closed;
    if (this.#calls.size >= pendingMax) {
      return new GoimClientError("queue_full", `${this.#calls.size} calls are waiting`);
    }
    const max = this.#connection()?.bodyBytesMax;
    if (max === undefined || body.length <= max) return undefined;
    return new GoimClientError("too_large", `${body.length} bytes, allowed ${max}`);
  }

  #send(call: Call, connection: Connection): void {
    if (connection.version === 1) {
      const text = "this server speaks version 1 only";
      this.#settle(call, new GoimClientError("unsupported", text));
      return;
    }
    call.sent = true;
    this.#inFlight++;
    // The place is free again when the server answered or the connection ended, not before: the
    // server counts what is on its way too.
    const left = call.deadline - this.#options.clock.monotonic();
    connection.request(call.op, call.body, left + this.#options.timeoutMs, (outcome) => {
      this.#inFlight--;
      this.#settle(call, outcomeOf(outcome));
      this.pump();
    });
  }

  #settle(call: Call, outcome: Reply | GoimClientError): void {
    if (!this.#calls.delete(call)) return;
    call.late.clear();
    if (outcome instanceof GoimClientError) call.reject(outcome);
    else call.resolve(outcome);
  }
}

function outcomeOf(outcome: Packet | GoimClientError): Reply | GoimClientError {
  if (!(outcome instanceof GoimClientError)) return new Reply(outcome.op, outcome.body.slice());
  if (outcome.code !== "disconnected") return outcome;
  return new GoimClientError("outcome_unknown", "the connection ended before the answer came");
}
