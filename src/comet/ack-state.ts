/** Somebody who wants to know when a position is stored. */
export interface AckWaiter {
  readonly at: number;
  readonly done: (stored: boolean) => void;
}

/** How far a device is, and how far logic knows. Exists from the first progress on. */
export interface AckState {
  /** Highest offset that the client acknowledged (version 2). */
  client: number;
  /** Acknowledged without a gap. */
  acked: number;
  /** What logic has stored. */
  toldAcked: number;
  toldHanded: number;
  /** Waits for the delay to pass; is with the batcher. */
  gathers: boolean;
  queued: boolean;
  waiting: AckWaiter[] | undefined;
  /** The connection has ended: called when logic knows everything, or will not. */
  onEnd: (() => void) | undefined;
}

export function createAckState(): AckState {
  return {
    ...{ client: 0, acked: 0, toldAcked: 0, toldHanded: 0, gathers: false, queued: false },
    ...{ waiting: undefined, onEnd: undefined },
  };
}
