import type { Metrics } from "../kit/metrics.ts";
import type { DigestWatch } from "./digest-watch.ts";
import type { Fanout } from "./fanout.ts";
import type { SendPace } from "./send-pace.ts";
import type { TailCheck } from "./tail-check.ts";
import type { TailReader } from "./tail-reader.ts";

/** Plain numbers shared by all rooms. */
export interface RoomStats {
  flushes: number;
  flushedEntries: number;
  flushedBytes: number;
  /** Entries that came while nobody was in the room. */
  unheard: number;
  readonly ledger: Ledger;
}

/**
 * What became of every entry for every member that was to get it: `owed` is the sum of all others
 * and of what members that are behind have still to get.
 */
export interface Ledger {
  owed: number;
  /** Handed to the socket in a flush, or later out of ring and stream. */
  live: number;
  resumed: number;
  /** Not sent: its time was over. */
  expired: number;
  /** Not sent: the push excluded the member. */
  excluded: number;
  /** Not sent: the stream did not keep it for so long, or was created again. */
  gone: number;
  /** Not sent: the member left, or its connection ended. */
  left: number;
  /** Not sent: the member was closed because it did not catch up in time. */
  tooSlow: number;
}

export function createRoomStats(): RoomStats {
  const handed = { owed: 0, live: 0, resumed: 0 };
  const ledger = { ...handed, expired: 0, excluded: 0, gone: 0, left: 0, tooSlow: 0 };
  return { flushes: 0, flushedEntries: 0, flushedBytes: 0, unheard: 0, ledger };
}

export function exposeRoomStats(metrics: Metrics, stats: RoomStats): void {
  metrics.countOf("comet_room_flushes_total", "Flushes of rooms.", () => stats.flushes);
  metrics.countOf("comet_room_flushed_entries_total", "Messages in those flushes.", () => {
    return stats.flushedEntries;
  });
  metrics.countOf("comet_room_flushed_bytes_total", "Encoded bytes in those flushes.", () => {
    return stats.flushedBytes;
  });
  metrics.countOf("comet_room_unheard_total", "Messages of rooms that nobody was in.", () => {
    return stats.unheard;
  });
  exposeLedger(metrics, stats.ledger);
}

function exposeLedger(metrics: Metrics, ledger: Ledger): void {
  const totals: [string, string, () => number][] = [
    ["owed", "Messages times the members that were to get them.", () => ledger.owed],
    ["live", "Of these, handed to a socket in a flush.", () => ledger.live],
    ["resumed", "Handed to a socket later, out of ring and stream.", () => ledger.resumed],
    ["dropped_expired", "Not sent: their time was over.", () => ledger.expired],
    ["dropped_excluded", "Not sent: the push excluded the member.", () => ledger.excluded],
    ["dropped_gone", "Not sent: gone from the stream.", () => ledger.gone],
    ["dropped_left", "Not sent: the member left or its connection ended.", () => ledger.left],
    ["dropped_slow", "Not sent: the member was too slow and closed.", () => ledger.tooSlow],
  ];
  for (const [name, help, value] of totals)
    metrics.countOf(`comet_room_${name}_total`, help, value);
}

export function exposeFanout(metrics: Metrics, kind: string, fanout: Fanout): void {
  const name = (text: string) => `comet_${kind}_${text}`;
  metrics.countOf(name("slices_total"), "Slices of fan-out.", () => fanout.slices);
  metrics.countOf(name("served_total"), "Flushes handed to a connection.", () => fanout.served);
  metrics.levelOf(name("flushes_waiting"), "Flushes not finished.", () => fanout.waiting);
}

export function exposePace(metrics: Metrics, pace: SendPace): void {
  const cost = "Measured cost of a send.";
  metrics.levelOf("comet_room_send_cost_seconds", cost, () => pace.cost / 1e6);
  const stretch = "How much wider flushes are apart than their own sends ask for.";
  metrics.levelOf("comet_room_flush_stretch", stretch, () => pace.stretch);
}

export function exposeDigestStats(metrics: Metrics, kind: string, digests: DigestWatch): void {
  const name = (text: string) => `comet_${kind}_digests_${text}`;
  const { stats } = digests;
  metrics.countOf(name("total"), "Digests received.", () => stats.received);
  metrics.countOf(name("undecodable_total"), "Digests that are none.", () => stats.undecodable);
  metrics.countOf(name("missed_total"), "Holes in the digests' numbers.", () => stats.missed);
  metrics.countOf(name("asked_total"), "Jobs asked for what was missed.", () => stats.asked);
  metrics.countOf(name("lost_total"), "Times that no job could tell.", () => stats.lost);
  metrics.levelOf(name("silent"), "Shards without a digest for too long.", () => digests.silent);
}

export function exposeTailStats(metrics: Metrics, tails: TailReader, check: TailCheck): void {
  const reads = "Reads of the newest message of";
  metrics.countOf("comet_room_tails_single_total", `${reads} one room.`, () => tails.singles);
  metrics.countOf("comet_room_tails_batch_total", `${reads} many rooms.`, () => tails.batches);
  metrics.countOf("comet_room_checks_total", "Rooms compared with their stream.", () => {
    return check.checked;
  });
  metrics.levelOf("comet_room_checks_waiting", "Rooms still to be compared.", () => check.waiting);
}
