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
  /** Secret that it is signed with; none: not at all. */
  readonly hs256?: string;
  /** Whether bodies are text. */
  readonly text?: boolean;
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
  /** The first clients of all stop reading once they are logged in; "resume" lets them go on. */
  readonly stalled: number;
  /** What waits for each client when it comes: so many messages, all of streams below `streams`. */
  readonly stored?: Stored | undefined;
}

export interface Stored {
  readonly messages: number;
  readonly streams: number;
  /** A client leaves when it has them, version 2 after an ack; its login lasts that long. */
  readonly leaves: boolean;
}

/** Sums of a worker, as numbers that only grow. */
export interface Counts {
  connected: number;
  failed: number;
  /** Connections that ended after their login, though nobody here closed them. */
  closed: number;
  delivered: number;
  /** Of these, to clients that had stopped reading. */
  toStalled: number;
  /** Clients that have all that was stored before they came. */
  complete: number;
  doubled: number;
  outOfOrder: number;
  /** Messages that are none of this run. */
  foreign: number;
}

export function noCounts(): Counts {
  return {
    ...{ connected: 0, failed: 0, closed: 0 },
    ...{ delivered: 0, toStalled: 0, complete: 0, doubled: 0, outOfOrder: 0, foreign: 0 },
  };
}

export type ToWorker =
  | { readonly type: "finish"; readonly ends: readonly SequenceEnd[] }
  | { readonly type: "resume" }
  /** From here on latency counts for a further window too. */
  | { readonly type: "window" }
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
      /** The same from each window's begin to that of the next one. */
      readonly windows: readonly RecordableHistogram[];
      /** From the auth packet to the first and to the last stored message, microseconds. */
      readonly first: RecordableHistogram;
      readonly last: RecordableHistogram;
    }
);
