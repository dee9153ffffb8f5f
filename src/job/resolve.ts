import type { Clock } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { LruMap } from "../kit/lru.ts";
import type { Session } from "../store/sessions.ts";
import type { JobStats } from "./stats.ts";

export interface ResolveConfig {
  /** Most ids in one question, and most questions in flight. */
  readonly batchMax: number;
  readonly inFlightMax: number;
  /** Pauses in milliseconds after a failure: the first one, and the longest. */
  readonly retry: number;
  readonly retryMax: number;
  /** Most ids whose last answer is remembered. */
  readonly rememberMax: number;
}

export interface ResolveDeps {
  /** The sessions of each id, in the order asked. */
  readonly read: (ids: readonly string[]) => Promise<Session[][]>;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
}

interface Question {
  readonly id: string;
  readonly onAsk: () => void;
  readonly answer: (sessions: readonly Session[]) => void;
}

/**
 * Looks up sessions, many at a time: questions gather while enough are in flight. It never gives
 * up: while the store is away it asks again, ever more slowly, and nothing is skipped.
 */
export class Resolver {
  readonly #config: ResolveConfig;
  readonly #deps: ResolveDeps;
  #waiting: Question[] = [];
  #inFlight = 0;
  #scheduled = false;
  #failures = 0;
  #paused = false;
  #stopped = false;
  readonly #lasts: LruMap<string, readonly Session[]>;

  constructor(config: ResolveConfig, deps: ResolveDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#lasts = new LruMap(config.rememberMax);
  }

  /** Questions not yet answered to whoever asked, those in flight aside. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Ids whose last answer is remembered. */
  get remembered(): number {
    return this.#lasts.size;
  }

  /** What the store said last of `id`, however long ago; undefined = no session, or not known. */
  last(id: string): readonly Session[] | undefined {
    return this.#lasts.peek(id);
  }

  /** Whether the last question failed. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  /**
   * The sessions of `id` as they are after `onAsk`, which is called right before the store is asked
   * (again, when it is asked again). Never settles after `stop`.
   */
  resolve(id: string, onAsk: () => void): Promise<readonly Session[]> {
    return new Promise((answer) => {
      this.#waiting.push({ id, onAsk, answer });
      this.#schedule();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
  }

  /** Starts after the current turn, so that what one read of the socket brings goes together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    const { batchMax, inFlightMax } = this.#config;
    while (!this.#paused && this.#inFlight < inFlightMax && this.#waiting.length > 0) {
      this.#inFlight++;
      void this.#ask(this.#waiting.splice(0, batchMax));
    }
  }

  async #ask(questions: readonly Question[]): Promise<void> {
    const { read, stats } = this.#deps;
    for (const { onAsk } of questions) onAsk();
    try {
      const answers = await read(questions.map(({ id }) => id));
      stats.resolves += questions.length;
      this.#failures = 0;
      if (this.#stopped) return;
      for (const [index, { id, answer }] of questions.entries()) {
        const sessions = answers[index] ?? [];
        if (sessions.length > 0) this.#lasts.set(id, sessions);
        else this.#lasts.delete(id);
        answer(sessions);
      }
    } catch (error) {
      stats.resolveFailures++;
      if (this.#stopped) return;
      this.#waiting.unshift(...questions);
      this.#pause(error);
    } finally {
      this.#inFlight--;
      this.#pump();
    }
  }

  #pause(error: unknown): void {
    if (this.#paused) return;
    const { retry, retryMax } = this.#config;
    const delayMs = Math.min(retryMax, retry * 2 ** Math.min(this.#failures, 20));
    const { log, clock } = this.#deps;
    if (this.#failures++ === 0) {
      log.warn({ reason: messageOf(error) }, "the session store does not answer; trying again");
    }
    this.#paused = true;
    clock.setTimeout(() => {
      this.#paused = false;
      this.#pump();
    }, delayMs);
  }
}
