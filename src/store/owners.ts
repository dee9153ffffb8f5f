import { GoimError } from "../kit/errors.ts";
import type { Session } from "./sessions.ts";

/**
 * Who owns a key: the sessions of one key in the order of their put, newest last. Pure functions;
 * sessions.kv.ts runs them here, sessions.redis.ts has the same rules in Lua.
 *
 * Two incarnations of one comet are never alive together, so a session whose comet now shows
 * another incarnation is dead: it gives way without counting against `maxPerKey`.
 */
export type Owners = readonly Session[];

/** Who gives way when a key has all its connections: the oldest, or the one that comes. */
export type WhenFull = "close-oldest" | "refuse-newest";

export function sameConnection(a: Session, b: Session): boolean {
  return a.comet === b.comet && a.incarnation === b.incarnation && a.conn === b.conn;
}

function diedBefore(entry: Session, session: Session): boolean {
  return entry.comet === session.comet && entry.incarnation !== session.incarnation;
}

/**
 * The newest put owns the key. The same connection again keeps its place and displaces nothing.
 * Undefined when the key is full and new connections are refused.
 */
export function putOwner(
  owners: Owners,
  session: Session,
  { maxPerKey, whenFull }: { readonly maxPerKey: number; readonly whenFull: WhenFull },
): { owners: Owners; displaced: Session[] } | undefined {
  const at = owners.findIndex((owner) => sameConnection(owner, session));
  if (at >= 0) return { owners: replaced(owners, at, session), displaced: [] };
  const dead = owners.filter((owner) => diedBefore(owner, session));
  const all = [...owners.filter((owner) => !diedBefore(owner, session)), session];
  if (whenFull === "refuse-newest" && all.length > maxPerKey) return undefined;
  const surplus = Math.max(0, all.length - maxPerKey);
  return { owners: all.slice(surplus), displaced: [...dead, ...all.slice(0, surplus)] };
}

/**
 * The owners with this session's life extended; undefined when newer connections own the key. A
 * session that is missing is put first, as the oldest: had it been newer than an owner, that owner
 * would have been displaced.
 */
export function renewOwner(
  owners: Owners,
  session: Session,
  maxPerKey: number,
): Owners | undefined {
  const at = owners.findIndex((owner) => sameConnection(owner, session));
  if (at >= 0) return replaced(owners, at, session);
  // The comet took a new incarnation (a missed lease); the connection behind it is the same one.
  const before = owners.findIndex(
    (owner) => diedBefore(owner, session) && owner.conn === session.conn,
  );
  const alive = (owner: Session) => !diedBefore(owner, session);
  if (before >= 0) return replaced(owners, before, session).filter(alive);
  const others = owners.filter(alive);
  return others.length >= maxPerKey ? undefined : [session, ...others];
}

/** The connection goes on, so it is as old as it was. */
function replaced(owners: Owners, at: number, session: Session): Owners {
  const since = owners[at]?.since || session.since;
  return owners.with(at, { ...session, since });
}

/** Whether the connection is among the owners, under any incarnation of its comet. */
export function hasConnection(owners: Owners, { comet, conn }: Session): boolean {
  return owners.some((owner) => owner.comet === comet && owner.conn === conn);
}

/** What a connection is told that finds its key full. */
export function keyFull(key: string): GoimError {
  return new GoimError("conflict", `the key ${key} has all the connections it may have`);
}

/** The owners without exactly this connection; undefined when it is not among them. */
export function removeOwner(owners: Owners, session: Session): Owners | undefined {
  const rest = owners.filter((owner) => !sameConnection(owner, session));
  return rest.length === owners.length ? undefined : rest;
}
