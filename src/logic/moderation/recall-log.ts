/** What a recall finds in the log that it is about, before it writes anything. */
import type { HistoryReader } from "../../bus/bus.ts";
import type { RecalledLog } from "../../bus/recalls.ts";
import { GoimError } from "../../kit/errors.ts";
import { goim } from "../../protocol/gen/messages.js";
import { toNumber } from "../../protocol/int64.ts";
import { ENTRIES_MAX, indexOf, offsetOf, sequenceOf } from "../../protocol/offset.ts";
import { Operation } from "../../protocol/operation.ts";
import {
  allTarget,
  keyTarget,
  mayBeKey,
  roomTarget,
  type TargetDeps,
  userTarget,
} from "../push-target.ts";

/** Where the log lies. */
export interface LogPlace {
  readonly stream: string;
  readonly subject: string;
  readonly to: string;
}

/** A message that a recall means, and how it waits for those who come later. */
export interface MeantEntry {
  readonly offset: number;
  readonly retain: boolean;
  /** Unix milliseconds, 0 = never. */
  readonly expiresAt: number;
}

/** Of one read of the stream of broadcasts. */
const BOUND = { messages: 500, bytes: 4 * 1024 * 1024, reads: 4 };

/** Fails with "invalid" for a target that nothing can be pushed to. */
export function placeOf(deps: TargetDeps, log: RecalledLog, target: string): LogPlace {
  if (log === "room") return roomTarget(deps, target);
  if (log === "user") return userTarget(deps, target);
  if (log === "all") return allTarget(deps.subjects);
  if (!mayBeKey(deps.subjects, target)) {
    throw new GoimError("invalid", "no connection can have this key: it is empty or too long");
  }
  return keyTarget(deps.subjects, deps.layout.shardOf(target), [target]);
}

/** Fails with "not_found" where the log has no such message. */
export async function mustExist(
  reader: Pick<HistoryReader, "message">,
  place: LogPlace,
  { log, target, offset }: { log: RecalledLog; target: string; offset: number },
): Promise<MeantEntry> {
  const message = await reader.message(place.stream, sequenceOf(offset));
  const entry =
    message?.subject === place.subject ? entriesIn(message.data)[indexOf(offset)] : undefined;
  // Many keys have one log: a message is about those that it names.
  const isMeant = log !== "key" || entry?.keys?.includes(target) === true;
  // What tells of a recall is not taken back.
  const isNotice = entry?.op === Operation.Recalled;
  if (entry !== undefined && isMeant && !isNotice) return meant(offset, entry);
  throw new GoimError("not_found", `there is no message with the offset ${offset}`);
}

/** The newest broadcasts, at most `max`, of a sender and a time. */
export async function broadcastsMeant(
  reader: Pick<HistoryReader, "state" | "before">,
  { stream, subject }: LogPlace,
  wish: { sender?: string | undefined; from?: number | undefined; to?: number | undefined },
  max: number,
): Promise<MeantEntry[]> {
  const { sender, from = 0, to: until = Number.POSITIVE_INFINITY } = wish;
  const { first, last } = await reader.state(stream);
  const found: MeantEntry[] = [];
  for (let to = last; to >= first && found.length < max; ) {
    const slice = await reader.before(stream, subject, { from: first, to }, BOUND);
    let oldest = Number.POSITIVE_INFINITY;
    for (const { sequence, data, timeMs } of [...slice.messages].reverse()) {
      for (const [index, entry] of [...entriesIn(data).entries()].reverse()) {
        const time = toNumber(entry.time ?? 0) || timeMs;
        oldest = time;
        if (entry.op === Operation.Recalled || time < from || time >= until) continue;
        if (sender !== undefined && (entry.sender ?? "") !== sender) continue;
        if (found.length < max) found.push(meant(offsetOf(sequence, index), entry));
      }
    }
    if (oldest < from) break;
    to = slice.from - 1;
  }
  return found.reverse();
}

function meant(offset: number, { retain, expiresAt }: goim.push.IPushEntry): MeantEntry {
  return { offset, retain: retain === true, expiresAt: toNumber(expiresAt ?? 0) };
}

function entriesIn(data: Uint8Array): readonly goim.push.IPushEntry[] {
  try {
    const { entries } = goim.push.PushBatch.decode(data);
    return entries.length > ENTRIES_MAX ? [] : entries;
  } catch {
    return [];
  }
}
