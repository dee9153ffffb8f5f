import { type Clock, sleep, systemClock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import { Semaphore } from "../kit/semaphore.ts";
import type {
  Bus,
  HistoryBound,
  HistoryReader,
  HistorySlice,
  KeptReader,
  SequenceReader,
  StoredMessage,
  StoredWithHeaders,
  StreamReader,
  StreamState,
} from "./bus.ts";
import {
  BATCH_BYTES_MAX,
  type DirectBatch,
  type DirectQuery,
  directGet,
  directMessage,
} from "./direct-get.ts";
import { JsApi } from "./js-api.ts";
import { Requester } from "./requester.ts";
import { meta } from "./stream-config.ts";

export interface StreamReaderOptions {
  readonly clock?: Clock;
  /** Bound of one read, default 5 s. */
  readonly timeoutMs?: number;
  /** Reads of many messages at once, default 4; the others wait. */
  readonly maxBatches?: number;
  /** Reads of one message by its sequence at once, default 256; the others wait. */
  readonly maxMessages?: number;
}

/** Subjects in one request; the server refuses more than 1,024 answers. */
const TAILS_MAX = 1_000;
/** Messages in one batch of a range. */
const RANGE_BATCH_MAX = 1_000;
/** A replica that is behind its leader is asked again this often, with this pause. */
const LAG_TRIES = 20;
const LAG_PAUSE_MS = 50;
/** Single reads from the leader at once, where a batch could not be trusted. */
const LEADER_READS = 64;
/** Windows of reading backwards, see `before`. */
const WINDOW_GROWTH = 8;
const WINDOW_SHRINK = 4;
const WINDOW_MARGIN = 1.25;

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads that decide delivery. Single ones go to the stream's leader; batches, which any replica
 * answers, are checked against the leader and read again while the replica is behind.
 */
export function createStreamReader(
  bus: Bus,
  options: StreamReaderOptions = {},
): StreamReader & HistoryReader & SequenceReader & KeptReader {
  return new CheckedReader(bus, options);
}

class CheckedReader implements StreamReader, HistoryReader, SequenceReader, KeptReader {
  readonly #api: JsApi;
  readonly #deps: { bus: Bus; clock: Clock };
  readonly #timeoutMs: number;
  readonly #batches: Semaphore;
  readonly #single = new Semaphore(LEADER_READS);
  readonly #messages: Semaphore;
  readonly #requester: Requester;

  constructor(bus: Bus, options: StreamReaderOptions) {
    const { clock = systemClock, timeoutMs = 5_000, maxBatches = 4, maxMessages = 256 } = options;
    this.#deps = { bus, clock };
    this.#timeoutMs = timeoutMs;
    this.#api = new JsApi(bus, { clock, timeoutMs });
    this.#batches = new Semaphore(maxBatches);
    this.#messages = new Semaphore(maxMessages);
    this.#requester = new Requester(bus, clock);
  }

  async lastSequence(stream: string): Promise<number> {
    return (await this.#api.streamInfo(stream)).state.last_seq;
  }

  tail(stream: string, subject: string): Promise<StoredMessage | undefined> {
    return this.#api.message(stream, { last_by_subj: subject });
  }

  async tails(stream: string, subjects: readonly string[]) {
    const last = await this.lastSequence(stream);
    const messages = new Map<string, StoredMessage>();
    const wanted = last === 0 ? [] : [...new Set(subjects)];
    for (let at = 0; at < wanted.length; at += TAILS_MAX) {
      const part = wanted.slice(at, at + TAILS_MAX);
      await this.#tailsOf(stream, part, last, messages);
    }
    return { last, messages };
  }

  async range(
    stream: string,
    subject: string,
    from: number,
    to: number,
    limit: number,
  ): Promise<StoredMessage[]> {
    const bound = { messages: limit, bytes: Infinity, reads: Infinity };
    const { messages } = await this.after(stream, subject, { from, to }, bound);
    return [...messages];
  }

  async state(stream: string): Promise<StreamState> {
    const { state, config } = await this.#api.streamInfo(stream);
    const { first_seq: first, last_seq: last, messages } = state;
    const epoch = config.metadata?.[meta.epoch] ?? "";
    return { epoch, first: messages === 0 ? last + 1 : first, last };
  }

  message(stream: string, sequence: number): Promise<StoredWithHeaders | undefined> {
    return this.#api.message(stream, { seq: sequence });
  }

  async bySequence(
    stream: string,
    sequences: readonly number[],
    onMessage: (message: StoredMessage) => void,
  ): Promise<void> {
    const read = async (sequence: number) => {
      const found =
        (await directMessage(this.#requester, stream, sequence, this.#timeoutMs)) ??
        (await this.#api.message(stream, { seq: sequence }));
      if (found !== undefined) onMessage(found);
    };
    const reads = sequences.map((sequence) => this.#messages.run(() => read(sequence)));
    await Promise.allSettled(reads);
    await Promise.all(reads);
  }

  oldest(stream: string, subject: string): Promise<StoredMessage | undefined> {
    return this.#api.message(stream, { seq: 1, next_by_subj: subject });
  }

  /**
   * A stream loses messages from its old end, and beyond its bound of one subject that subject's
   * oldest. So nothing is gone while the stream begins at or before the sequence and the subject
   * has not come to its bound.
   */
  async wholeAfter(stream: string, subject: string, sequence: number): Promise<boolean> {
    const { state, config } = await this.#api.streamInfo(stream, subject);
    const { first_seq, last_seq, messages, subjects = {} } = state;
    if ((messages === 0 ? last_seq + 1 : first_seq) > sequence + 1) return false;
    const most = config.max_msgs_per_subject;
    return most <= 0 || (subjects[subject] ?? 0) < most;
  }

  async after(
    stream: string,
    subject: string,
    { from, to }: Span,
    bound: HistoryBound,
  ): Promise<HistorySlice> {
    const messages: StoredMessage[] = [];
    let next = Math.max(1, from);
    let bytes = 0;
    for (let reads = 0; next <= to; reads++) {
      const left = { messages: bound.messages - messages.length, bytes: bound.bytes - bytes };
      if (left.messages <= 0 || left.bytes <= 0 || reads >= bound.reads) {
        return { messages, from, to: next - 1 };
      }
      const part = await this.#part(stream, subject, { from: next, to }, left);
      for (const message of part.messages) {
        messages.push(message);
        bytes += message.data.length;
        next = message.sequence + 1;
      }
      if (part.complete) break;
    }
    return { messages, from, to };
  }

  /**
   * JetStream reads forwards only. So windows that end at the newest sequence wanted are read
   * whole, as wide as the subject's messages seem to be apart: wider after an empty one, narrower
   * after one that holds more than may be read.
   */
  async before(
    stream: string,
    subject: string,
    { from: first, to }: Span,
    bound: HistoryBound,
  ): Promise<HistorySlice> {
    const parts: (readonly StoredMessage[])[] = [];
    let [low, count, bytes, width] = [to + 1, 0, 0, bound.messages];
    for (let reads = 0; low > first && count < bound.messages && bytes < bound.bytes; reads += 2) {
      if (reads >= bound.reads && low <= to) break;
      const from = Math.max(first, low - width);
      const next = await this.#api.message(stream, { seq: from, next_by_subj: subject });
      if (next === undefined || next.sequence >= low) {
        low = from;
        width *= WINDOW_GROWTH;
        continue;
      }
      const span = { from: next.sequence, to: low - 1 };
      const part = await this.#part(stream, subject, span, bound);
      if (!part.complete) {
        width = Math.max(1, Math.floor((low - next.sequence) / WINDOW_SHRINK));
        continue;
      }
      parts.unshift(part.messages);
      count += part.messages.length;
      for (const message of part.messages) bytes += message.data.length;
      const apart = (low - from) / Math.max(1, part.messages.length);
      const wanted = Math.ceil((bound.messages - count) * apart * WINDOW_MARGIN);
      width = Math.max(1, Math.min(wanted, width * WINDOW_GROWTH));
      low = from;
    }
    return { messages: parts.flat(), from: low, to };
  }

  /**
   * One batch: the first messages of a span. Not complete where more of the span is left, and
   * then not empty.
   */
  async #part(
    stream: string,
    subject: string,
    { from, to }: Span,
    most: Pick<HistoryBound, "messages" | "bytes">,
  ): Promise<{ messages: readonly StoredMessage[]; complete: boolean }> {
    const batch = Math.min(RANGE_BATCH_MAX, most.messages, to - from + 1);
    const max_bytes = Math.min(BATCH_BYTES_MAX, most.bytes);
    for (let tries = 0; ; ) {
      const query = { next_by_subj: subject, seq: from, batch, max_bytes };
      const answer = await this.#get(stream, query);
      const messages = answer.messages.filter(({ sequence }) => sequence <= to);
      // A replica answers in the order of its log: having one beyond `to` it has all up to `to`.
      if (messages.length < answer.messages.length) return { messages, complete: true };
      const next = (messages.at(-1)?.sequence ?? from - 1) + 1;
      if (next > to) return { messages, complete: true };
      if (messages.length > 0 && answer.left > 0) return { messages, complete: false };
      // The replica has no more: so says a complete one and one that is behind. The leader knows.
      const more = await this.#api.message(stream, { seq: next, next_by_subj: subject });
      if (more === undefined || more.sequence > to) return { messages, complete: true };
      if (messages.length > 0) return { messages, complete: false };
      if (++tries > LAG_TRIES) throw lagging(stream, to);
      await sleep(this.#deps.clock, LAG_PAUSE_MS);
    }
  }

  /** The newest message of each subject as of `last` or later, put into `messages`. */
  async #tailsOf(
    stream: string,
    subjects: readonly string[],
    last: number,
    messages: Map<string, StoredMessage>,
  ): Promise<void> {
    let seq = 1;
    for (let tries = 0; ; ) {
      const answer = await this.#get(stream, { multi_last: subjects, seq });
      // The end of nothing does not tell how far the replica is.
      if (answer.empty) return this.#tailsOneByOne(stream, subjects, messages);
      if (answer.upTo >= last) {
        for (const message of answer.messages) {
          messages.set(message.subject, message);
          seq = Math.max(seq, message.sequence + 1);
        }
        if (answer.left === 0 || answer.messages.length === 0) return;
      } else {
        if (++tries > LAG_TRIES) throw lagging(stream, last);
        await sleep(this.#deps.clock, LAG_PAUSE_MS);
      }
    }
  }

  async #tailsOneByOne(
    stream: string,
    subjects: readonly string[],
    messages: Map<string, StoredMessage>,
  ): Promise<void> {
    await Promise.all(
      subjects.map((subject) =>
        this.#single.run(async () => {
          const message = await this.tail(stream, subject);
          if (message !== undefined) messages.set(subject, message);
        }),
      ),
    );
  }

  #get(stream: string, query: DirectQuery): Promise<DirectBatch> {
    return this.#batches.run(() => directGet(this.#deps, stream, query, this.#timeoutMs));
  }
}

function lagging(stream: string, sequence: number): GoimError {
  return new GoimError("unavailable", `a replica of ${stream} does not have ${sequence} yet`);
}
