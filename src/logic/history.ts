/** Pages of a room's history, read from its stream. */
import type {
  HistoryBound,
  HistoryReader,
  StoredMessage,
  StreamLayout,
  StreamState,
} from "../bus/bus.ts";
import type { IsRecalled } from "../bus/recalls.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";
import { Semaphore } from "../kit/semaphore.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { ENTRIES_MAX, offsetOf, sequenceOf } from "../protocol/offset.ts";

export interface HistoryEntry {
  readonly offset: number;
  readonly op: number;
  readonly body: Uint8Array;
  /** Unix milliseconds at which logic took it. */
  readonly timeMs: number;
  /** Unix milliseconds; 0 = never. */
  readonly expiresAt: number;
  /** Mid of the client that published it, "" = the push API. */
  readonly sender: string;
}

/** Which part: what comes after an offset, or the newest before one; neither: the newest of all. */
export interface PageRequest {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  /** Entries, expired ones not counted. */
  readonly limit: number;
  /** Life of the stream that the offset belongs to, where the caller knows it. */
  readonly epoch?: string | undefined;
}

export interface Page {
  readonly epoch: string;
  /** Ascending by offset in both directions. */
  readonly entries: readonly HistoryEntry[];
  /**
   * The last offset examined, expired entries included: `after` or `before` of the next page in
   * the same direction.
   */
  readonly cursor: number;
  /** Something may be left in that direction. */
  readonly more: boolean;
  /** Some of what came after `after` may not be kept any more. */
  readonly truncated: boolean;
  /** Offset of the oldest message kept of the room; told where `truncated`. */
  readonly oldest?: number;
}

export interface History {
  /**
   * Fails with "reset" when the offset belongs to another life of the stream, "invalid" for an id
   * that is too long, "busy" (a bound is reached), "unavailable" or "timeout".
   */
  page(roomId: string, request: PageRequest): Promise<Page>;
}

export interface HistoryConfig {
  /** Payload bytes of stream messages read for one page. */
  readonly pageBytes: number;
  /** Requests to NATS for one page. */
  readonly readsMax: number;
  /** Pages read at once; others wait. */
  readonly inFlightMax: number;
  /** Of these; one more is refused. */
  readonly waitingMax: number;
}

/** Messages that were taken back. */
export interface HistoryRecalls {
  /** Resolves when everything recalled so far is known here; fails with "unavailable". */
  current(): Promise<void>;
  of(log: "room", roomId: string, epoch: string): IsRecalled | undefined;
}

