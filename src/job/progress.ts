import type { ShardPosition } from "./lease-value.ts";

/** One message on its way, from being read to being finished. */
export interface Ticket {
  readonly sequence: number;
  readonly bytes: number;
  finished: boolean;
}

export interface ProgressLimits {
  /** Messages, and their bytes, that may be unfinished at once. */
  readonly messagesMax: number;
  readonly bytesMax: number;
  /** Least age of the warm position in milliseconds, and most messages between it and now. */
  readonly warmMs: number;
  readonly warmMax: number;
}

interface Mark {
  readonly at: number;
  readonly checkpoint: number;
  /** Messages finished until then. */
  readonly count: number;
}

/** Once this many finished tickets lie before the first unfinished one, the array is cut. */
const CUT_AT = 1024;

/**
 * How far one shard is: messages begin in the order of the stream, finish in any order, and the
 * checkpoint is the end of the finished prefix. Pure.
 */
export class Progress {
  readonly #limits: ProgressLimits;
  readonly #epoch: string;
  #tickets: Ticket[] = [];
  #head = 0;
  #checkpoint: number;
  #messages = 0;
  #bytes = 0;
  #count = 0;
  #marks: Mark[];
  #waiting: (() => void)[] = [];
  #idle: (() => void)[] = [];

  constructor(start: ShardPosition, limits: ProgressLimits) {
    this.#limits = limits;
    this.#epoch = start.epoch;
    this.#checkpoint = start.checkpoint;
    this.#marks = [{ at: Number.NEGATIVE_INFINITY, checkpoint: start.warm, count: 0 }];
  }

  /** Messages that are not finished. */
  get messages(): number {
    return this.#messages;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get checkpoint(): number {
    return this.#checkpoint;
  }

  get full(): boolean {
    return this.#messages >= this.#limits.messagesMax || this.#bytes >= this.#limits.bytesMax;
  }

  /** `sequence` must be above that of every ticket before. */
  begin(sequence: number, bytes: number): Ticket {
    const ticket = { sequence, bytes, finished: false };
    this.#tickets.push(ticket);
    this.#messages++;
    this.#bytes += bytes;
    return ticket;
  }

  /** A second time does nothing. */
  finish(ticket: Ticket): void {
    if (ticket.finished) return;
    ticket.finished = true;
    this.#messages--;
    this.#bytes -= ticket.bytes;
    this.#count++;
    let head = this.#tickets[this.#head];
    while (head?.finished === true) {
      this.#checkpoint = head.sequence;
      head = this.#tickets[++this.#head];
    }
    if (this.#head >= CUT_AT) {
      this.#tickets = this.#tickets.slice(this.#head);
      this.#head = 0;
    }
    if (this.#messages === 0) for (const resolve of this.#idle.splice(0)) resolve();
    if (!this.full) this.wake();
  }

  /** Resolves when there may be room for one more message. */
  room(): Promise<void> {
    if (!this.full) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves when nothing is unfinished. */
  idle(): Promise<void> {
    if (this.#messages === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** What the lease says now. `nowMs` is the monotonic clock; at most one mark a second is kept. */
  position(nowMs: number): ShardPosition {
    this.#mark(nowMs);
    const warm = this.#marks[0]?.checkpoint ?? this.#checkpoint;
    return { epoch: this.#epoch, checkpoint: this.#checkpoint, warm };
  }

  #mark(nowMs: number): void {
    const latest = this.#marks.at(-1);
    const due = latest === undefined || nowMs - latest.at >= 1000;
    if (due && latest?.checkpoint !== this.#checkpoint) {
      this.#marks.push({ at: nowMs, checkpoint: this.#checkpoint, count: this.#count });
    }
    // The first mark goes as soon as the second is old enough, or the way from it is too long.
    for (let next = this.#marks[1]; next !== undefined; next = this.#marks[1]) {
      const oldEnough = next.at <= nowMs - this.#limits.warmMs;
      const tooFar = this.#count - (this.#marks[0]?.count ?? 0) > this.#limits.warmMax;
      if (!oldEnough && !tooFar) break;
      this.#marks.shift();
    }
  }

  /** Lets everybody who waits for room look again. */
  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
