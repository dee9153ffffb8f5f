import { HEADER_BYTES } from "../protocol/frame.ts";
import type { EncodedBatch } from "../protocol/frame-batch.ts";
import type { Lag } from "./lag.ts";
import type { Member } from "./member-list.ts";

/** A member that writes down what it gets. */
export class TestMember implements Member {
  readonly id: number;
  key = "";
  viewer = "";
  room: unknown = undefined;
  roomId = "";
  roomSlot = -1;
  allSlot = -1;
  lastFlush = 0;
  readonly wanted: ReadonlySet<number> | undefined;
  /** Bodies in order of delivery. */
  readonly got: string[] = [];
  /** Sizes of the deliveries, in entries. */
  readonly sizes: number[] = [];
  onDeliver: (() => void) | undefined;
  lag: Lag | undefined = undefined;
  /** Frames it still takes in `offer`, until `drain`. */
  takes = Number.POSITIVE_INFINITY;
  /** Why it was closed. */
  closedBecause: string | undefined;
  onTooSlow: () => void = () => {};

  constructor(id = 0, wanted?: readonly number[]) {
    this.id = id;
    this.wanted = wanted === undefined ? undefined : new Set(wanted);
  }

  accepts(op: number): boolean {
    return this.wanted?.has(op) ?? true;
  }

  offer(frame: EncodedBatch, entries: number): boolean {
    if (this.takes <= 0) return false;
    this.takes--;
    this.deliver(frame, entries);
    return true;
  }

  /** Its socket has taken what waited, and takes so many frames more. */
  drain(takes = Number.POSITIVE_INFINITY): void {
    this.takes = takes;
    this.lag?.wake();
  }

  tooSlow(reason: string): void {
    this.closedBecause = reason;
    this.onTooSlow();
  }

  deliver(frame: EncodedBatch, entries: number): void {
    this.sizes.push(entries);
    this.got.push(...bodiesOf(frame.tcp));
    this.onDeliver?.();
  }
}

/** The bodies of packets one after another, as text. */
export function bodiesOf(packets: Uint8Array): string[] {
  const bodies: string[] = [];
  const view = new DataView(packets.buffer, packets.byteOffset, packets.byteLength);
  for (let at = 0; at < packets.length; at += view.getInt32(at)) {
    const body = packets.subarray(at + HEADER_BYTES, at + view.getInt32(at));
    bodies.push(new TextDecoder().decode(body));
  }
  return bodies;
}
