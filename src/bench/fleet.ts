import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import type { Worker } from "node:worker_threads";
import {
  type Counts,
  type FromWorker,
  noCounts,
  type ToWorker,
  type WorkerTask,
} from "./fleet-messages.ts";
import { nowMs } from "./message.ts";
import type { SequenceEnd } from "./sequence.ts";
import { startThread } from "./thread.ts";

export interface FleetOptions extends Omit<WorkerTask, "first" | "count"> {
  readonly clients: number;
  readonly workers: number;
}

export interface Finished {
  readonly counts: Counts;
  readonly lost: number;
  readonly latency: RecordableHistogram;
  /** The same by window. */
  readonly windows: readonly RecordableHistogram[];
  readonly first: RecordableHistogram;
  readonly last: RecordableHistogram;
}

interface Member {
  readonly worker: Worker;
  readonly task: WorkerTask;
  counts: Counts;
  firstFailure: string;
}

/** The clients of a run, spread over worker threads. */
export class Fleet {
  readonly #members: Member[] = [];
  readonly #logins = createHistogram();
  #failure: Error | undefined;
  #windows = 0;
  #listeners: ((message: FromWorker) => void)[] = [];
  #rejecters: ((error: Error) => void)[] = [];

  constructor(options: FleetOptions) {
    const { clients, workers, ...task } = options;
    const each = Math.ceil(clients / workers);
    for (let first = 0; first < clients; first += each) {
      const count = Math.min(each, clients - first);
      this.#start({
        ...task,
        ...{ first, count },
        connectRate: (task.connectRate * count) / clients,
        connectingMax: Math.max(1, Math.ceil((task.connectingMax * count) / clients)),
      });
    }
  }

  /** Sums over all workers, at most a quarter of a second old. */
  counts(): Counts {
    const sum = noCounts();
    for (const { counts } of this.#members) {
      for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
    }
    return sum;
  }

  /** Why the first client failed, for the person who reads the report. */
  get firstFailure(): string {
    return this.#members.find(({ firstFailure }) => firstFailure !== "")?.firstFailure ?? "";
  }

  /** Resolves when every login was answered or failed. */
  async connected(): Promise<{ logins: RecordableHistogram; seconds: number }> {
    const beganMs = nowMs();
    await this.#gather((message) => {
      if (message.type !== "connected") return false;
      this.#logins.add(message.logins);
      return true;
    });
    return { logins: this.#logins, seconds: (nowMs() - beganMs) / 1000 };
  }

  /** Compares what came with what was acknowledged. `ends` is indexed by stream. */
  async finish(ends: readonly SequenceEnd[]): Promise<Finished> {
    const [latency, first, last] = [createHistogram(), createHistogram(), createHistogram()];
    const windows = Array.from({ length: this.#windows }, () => createHistogram());
    let lost = 0;
    const done = this.#gather((message) => {
      if (message.type !== "finished") return false;
      latency.add(message.latency);
      for (const [at, part] of message.windows.entries()) windows[at]?.add(part);
      first.add(message.first);
      last.add(message.last);
      lost += message.lost;
      return true;
    });
    for (const { worker, task } of this.#members) {
      const own = task.streams === "own" ? ends.slice(task.first, task.first + task.count) : ends;
      worker.postMessage({ type: "finish", ends: own } satisfies ToWorker);
    }
    await done;
    return { counts: this.counts(), lost, latency, windows, first, last };
  }

  /** Begins a window of its own for latency. */
  window(): void {
    this.#windows += 1;
    for (const { worker } of this.#members) {
      worker.postMessage({ type: "window" } satisfies ToWorker);
    }
  }

  /** Lets those who stopped reading go on. */
  resume(): void {
    for (const { worker } of this.#members) {
      worker.postMessage({ type: "resume" } satisfies ToWorker);
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#members.map(({ worker }) => {
        const exit = new Promise((resolve) => worker.once("exit", resolve));
        worker.postMessage({ type: "close" } satisfies ToWorker);
        return exit;
      }),
    );
  }

  #start(task: WorkerTask): void {
    const worker = startThread("worker", task);
    const member: Member = { worker, task, counts: noCounts(), firstFailure: "" };
    this.#members.push(member);
    worker.on("message", (message: FromWorker) => {
      member.counts = message.counts;
      member.firstFailure = message.firstFailure;
      for (const listener of this.#listeners) listener(message);
    });
    worker.on("error", (error) => {
      this.#failure ??= error;
      for (const reject of this.#rejecters) reject(error);
    });
  }

  /** Resolves when `take` has accepted a message of every worker. */
  #gather(take: (message: FromWorker) => boolean): Promise<void> {
    let missing = this.#members.length;
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#rejecters.push(reject);
      const listener = (message: FromWorker) => {
        if (take(message)) missing -= 1;
        if (missing > 0) return;
        this.#listeners = this.#listeners.filter((one) => one !== listener);
        this.#rejecters = this.#rejecters.filter((one) => one !== reject);
        resolve();
      };
      this.#listeners.push(listener);
      return undefined;
    });
  }
}
