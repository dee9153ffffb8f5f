import { GoimError } from "../kit/errors.ts";
import { type Owners, sameConnection } from "./owners.ts";
import type { Session } from "./sessions.ts";

/** What a user's record knows about one of the user's keys: a copy of the key's owners. */
export interface UserKey {
  readonly key: string;
  /** Revision of the key's record that was copied. Only a newer copy replaces this one. */
  readonly revision: number;
  /** Unix seconds of the copy, by the clock of the process that wrote it. */
  readonly copiedAtS: number;
  /** The owners of the key that belong to this user. */
  readonly sessions: readonly Session[];
}

/**
 * The sessions of one user, by key. The key's record decides and this is a copy of it, so writers
 * that overtake each other between the two writes end with the newest copy, and any later put,
 * renew or remove of the key brings a copy that got lost.
 */
export type UserIndex = readonly UserKey[];

/** Longer than any write is under way, so than a late copy is late. Seconds. */
const emptyKeptS = 10;

export interface Copy {
  readonly key: string;
  readonly revision: number;
  readonly owners: Owners;
}

export interface CopyOptions {
  readonly mid: string;
  readonly nowMs: number;
  /** Life of a session. Copies older than twice that belong to nobody. */
  readonly expireMs: number;
  /** Most keys a user may have when this adds one; no bound for what was let in before. */
  readonly keysMax?: number | undefined;
  /** Write even if nothing changes, so that the record's life starts again. */
  readonly touch: boolean;
}

/**
 * The index with this copy in it; undefined when it stays as it is. A copy without sessions stays
 * for a while too, so that an older one which comes late finds it. Throws GoimError "busy" when the
 * user would have more than `keysMax` keys.
 */
export function copyOwners(
  index: UserIndex,
  copy: Copy,
  options: CopyOptions,
): UserIndex | undefined {
  const sessions = copy.owners.filter((owner) => owner.mid === options.mid);
  const known = index.find((entry) => entry.key === copy.key);
  if (known !== undefined) {
    if (known.revision > copy.revision) return undefined;
    const same = known.revision === copy.revision && sameSessions(known.sessions, sessions);
    if (same && !options.touch) return undefined;
  }
  const nowS = Math.floor(options.nowMs / 1000);
  const rest = index.filter((entry) => entry.key !== copy.key && isKept(entry, nowS, options));
  const isNew = known === undefined || known.sessions.length === 0;
  const keysMax = isNew && sessions.length > 0 ? (options.keysMax ?? Infinity) : Infinity;
  if (rest.filter((entry) => entry.sessions.length > 0).length >= keysMax) {
    throw new GoimError("busy", `user ${options.mid} has ${keysMax} keys already`);
  }
  return [...rest, { key: copy.key, revision: copy.revision, copiedAtS: nowS, sessions }];
}

function isKept(entry: UserKey, nowS: number, options: CopyOptions): boolean {
  if (entry.sessions.length === 0) return entry.copiedAtS >= nowS - emptyKeptS;
  // Twice, because the clocks of two machines may differ: an entry lost here comes back by renewal.
  return entry.copiedAtS >= nowS - (2 * options.expireMs) / 1000;
}

/** The index without exactly this connection; undefined when it is not in it. */
export function dropConnection(index: UserIndex, session: Session): UserIndex | undefined {
  let found = false;
  const next: UserKey[] = [];
  for (const entry of index) {
    const rest = entry.sessions.filter((other) => !sameConnection(other, session));
    if (entry.key !== session.key || rest.length === entry.sessions.length) next.push(entry);
    else {
      found = true;
      if (rest.length > 0) next.push({ ...entry, sessions: rest });
    }
  }
  return found ? next : undefined;
}

export function sessionsOf(index: UserIndex): Session[] {
  return index.flatMap((entry) => entry.sessions);
}

function sameSessions(a: readonly Session[], b: readonly Session[]): boolean {
  return (
    a.length === b.length &&
    a.every((session, at) => {
      const other = b[at];
      return (
        other !== undefined &&
        sameConnection(session, other) &&
        session.platform === other.platform &&
        session.device === other.device &&
        session.since === other.since
      );
    })
  );
}
