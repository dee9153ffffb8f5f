import type { Subjects } from "../bus/subjects.ts";
import { noCursors, type UserCursors } from "./cursor-rules.ts";
import type { DeviceCursor } from "./cursors.ts";
import type { RecordKind } from "./record-writer.ts";
import type { OnDamage } from "./session-records.ts";

/**
 * The record of a user in the bucket GOIM_CURSORS, JSON:
 *
 *     m.<mid>   [epoch, [device, acked, handed, session, since], ...]
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
    encode: ({ epoch, devices }) => utf8.encode(JSON.stringify([epoch, ...devices.map(rowOf)])),
  };
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

function rowOf({ device, acked, handed, session, since }: DeviceCursor) {
  return [device, acked, handed, session, since];
}

function decode(bytes: Uint8Array): UserCursors | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text.decode(bytes));
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const [epoch, ...rows]: readonly unknown[] = value;
  if (typeof epoch !== "string") return undefined;
  const devices: DeviceCursor[] = [];
  for (const row of rows) {
    const cursor = Array.isArray(row) ? cursorOf(row) : undefined;
    if (cursor === undefined) return undefined;
    devices.push(cursor);
  }
  return { epoch, devices };
}

function cursorOf(row: readonly unknown[]): DeviceCursor | undefined {
  const [device, acked, handed, session, since] = row;
  if (typeof device !== "string" || typeof session !== "string") return undefined;
  if (typeof acked !== "number" || typeof handed !== "number") return undefined;
  return typeof since === "number" ? { device, acked, handed, session, since } : undefined;
}
