import type { StreamLayout, StreamReader } from "../bus/bus.ts";

/** A stream as it is now. */
export interface StreamFacts {
  readonly epoch: string;
  readonly last: number;
}

interface Question {
  readonly stream: string;
  readonly resolve: (facts: StreamFacts) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Epoch and last sequence of streams, for the first check after a take-over. Dozens of shards ask
 * at once; one look at each stream serves all who asked before it began, never anybody later.
 */
export class FactFinder {
  readonly #layout: StreamLayout;
  readonly #reader: Pick<StreamReader, "lastSequence">;
  #waiting: Question[] = [];
  #busy = false;

  constructor(layout: StreamLayout, reader: Pick<StreamReader, "lastSequence">) {
    this.#layout = layout;
    this.#reader = reader;
  }

  /** Fails with what the streams fail with ("unavailable", "timeout"). */
  of(stream: string): Promise<StreamFacts> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ stream, resolve, reject });
      if (!this.#busy) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#busy = true;
    // Everybody who asks in this turn is served together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const questions = this.#waiting;
      this.#waiting = [];
      await this.#answer(questions);
    }
    this.#busy = false;
  }

  async #answer(questions: readonly Question[]): Promise<void> {
    try {
      await this.#layout.refresh();
      const streams = [...new Set(questions.map(({ stream }) => stream))];
      const lasts = await Promise.all(streams.map((name) => this.#reader.lastSequence(name)));
      for (const { stream, resolve } of questions) {
        const last = lasts[streams.indexOf(stream)] ?? 0;
        resolve({ epoch: this.#layout.epoch(stream), last });
      }
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }
}
