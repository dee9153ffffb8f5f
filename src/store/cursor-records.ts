import type { Subjects } from "../bus/subjects.ts";
import { noCursors, type UserCursors } from "./cursor-rules.ts";
import type { DeviceCursor } from "./cursors.ts";
import type { RecordKind } from "./record-writer.ts";
import type { OnDamage } from "./session-records.ts";

/**
 * The record of a user in the bucket GOIM_CURSORS, JSON:
 *
 *     m.<mid>   [epoch, epoch of all, [device, acked, handed, session, since, all], ...]
 *
 * The second epoch is left out, as is `all` where it is 0, as long as nothing is known of it.
 */
export function cursorRecords(
  naming: Pick<Subjects, "kvMid">,
  onDamage: OnDamage,
): RecordKind<UserCursors> {
  return {
    name: (mid) => naming.kvMid(mid),
    decode: (mid, bytes) => {
      if (bytes === undefined || bytes.length === 0) return noCursors;
      const cursors = decode(bytes);
      if (cursors === undefined) onDamage(naming.kvMid(mid));
      return cursors ?? noCursors;
    },
    encode: ({ epoch, allEpoch, devices }) => {
      const head = allEpoch === "" ? [epoch] : [epoch, allEpoch];
      return Buffer.from(JSON.stringify([...head, ...devices.map(rowOf)]));
    },
  };
}

const text = new TextDecoder();

function rowOf({ device, acked, handed, session, since, all }: DeviceCursor) {
  return [device, acked, handed, session, since, ...(all === 0 ? [] : [all])];
}

function decode(bytes: Uint8Array): UserCursors | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text.decode(bytes));
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const [epoch, second]: readonly unknown[] = value;
  if (typeof epoch !== "string") return undefined;
  const allEpoch = typeof second === "string" ? second : "";
  const rows: readonly unknown[] = value.slice(typeof second === "string" ? 2 : 1);
  const devices: DeviceCursor[] = [];
  for (const row of rows) {
    const cursor = Array.isArray(row) ? cursorOf(row) : undefined;
    if (cursor === undefined) return undefined;
    devices.push(cursor);
  }
  return { epoch, allEpoch, devices };
}

function cursorOf(row: readonly unknown[]): DeviceCursor | undefined {
  const [device, acked, handed, session, since, all = 0] = row;
  if (typeof device !== "string" || typeof session !== "string") return undefined;
  if (typeof acked !== "number" || typeof handed !== "number") return undefined;
  if (typeof since !== "number" || typeof all !== "number") return undefined;
  return { device, acked, handed, session, since, all };
}
