/**
 * What a login and a move make of a user's cursors. Pure; cursor-scripts.ts has the same in Lua.
 */
import type { CursorLives, CursorLogin, CursorMove, CursorPlace, DeviceCursor } from "./cursors.ts";
import type { Change } from "./record-writer.ts";

/** The cursors of one user. */
export interface UserCursors {
  /** Life of GOIM_USER that the offsets belong to. */
  readonly epoch: string;
  /** Life of GOIM_ALL that `all` of the devices belongs to; "" = none is known yet. */
  readonly allEpoch: string;
  readonly devices: readonly DeviceCursor[];
}

export interface CursorRules {
  readonly lives: CursorLives;
  readonly devicesMax: number;
}

type Session = Pick<DeviceCursor, "session" | "since">;

export const noCursors: UserCursors = { epoch: "", allEpoch: "", devices: [] };

/**
 * What of a record holds in this life of GOIM_USER: of another one only what is about GOIM_ALL, if
 * there is something.
 */
export function cursorsIn(record: UserCursors, epoch: string): readonly DeviceCursor[] {
  if (record.epoch === epoch) return record.devices;
  if (record.allEpoch === "") return [];
  return record.devices.map((cursor) => ({ ...cursor, acked: 0, handed: 0 }));
}

/** The result is where the device stands. */
export function openCursor(
  record: UserCursors,
  login: CursorLogin,
  rules: CursorRules,
): Change<UserCursors, CursorPlace> {
  const { lives } = rules;
  const { allEpoch } = record;
  const devices = cursorsIn(record, lives.user);
  const { device, session, since } = login;
  const own = devices.find((cursor) => cursor.device === device);
  const placeOf = ({ acked, all }: CursorPlace) => ({
    acked,
    all: allEpoch === lives.all ? all : 0,
  });
  if (own !== undefined && !isNewer(login, own)) return { result: placeOf(own) };
  const furthest = Math.max(0, ...devices.map(({ acked }) => acked));
  const all = Math.max(0, ...devices.map((cursor) => cursor.all));
  const from = own ?? { acked: furthest, handed: furthest, all };
  const { acked, handed } = from;
  const cursor = { device, acked, handed, session, since, all: from.all };
  return {
    record: withCursor({ epoch: lives.user, allEpoch, devices }, cursor, rules),
    result: placeOf(cursor),
  };
}

/** The result is whether the move was let through. */
export function advanceCursor(
  record: UserCursors,
  move: CursorMove,
  rules: CursorRules,
): Change<UserCursors, boolean> {
  const { lives } = rules;
  const found = cursorsIn(record, lives.user);
  if (found.some((cursor) => cursor.device === move.device && isNewer(cursor, move))) {
    return { result: false };
  }
  const told = lives.all === "" ? 0 : (move.all ?? 0);
  // The first position in a new life ends the ones in the life before.
  const begins = told > 0 && record.allEpoch !== lives.all;
  const devices = begins ? found.map((cursor) => ({ ...cursor, all: 0 })) : found;
  const allEpoch = begins ? lives.all : record.allEpoch;
  const own = devices.find((cursor) => cursor.device === move.device);
  const { device, session, since } = move;
  const acked = Math.max(own?.acked ?? 0, move.acked);
  const handed = Math.max(own?.handed ?? 0, move.handed);
  const all = Math.max(own?.all ?? 0, told);
  const moved = own === undefined || acked > own.acked || handed > own.handed || all > own.all;
  if (!moved && !isNewer(move, own)) return { result: true };
  const cursor = { device, acked, handed, session, since, all };
  return {
    record: withCursor({ epoch: lives.user, allEpoch, devices }, cursor, rules),
    result: true,
  };
}

function withCursor(
  { epoch, allEpoch, devices }: UserCursors,
  cursor: DeviceCursor,
  { devicesMax }: CursorRules,
): UserCursors {
  const next = [...devices.filter(({ device }) => device !== cursor.device), cursor];
  while (next.length > devicesMax) {
    const oldest = next.reduce((old, other) => (isNewer(old, other) ? other : old));
    next.splice(next.indexOf(oldest), 1);
  }
  return { epoch, allEpoch, devices: next };
}

function isNewer(one: Session, other: Session): boolean {
  if (one.since !== other.since) return one.since > other.since;
  return one.session > other.session;
}
