/** Who is online, and when somebody who is not was seen last. */
import type { CometDirectory, StoredMessage, StreamReader } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Session, SessionStore } from "../store/sessions.ts";

/** One connection of a user. */
export interface PresentSession {
  readonly key: string;
  readonly device: string;
  readonly platform: string;
  readonly comet: string;
  /** Unix milliseconds; none for a session of an older version. */
  readonly since?: number;
}

export interface UserPresence {
  readonly mid: string;
  readonly online: boolean;
  readonly sessions: readonly PresentSession[];
  /** Unix milliseconds; only of who is offline, as far back as events are kept. */
  readonly lastSeen?: number;
}

export interface Presence {
  /** In the order asked. */
  of(mids: readonly string[]): Promise<UserPresence[]>;
  /** Who is online; `cursor` of a page leads to the next, "" = the first, or no more. */
  page(cursor: string, limit: number): Promise<{ users: UserPresence[]; cursor: string }>;
}

export interface PresenceDeps {
  readonly store: Pick<SessionStore, "byMids" | "users">;
  readonly directory: Pick<CometDirectory, "alive">;
  readonly reader: Pick<StreamReader, "tail" | "tails">;
  readonly subjects: Pick<Subjects, "event" | "stream">;
}

/**
 * Sessions of comets that died are left out at once, before they are removed. `lastSeen` is the
 * time of the user's last offline event: it lies at the end of a subject of its own, one read away,
 * so nothing else is stored for it.
 */
export function createPresence(deps: PresenceDeps): Presence {
  const { store, directory } = deps;
  const living = (sessions: readonly Session[]) =>
    sessions.filter(({ comet, incarnation }) => directory.alive(comet, incarnation));

  return {
    of: async (mids) => {
      const found = (await store.byMids(mids)).map(living);
      const away = mids.filter((_, at) => found[at]?.length === 0);
      const lastSeen = await lastSeenOf([...new Set(away)], deps);
      return mids.map((mid, at) => {
        const sessions = found[at] ?? [];
        if (sessions.length > 0) return present(mid, sessions);
        const seen = lastSeen.get(mid);
        const offline = { mid, online: false, sessions: [] };
        return seen === undefined ? offline : { ...offline, lastSeen: seen };
      });
    },
    page: async (cursor, limit) => {
      const page = await store.users(cursor, limit);
      const users = page.users
        .map(({ mid, sessions }) => present(mid, living(sessions)))
        .filter(({ online }) => online);
      return { users, cursor: page.cursor };
    },
  };
}

function present(mid: string, sessions: readonly Session[]): UserPresence {
  return { mid, online: sessions.length > 0, sessions: sessions.map(shown) };
}

function shown({ key, device, platform, comet, since }: Session): PresentSession {
  const session = { key, device, platform, comet };
  return since === 0 ? session : { ...session, since };
}

async function lastSeenOf(
  mids: readonly string[],
  { reader, subjects }: PresenceDeps,
): Promise<ReadonlyMap<string, number>> {
  const stream = subjects.stream("event");
  const named = mids.map((mid) => [mid, subjects.event("offline", mid)] as const);
  const messages = new Map<string, StoredMessage>();
  const [only] = named;
  if (only !== undefined && named.length === 1) {
    const message = await reader.tail(stream, only[1]);
    if (message !== undefined) messages.set(only[1], message);
  } else if (named.length > 1) {
    const tails = await reader.tails(
      stream,
      named.map(([, subject]) => subject),
    );
    for (const [subject, message] of tails.messages) messages.set(subject, message);
  }
  const seen = new Map<string, number>();
  for (const [mid, subject] of named) {
    const message = messages.get(subject);
    if (message !== undefined) seen.set(mid, timeOf(message));
  }
  return seen;
}

/** When the session ended; when the event was stored, should it not say. */
function timeOf({ data, timeMs }: StoredMessage): number {
  try {
    const { time } = JSON.parse(new TextDecoder().decode(data)) as { time?: unknown };
    return typeof time === "number" ? time : timeMs;
  } catch {
    return timeMs;
  }
}
