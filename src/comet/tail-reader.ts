import type { StreamReader } from "../bus/bus.ts";
import type { LogEnd } from "./follower.ts";

export interface TailReaderLimits {
  /** Reads of single tails under way at once. */
  readonly tailReadsMax: number;
  /** Tails asked for in one read. */
  readonly checkBatch: number;
}

type Reader = Pick<StreamReader, "lastSequence" | "tail" | "tails">;

interface Waiting {
  readonly subject: string;
  readonly resolve: (end: LogEnd) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads the newest message of single logs. A few reads go out one by one, which is the fastest;
 * when many logs are opened at once, those that have to wait are asked for together.
 */
export class TailReader {
  readonly #limits: TailReaderLimits;
  readonly #reader: Reader;
  readonly #waiting = new Map<string, Waiting[]>();
  #underWay = 0;
  /** Reads so far, of one tail and of many. */
  singles = 0;
  batches = 0;

  constructor(limits: TailReaderLimits, reader: Reader) {
    this.#limits = limits;
    this.#reader = reader;
  }

  /** Where `subject` ends, read from the stream's leader after this call. */
  async end(stream: string, subject: string): Promise<LogEnd> {
    if (this.#underWay >= this.#limits.tailReadsMax) return this.#wait(stream, subject);
    this.#underWay++;
    this.singles++;
    try {
      const tail = await this.#reader.tail(stream, subject);
      return { tail, last: tail === undefined ? await this.#reader.lastSequence(stream) : 0 };
    } finally {
      this.#next();
    }
  }

  #wait(stream: string, subject: string): Promise<LogEnd> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(stream) ?? [];
      waiting.push({ subject, resolve, reject });
      this.#waiting.set(stream, waiting);
    });
  }

  /** A place is free: all that waits for one stream goes next, as far as a batch holds it. */
  #next(): void {
    for (const [stream, waiting] of this.#waiting) {
      const batch = waiting.splice(0, this.#limits.checkBatch);
      if (waiting.length === 0) this.#waiting.delete(stream);
      void this.#readBatch(stream, batch).finally(() => this.#next());
      return;
    }
    this.#underWay--;
  }

  async #readBatch(stream: string, batch: readonly Waiting[]): Promise<void> {
    this.batches++;
    try {
      const subjects = [...new Set(batch.map(({ subject }) => subject))];
      const { last, messages } = await this.#reader.tails(stream, subjects);
      for (const { subject, resolve } of batch) resolve({ tail: messages.get(subject), last });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