export interface HistoryDeps {
  readonly recalls?: HistoryRecalls;
  readonly reader: HistoryReader;
  readonly layout: Pick<StreamLayout, "classOf" | "shardOf">;
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Where a room's entries lie, and the stream as it is now. */
interface Log {
  readonly stream: string;
  readonly subject: string;
  readonly state: StreamState;
  /** What is taken back by now. */
  readonly hidden: () => IsRecalled | undefined;
}

export function createHistory(config: HistoryConfig, deps: HistoryDeps): History {
  const { reader, layout, subjects, clock, metrics } = deps;
  const places = new Semaphore(config.inFlightMax);
  metrics.levelOf("history_waiting", "Pages that wait to be read", () => places.waiting);
  const took = metrics.histogram("history_page_seconds", "Time to read a page, waiting included");
  const refused = metrics.counter("history_refused_total", "Pages refused, too many waiting");
  return {
    page: async (roomId, request) => {
      if (places.waiting >= config.waitingMax) {
        refused.inc();
        throw new GoimError("busy", "too many pages wait to be read; try again in a moment");
      }
      const startedMs = clock.monotonic();
      const page = await places.run(async () => {
        const { name, stream } = layout.classOf(roomId);
        const subject = subjects.pushRoom(name, layout.shardOf(roomId), roomId);
        // Before the stream is read; what is recalled meanwhile is left out where it is known.
        const [state] = await Promise.all([reader.state(stream), deps.recalls?.current()]);
        checkLife(request, state);
        const hidden = () => deps.recalls?.of("room", roomId, state.epoch);
        const log = { stream, subject, state, hidden };
        const bound = {
          // One message holds at least one entry; one more is the message `after` points into.
          messages: request.limit + 1,
          bytes: config.pageBytes,
          reads: config.readsMax,
        };
        if (request.after !== undefined) {
          return pageAfter(request.after, request.limit, { ...deps, log, bound });
        }
        return pageBefore(request.before, request.limit, { ...deps, log, bound });
      });
      took.observe((clock.monotonic() - startedMs) / 1000);
      return page;
    },
  };
}

function checkLife({ after, epoch }: PageRequest, state: StreamState): void {
  if (epoch !== undefined && epoch !== state.epoch) {
    throw new GoimError(
      "reset",
      `the room's history is of epoch ${state.epoch} now: offsets of ${epoch} mean nothing in it`,
    );
  }
  if (after !== undefined && sequenceOf(after) > state.last) {
    throw new GoimError(
      "reset",
      `the room's stream ends before offset ${after}: it was restored or created again`,
    );
  }
}

interface PageDeps extends Pick<HistoryDeps, "reader" | "clock"> {
  readonly log: Log;
  readonly bound: HistoryBound;
}

async function pageAfter(after: number, limit: number, deps: PageDeps): Promise<Page> {
  const { reader, clock, log, bound } = deps;
  const { stream, subject, state } = log;
  const span = { from: Math.max(1, sequenceOf(after)), to: state.last };
  // Read from the message of `after` itself: whether it is kept tells whether all since then is.
  let slice = await reader.after(stream, subject, span, bound);
  const { truncated, oldest } = await gap(after, slice.messages[0], deps);
  let examined = [...entriesOf(slice.messages)].filter(({ offset }) => offset > after);
  if (examined.length === 0 && slice.to < state.last) {
    // It took the whole bound for itself, and every page has to get on.
    slice = await reader.after(stream, subject, { ...span, from: slice.to + 1 }, bound);
    examined = [...entriesOf(slice.messages)];
  }

  const hidden = log.hidden();
  const entries: HistoryEntry[] = [];
  let cursor = after;
  let full = false;
  for (const entry of examined) {
    full = entries.length >= limit;
    if (full) break;
    cursor = entry.offset;
    if (isShown(entry, hidden, clock)) entries.push(shown(entry));
  }
  const more = full || slice.to < state.last;
  const found = oldest === undefined ? {} : { oldest };
  return { epoch: state.epoch, entries, cursor, more, truncated, ...found };
}

async function pageBefore(
  before: number | undefined,
  limit: number,
  deps: PageDeps,
): Promise<Page> {
  const { reader, clock, log, bound } = deps;
  const { stream, subject, state } = log;
  const end = before ?? offsetOf(state.last + 1, 0);
  const to = Math.min(state.last, sequenceOf(Math.max(0, end - 1)));
  const slice = await reader.before(stream, subject, { from: state.first, to }, bound);

  const hidden = log.hidden();
  const entries: HistoryEntry[] = [];
  // Where everything read fits, all the slice is examined, down to its first sequence.
  let cursor = Math.min(end, offsetOf(slice.from, 0));
  let full = false;
  let lowest = end;
  for (const entry of [...entriesOf(slice.messages)].reverse()) {
    if (entry.offset >= end) continue;
    full = entries.length >= limit;
    if (full) {
      cursor = lowest;
      break;
    }
    lowest = entry.offset;
    if (isShown(entry, hidden, clock)) entries.push(shown(entry));
  }
  const more = full || slice.from > state.first;
  return { epoch: state.epoch, entries: entries.reverse(), cursor, more, truncated: false };
}

/**
 * Whether something after `after` may be gone. A stream gives up its oldest messages first, so
 * nothing is while the message of `after`, or an older one of the room, is still kept.
 */
async function gap(
  after: number,
  first: StoredMessage | undefined,
  { reader, log }: PageDeps,
): Promise<{ truncated: boolean; oldest?: number }> {
  if (after === 0 || first?.sequence === sequenceOf(after)) return { truncated: false };
  const oldest = await reader.oldest(log.stream, log.subject);
  if (oldest === undefined) return { truncated: true };
  const truncated = oldest.sequence > sequenceOf(after);
  return truncated ? { truncated, oldest: offsetOf(oldest.sequence, 0) } : { truncated };
}

interface ReadEntry extends HistoryEntry {
  /** Stands for a whole message that cannot be read; job and comets skip it too. */
  readonly damaged: boolean;
}

const NO_BODY = new Uint8Array(0);

function* entriesOf(messages: readonly StoredMessage[]): Iterable<ReadEntry> {
  for (const { sequence, data } of messages) {
    const batch = decode(data);
    const count = batch?.entries.length ?? 0;
    if (batch === undefined || count === 0 || count > ENTRIES_MAX) {
      const nothing = { op: 0, body: NO_BODY, timeMs: 0, expiresAt: 0, sender: "" };
      yield { offset: offsetOf(sequence, 0), ...nothing, damaged: true };
      continue;
    }
    for (const [index, entry] of batch.entries.entries()) {
      yield {
        offset: offsetOf(sequence, index),
        op: entry.op ?? 0,
        body: entry.body ?? NO_BODY,
        timeMs: toNumber(entry.time ?? 0),
        expiresAt: toNumber(entry.expiresAt ?? 0),
        sender: entry.sender ?? "",
        damaged: false,
      };
    }
  }
}

/** The decoder throws on bytes that do not fit; whoever may publish may store those. */
function decode(data: Uint8Array): goim.push.PushBatch | undefined {
  try {
    return goim.push.PushBatch.decode(data);
  } catch {
    return undefined;
  }
}

function isShown(entry: ReadEntry, hidden: IsRecalled | undefined, clock: Clock): boolean {
  const { damaged, offset, op, expiresAt, sender, timeMs: time } = entry;
  if (damaged || (expiresAt !== 0 && expiresAt <= clock.now())) return false;
  return !(hidden?.({ offset, op, sender, time }) ?? false);
}

function shown({ damaged: _, ...entry }: ReadEntry): HistoryEntry {
  return entry;
}
