/** Somebody who wants to know when a position is stored. */
export interface AckWaiter {
  readonly at: number;
  readonly done: (stored: boolean) => void;
}

/** How far a device is, and how far logic knows. Exists from the first progress on. */
export class AckState {
  /** Highest offset that the client acknowledged (version 2). */
  client = 0;
  /** Acknowledged without a gap. */
  acked = 0;
  /** Kept broadcasts that its socket has taken, in either version. */
  all = 0;
  /** What logic has stored. */
  toldAcked = 0;
  toldHanded = 0;
  /** Waits for the delay to pass; is with the batcher. */
  gathers = false;
  /** Since when, whole monotonic milliseconds. */
  gatheredAt = 0;
  queued = false;
  waiting: AckWaiter[] | undefined = undefined;
  /** The connection has ended: called when logic knows everything, or will not. */
  onEnd: (() => void) | undefined = undefined;
}
