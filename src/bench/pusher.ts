import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { messageOf } from "../kit/errors.ts";
import { HttpLane } from "./http-lane.ts";
import { formOf, type MessageForm, nowMs } from "./message.ts";
import { paced } from "./pacer.ts";
import type { SequenceEnd } from "./sequence.ts";

export interface PusherOptions {
  readonly logic: URL;
  /** Of the HTTP API; empty: none. */
  readonly apiKey: string;
  /** Whether bodies are text. */
  readonly text: boolean;
  /** Path and query of the push to target `n`. */
  readonly path: (target: number) => string;
  /** Targets in turn; 1 = always the same. */
  readonly targets: number;
  /** Whether a stream is a target (its pushes go one after another) or a connection. */
  readonly streamOf: "target" | "lane";
  readonly run: number;
  /** Pushes per second, sent when due whether or not answers come; 0 = as fast as they do. */
  readonly rate: number;
  readonly durationMs: number;
  /** With rate 0: so many pushes instead of a time. */
  readonly count?: number;
  /** Number of the first stream; default 0. */
  readonly firstStream?: number;
  readonly connections: number;
  readonly bodyBytes: number;
  readonly signal: AbortSignal;
}

export interface Pushed {
  /** Answered with code 0. */
  sent: number;
  /** Answered otherwise, or not at all. */
  failed: number;
  /** Due, but more than JOBS_MAX waited already. */
  unsent: number;
  firstFailure: string;
  /** From the due moment to the answer, microseconds. */
  readonly latency: RecordableHistogram;
  seconds: number;
}

interface Job {
  readonly target: number;
  readonly intendedMs: number;
}

interface Lane {
  readonly index: number;
  readonly http: HttpLane;
  readonly queue: Job[];
  busy: boolean;
}

/** From the start of the thread that tells when pushes are due to the first one. */
const THREAD_START_MS = 100;
/** Pushes that wait for a connection. */
const JOBS_MAX = 20_000;
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Pushes over several connections, each of which awaits its answer: what one connection sent must
 * arrive in that order, between connections there is none. A push that has to wait keeps the moment
 * it was due, so a slow server cannot hide behind a slow load tool.
 */
export class Pusher {
  readonly result: Pushed = {
    ...{ sent: 0, failed: 0, unsent: 0, firstFailure: "", seconds: 0 },
    latency: createHistogram(),
  };
  readonly #options: PusherOptions;
  readonly #form: MessageForm;
  readonly #lanes: Lane[];
  readonly #lasts = new Map<number, number>();
  readonly #faileds = new Map<number, number[]>();
  #waiting = 0;
  #over = false;
  #idle: () => void = () => {};

  constructor(options: PusherOptions) {
    this.#options = options;
    this.#form = formOf(options.text);
    this.#lanes = Array.from({ length: options.connections }, (_, index) => ({
      ...{ index, queue: [], busy: false },
      http: new HttpLane(options.logic, ANSWER_TIMEOUT_MS, options.apiKey),
    }));
  }

  /** Pushes until the time is over, then awaits the answers. */
  async run(): Promise<Pushed> {
    // Callers keep their connections; that of the first push is not to be in its latency.
    await Promise.all(this.#lanes.map(({ http }) => http.open()));
    const beganMs = nowMs() + (this.#options.rate > 0 ? THREAD_START_MS : 0);
    await (this.#options.rate > 0 ? this.#openLoop(beganMs) : this.#closedLoop(beganMs));
    this.#over = true;
    if (this.#busy()) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    this.result.seconds = (nowMs() - beganMs) / 1000;
    for (const { http } of this.#lanes) http.close();
    return this.result;
  }

  /** Ends of the streams, from `firstStream` on. */
  ends(): SequenceEnd[] {
    const { streamOf, targets, connections } = this.#options;
    return Array.from({ length: streamOf === "target" ? targets : connections }, (_, stream) => ({
      last: this.#lasts.get(stream) ?? 0,
      failed: this.#faileds.get(stream) ?? [],
    }));
  }

  #ended(beganMs: number): boolean {
    return this.#options.signal.aborted || nowMs() - beganMs >= this.#options.durationMs;
  }

  async #openLoop(beganMs: number): Promise<void> {
    const { rate, targets, durationMs, signal } = this.#options;
    const pushes = Math.floor((durationMs * rate) / 1000);
    let at = 0;
    await paced({ beganMs, rate, pushes }, signal, () => {
      const due = Math.min(pushes, Math.floor(((nowMs() - beganMs) * rate) / 1000) + 1);
      for (; at < due; at++) {
        this.#add({ target: at % targets, intendedMs: beganMs + (at * 1000) / rate });
      }
    });
  }

  async #closedLoop(beganMs: number): Promise<void> {
    let at = 0;
    await Promise.all(
      this.#lanes.map(async (lane) => {
        const { count = Number.POSITIVE_INFINITY } = this.#options;
        while (at < count && !this.#ended(beganMs)) {
          const target = at % this.#options.targets;
          at += 1;
          await this.#push(lane, { target, intendedMs: nowMs() });
        }
      }),
    );
  }

  #add(job: Job): void {
    if (this.#waiting >= JOBS_MAX) {
      this.result.unsent += 1;
      return;
    }
    const lane = this.#laneFor(job);
    if (lane === undefined) return;
    lane.queue.push(job);
    this.#waiting += 1;
    if (!lane.busy) void this.#drain(lane);
  }

  /** A target's own connection, or the first idle one, or the one with the fewest waiting. */
  #laneFor(job: Job): Lane | undefined {
    if (this.#options.streamOf === "target") return this.#lanes[job.target % this.#lanes.length];
    let best: Lane | undefined;
    for (const lane of this.#lanes) {
      if (!lane.busy) return lane;
      if (best === undefined || lane.queue.length < best.queue.length) best = lane;
    }
    return best;
  }

  async #drain(lane: Lane): Promise<void> {
    lane.busy = true;
    for (let job = lane.queue.shift(); job !== undefined; job = lane.queue.shift()) {
      this.#waiting -= 1;
      await this.#push(lane, job);
    }
    lane.busy = false;
    if (this.#over && !this.#busy()) this.#idle();
  }

  /** Never rejects: a failed push is a figure. */
  async #push(lane: Lane, { target, intendedMs }: Job): Promise<void> {
    const { run, bodyBytes, streamOf, path, firstStream = 0 } = this.#options;
    const stream = streamOf === "target" ? target : lane.index;
    const sequence = (this.#lasts.get(stream) ?? 0) + 1;
    this.#lasts.set(stream, sequence);
    try {
      const message = { run, stream: firstStream + stream, sequence, intendedMs };
      const body = this.#form.encode(message, bodyBytes);
      const answer = await lane.http.post(path(target), body);
      if (answer.code !== 0) throw new Error(`${answer.status} ${answer.body.slice(0, 200)}`);
      this.result.sent += 1;
      this.result.latency.record(Math.max(1, Math.round((nowMs() - intendedMs) * 1000)));
    } catch (error) {
      this.result.failed += 1;
      if (this.result.firstFailure === "") this.result.firstFailure = messageOf(error);
      const failed = this.#faileds.get(stream) ?? [];
      failed.push(sequence);
      this.#faileds.set(stream, failed);
    }
  }

  #busy(): boolean {
    return this.#lanes.some((lane) => lane.busy);
  }
}
