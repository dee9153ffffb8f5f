import type { EncodedBatch } from "../protocol/frame-batch.ts";
import type { Step } from "./piece.ts";

/** What catching up needs of a member. */
export interface Follows {
  /** Key of its session: a push may exclude keys. */
  readonly key: string;
  /** Set while it is behind. */
  lag: Lag | undefined;
  /**
   * Hands over a frame. False when more bytes would wait for the socket than may: then nothing was
   * done, and `lag.wake` is called once the socket has taken what waits.
   */
  offer(frame: EncodedBatch, entries: number): boolean;
  /** Ends the connection: it was behind for too long. */
  tooSlow(reason: string): void;
}

/** Stands for a place in a log where there is no offset to name. */
export const Place = {
  /** A newcomer: where it begins is still being read. */
  Unknown: -1,
  /** What comes next cannot be had any more. */
  Lost: -2,
} as const;

/** A log that has an end which members may stand behind. */
export interface Track {
  /** Whether there is nothing more for it before what is live. */
  atEnd(lag: Lag): boolean;
  /** The next frame for it; undefined while that is being read, `lag.wake` is called then. */
  next(lag: Lag): Step | undefined;
  /** The piece was handed over. */
  passed(lag: Lag, step: Step): void;
  /** It stands at the end: from here on it gets what is live. */
  caught(lag: Lag): void;
}

/** Goes to whoever has had everything up to `at`, before what follows. */
export interface Notice {
  readonly at: number;
  readonly frame: EncodedBatch;
}

/** Where somebody begins to be behind, and why. */
export interface LagStart {
  readonly at: number;
  readonly since: number;
  /**
   * fresh: a newcomer of version 1, where it begins is still to be read. resumed: a newcomer that
   * begins at `at`. fell: its socket did not take a flush.
   */
  readonly why: "fresh" | "resumed" | "fell";
}

/** A member that stands behind the end of a log. It exists only while that is so. */
export class Lag {
  readonly member: Follows;
  readonly track: Track;
  readonly #wake: (lag: Lag) => void;
  /** It has had everything up to this offset; or a Place. */
  at: number;
  /** Entries the log had handed out up to where this began, and entries passed since. */
  since: number;
  passed = 0;
  /** Where a newcomer joined: it gets everything from there on, however short its replay. */
  joinedAt: number;
  /** What it waits for: its turn, its socket, or a read: of the log, or what was recalled. */
  waits: "turn" | "socket" | "log" = "socket";
  overdue = false;
  /** Entries up to here are owed when they are passed: nobody had counted them. */
  uncountedTo = -1;
  /** What was recalled has to be known before each frame. */
  readonly asks: boolean;
  /** What it has to be told of its log, in order. */
  notices: Notice[] | undefined = undefined;

  constructor(
    member: Follows,
    track: Track,
    start: LagStart & { readonly asks: boolean; readonly wake: (lag: Lag) => void },
  ) {
    this.member = member;
    this.track = track;
    this.at = start.why === "fresh" ? Place.Unknown : start.at;
    this.joinedAt = start.at;
    this.since = start.since;
    this.asks = start.asks;
    this.#wake = start.wake;
  }

  /** What it waited for may be there. */
  wake(): void {
    this.#wake(this);
  }
}
