import type { RecordableHistogram } from "node:perf_hooks";
import type { Target } from "./load-client.ts";
import type { SequenceEnd } from "./sequence.ts";

/** What a worker is started with. */
export interface WorkerTask {
  readonly targets: readonly Target[];
  /** Index of its first client among all, and how many it has. */
  readonly first: number;
  readonly count: number;
  /** Token of a client; `%i` stands for its index, `%m` for its mid. */
  readonly token: string;
  readonly version: 1 | 2;
  /** Mid of client 0. */
  readonly midBase: number;
  readonly run: number;
  /** Whether a stream belongs to one client (its index) or to all. */
  readonly streams: "own" | "shared";
  /** Logins per second of this worker; 0 = as fast as answers come. */
  readonly connectRate: number;
  /** Logins without an answer at the same time. */
  readonly connectingMax: number;
  readonly loginTimeoutMs: number;
}

/** Sums of a worker, as numbers that only grow. */
export interface Counts {
  connected: number;
  failed: number;
  /** Connections that ended after their login, though nobody here closed them. */
  closed: number;
  delivered: number;
  doubled: number;
  outOfOrder: number;
  /** Messages that are none of this run. */
  foreign: number;
}

export function noCounts(): Counts {
  return {
    ...{ connected: 0, failed: 0, closed: 0 },
    ...{ delivered: 0, doubled: 0, outOfOrder: 0, foreign: 0 },
  };
}

export type ToWorker =
  | { readonly type: "finish"; readonly ends: readonly SequenceEnd[] }
  | { readonly type: "close" };

/** Every message carries the sums, so that none is judged by older ones. */
export type FromWorker = {
  readonly counts: Counts;
  /** Why the first client failed or was closed; "" = none. */
  readonly firstFailure: string;
} & (
  | { readonly type: "counts" }
  | { readonly type: "connected"; readonly logins: RecordableHistogram }
  | {
      readonly type: "finished";
      readonly lost: number;
      /** From the intended moment of the push to its arrival, microseconds. */
      readonly latency: RecordableHistogram;
    }
);
