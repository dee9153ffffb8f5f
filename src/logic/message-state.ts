/** What became of one message to a user: what is stored, and how far each device has it. */
import type { HistoryReader, StreamLayout } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { indexOf, sequenceOf } from "../protocol/offset.ts";
import type { CursorStore } from "../store/cursors.ts";

export interface DeviceState {
  readonly device: string;
  /** Handed to a socket of the device. */
  readonly handed: boolean;
  readonly acked: boolean;
  /** Unix milliseconds of the device's newest login. */
  readonly since: number;
}

export interface MessageState {
  readonly mid: string;
  readonly offset: number;
  readonly epoch: string;
  readonly op: number;
  readonly bytes: number;
  /** Unix milliseconds at which it was stored. */
  readonly timeMs: number;
  /** Unix milliseconds; 0 = never. */
  readonly expiresAt: number;
  readonly expired: boolean;
  /** It was only for who was connected then; nothing is known about devices. */
  readonly transient: boolean;
  /** Mid of the client that published it, "" = the push API. */
  readonly sender: string;
  readonly devices: readonly DeviceState[];
}

export interface MessageQuestion {
  readonly mid: string;
  readonly offset: number;
  /** Life of GOIM_USER that the offset belongs to, where the caller knows it. */
  readonly epoch?: string | undefined;
}

/** Fails with "not_found", "reset" for another epoch, or as the reads do. */
export type MessageStates = (question: MessageQuestion) => Promise<MessageState>;

export interface MessageStateDeps {
  readonly reader: Pick<HistoryReader, "state" | "message">;
  readonly cursors: Pick<CursorStore, "devices">;
  readonly layout: Pick<StreamLayout, "shardOf">;
  readonly subjects: Subjects;
  readonly clock: Clock;
}

export function createMessageStates(deps: MessageStateDeps): MessageStates {
  const { reader, cursors, clock, subjects } = deps;
  return async ({ mid, offset, epoch: asked }) => {
    const { epoch } = await reader.state(subjects.stream("user"));
    if (asked !== undefined && asked !== epoch) {
      const text = `messages to users are of epoch ${epoch} now: offsets of ${asked} mean nothing`;
      throw new GoimError("reset", text);
    }
    const entry = await entryAt(mid, offset, deps);
    const transient = entry.transient ?? false;
    const [devices = []] = transient ? [] : await cursors.devices(epoch, [mid]);
    const expiresAt = toNumber(entry.expiresAt ?? 0);
    return {
      ...{ mid, offset, epoch, transient, expiresAt },
      op: entry.op ?? 0,
      bytes: entry.body?.length ?? 0,
      timeMs: toNumber(entry.time ?? 0),
      expired: expiresAt > 0 && expiresAt <= clock.now(),
      sender: entry.sender ?? "",
      devices: devices.map(({ device, handed, acked, since }) => ({
        ...{ device, since },
        // What is acknowledged was handed over, whatever was reported last.
        handed: Math.max(handed, acked) >= offset,
        acked: acked >= offset,
      })),
    };
  };
}

async function entryAt(
  mid: string,
  offset: number,
  { reader, layout, subjects }: MessageStateDeps,
): Promise<goim.push.IPushEntry> {
  const subject = subjects.pushUser(layout.shardOf(mid), mid);
  const sequence = sequenceOf(offset);
  const stored = sequence < 1 ? undefined : await reader.message(subjects.stream("user"), sequence);
  const entries = stored?.subject === subject ? entriesOf(stored.data) : [];
  const entry = entries[indexOf(offset)];
  if (entry !== undefined) return entry;
  throw new GoimError("not_found", `user ${mid} has no message at offset ${offset}, or no more`);
}

function entriesOf(data: Uint8Array): readonly goim.push.IPushEntry[] {
  try {
    return goim.push.PushBatch.decode(data).entries;
  } catch {
    return [];
  }
}
