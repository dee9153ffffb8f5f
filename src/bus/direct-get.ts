import type { Clock } from "../kit/clock.ts";
import { GoimError, isGoimError } from "../kit/errors.ts";
import type { Bus, BusMessage, StoredMessage, StoredWithHeaders } from "./bus.ts";
import { newInbox } from "./inbox.ts";
import type { Requester } from "./requester.ts";

/** A request of JetStream's direct get API, which any replica of the stream answers. */
export type DirectQuery =
  | { readonly multi_last: readonly string[]; readonly seq?: number }
  | {
      readonly next_by_subj: string;
      readonly seq: number;
      readonly batch: number;
      readonly max_bytes?: number;
    };

export interface DirectBatch {
  readonly messages: readonly StoredMessage[];
  /** Matching messages that did not fit into this answer. */
  readonly left: number;
  /** Last sequence that the answering replica had, where the server tells (multi_last). */
  readonly upTo: number;
  /** The server found nothing, or what it found was gone before it could be read. */
  readonly empty: boolean;
}

/** Bytes of one answer: a bound on what is read at once; the rest is asked for after it. */
export const BATCH_BYTES_MAX = 4 * 1024 * 1024;
const status = { endOfBatch: 204, notFound: 404, noResponders: 503 } as const;

/**
 * One batch: its messages come one by one to an inbox, then a message that ends them. Fails with
 * "timeout" when the end does not come within `timeoutMs`, a lost connection included.
 */
export function directGet(
  deps: { bus: Bus; clock: Clock },
  stream: string,
  query: DirectQuery,
  timeoutMs: number,
): Promise<DirectBatch> {
  const { bus, clock } = deps;
  return new Promise((resolve, reject) => {
    const inbox = newInbox(bus);
    const messages: StoredMessage[] = [];
    const finish = (outcome: () => void) => {
      clock.clearTimeout(timer);
      subscription.unsubscribe();
      outcome();
    };
    // Throws on a connection that is closed: nothing may have been begun by then.
    const subscription = bus.subscribe(inbox, (reply) => {
      if ((reply.status ?? 0) === 0) messages.push(storedOf(reply));
      else finish(() => settle(reply, messages, stream, { resolve, reject }));
    });
    const timer = clock.setTimeout(() => {
      const text = `no complete answer to a read of ${stream} within ${timeoutMs} ms`;
      finish(() => reject(new GoimError("timeout", text)));
    }, timeoutMs);
    try {
      const payload = Buffer.from(JSON.stringify({ max_bytes: BATCH_BYTES_MAX, ...query }));
      bus.publish(`$JS.API.DIRECT.GET.${stream}`, payload, undefined, inbox);
    } catch (error) {
      finish(() => reject(error));
    }
  });
}

/**
 * One message by its sequence; undefined where the replica that answers does not have it, or none
 * answers direct reads of this stream: then the leader is to be asked.
 */
export async function directMessage(
  requester: Requester,
  stream: string,
  sequence: number,
  timeoutMs: number,
): Promise<StoredMessage | undefined> {
  const subject = `$JS.API.DIRECT.GET.${stream}`;
  const payload = Buffer.from(`{"seq":${sequence}}`);
  try {
    const reply = await requester.ask(subject, payload, { timeoutMs });
    return (reply.status ?? 0) === 0 ? storedOf(reply) : undefined;
  } catch (error) {
    if (isGoimError(error, "unavailable")) return undefined;
    throw error;
  }
}

/**
 * The newest message of one subject, with its headers; undefined where there is none. "unavailable"
 * where nobody answers direct reads of this stream. Of a stream with copies it may be old.
 */
export function directLast(
  requester: Requester,
  stream: string,
  subject: string,
  timeoutMs: number,
): Promise<StoredWithHeaders | undefined> {
  const payload = Buffer.from(JSON.stringify({ last_by_subj: subject }));
  return requester.askFor(`$JS.API.DIRECT.GET.${stream}`, payload, { timeoutMs }, lastOf);
}

function lastOf(reply: BusMessage, asked: string): StoredWithHeaders | undefined {
  const code = reply.status ?? 0;
  if (code === 0) return new LastMessage(reply);
  if (code === status.notFound) return undefined;
  throw new GoimError("unavailable", `a direct read (${asked}) ended with ${code}`);
}

/** Reads of its headers what it is asked for. */
class LastMessage implements StoredWithHeaders {
  readonly sequence: number;
  readonly data: Uint8Array;
  readonly #reply: BusMessage;

  constructor(reply: BusMessage) {
    this.#reply = reply;
    this.sequence = numberOf(reply, "Nats-Sequence");
    this.data = reply.data;
  }

  get subject(): string {
    return this.#reply.header("Nats-Subject") ?? "";
  }

  get timeMs(): number {
    return Date.parse(this.#reply.header("Nats-Time-Stamp") ?? "");
  }

  header(name: string): string | undefined {
    return this.#reply.header(name);
  }
}

function settle(
  end: BusMessage,
  messages: readonly StoredMessage[],
  stream: string,
  promise: { resolve: (batch: DirectBatch) => void; reject: (error: GoimError) => void },
): void {
  if (end.status === status.endOfBatch) {
    const left = numberOf(end, "Nats-Num-Pending");
    const upTo = numberOf(end, "Nats-UpTo-Sequence");
    promise.resolve({ messages, left, upTo, empty: false });
  } else if (end.status === status.notFound) {
    promise.resolve({ messages, left: 0, upTo: 0, empty: true });
  } else if (end.status === status.noResponders) {
    const text = `nobody answers direct reads of ${stream}`;
    promise.reject(new GoimError("unavailable", text));
  } else {
    promise.reject(
      new GoimError("internal", `a direct read of ${stream} ended with ${end.status}`),
    );
  }
}

function storedOf(reply: BusMessage): StoredMessage {
  return {
    subject: reply.header("Nats-Subject") ?? "",
    sequence: numberOf(reply, "Nats-Sequence"),
    data: reply.data,
    timeMs: Date.parse(reply.header("Nats-Time-Stamp") ?? ""),
  };
}

function numberOf(message: BusMessage, header: string): number {
  return Number(message.header(header) ?? 0);
}
