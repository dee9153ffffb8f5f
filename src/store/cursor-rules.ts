/**
 * What a login and a move make of a user's cursors. Pure; cursor-scripts.ts has the same in Lua.
 */
import type { CursorLogin, CursorMove, DeviceCursor } from "./cursors.ts";
import type { Change } from "./record-writer.ts";

/** The cursors of one user. */
export interface UserCursors {
  /** Life of GOIM_USER that the offsets belong to. */
  readonly epoch: string;
  readonly devices: readonly DeviceCursor[];
}

type Session = Pick<DeviceCursor, "session" | "since">;

export const noCursors: UserCursors = { epoch: "", devices: [] };

export function cursorsIn(record: UserCursors, epoch: string): readonly DeviceCursor[] {
  return record.epoch === epoch ? record.devices : [];
}

/** The result is where the device stands. */
export function openCursor(
  record: UserCursors,
  login: CursorLogin,
  options: { readonly epoch: string; readonly devicesMax: number },
): Change<UserCursors, number> {
  const devices = cursorsIn(record, options.epoch);
  const { device, session, since } = login;
  const own = devices.find((cursor) => cursor.device === device);
  if (own !== undefined && !isNewer(login, own)) return { result: own.acked };
  const furthest = Math.max(0, ...devices.map(({ acked }) => acked));
  const from = own ?? { acked: furthest, handed: furthest };
  const cursor = { device, acked: from.acked, handed: from.handed, session, since };
  return { record: withCursor(devices, cursor, options), result: cursor.acked };
}

/** The result is whether the move was let through. */
export function advanceCursor(
  record: UserCursors,
  move: CursorMove,
  options: { readonly epoch: string; readonly devicesMax: number },
): Change<UserCursors, boolean> {
  const devices = cursorsIn(record, options.epoch);
  const own = devices.find((cursor) => cursor.device === move.device);
  if (own !== undefined && isNewer(own, move)) return { result: false };
  const { device, session, since } = move;
  const acked = Math.max(own?.acked ?? 0, move.acked);
  const handed = Math.max(own?.handed ?? 0, move.handed);
  const moved = own === undefined || acked > own.acked || handed > own.handed;
  if (!moved && !isNewer(move, own)) return { result: true };
  const cursor = { device, acked, handed, session, since };
  return { record: withCursor(devices, cursor, options), result: true };
}

function withCursor(
  devices: readonly DeviceCursor[],
  cursor: DeviceCursor,
  { epoch, devicesMax }: { readonly epoch: string; readonly devicesMax: number },
): UserCursors {
  const next = [...devices.filter(({ device }) => device !== cursor.device), cursor];
  while (next.length > devicesMax) {
    const oldest = next.reduce((old, other) => (isNewer(old, other) ? other : old));
    next.splice(next.indexOf(oldest), 1);
  }
  return { epoch, devices: next };
}

function isNewer(one: Session, other: Session): boolean {
  if (one.since !== other.since) return one.since > other.since;
  return one.session > other.session;
}
