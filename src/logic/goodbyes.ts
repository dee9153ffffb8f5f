/** What comes before a session is removed because its comet says that its connection has ended. */
import type { HistoryReader, StreamReader } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { sameConnection } from "../store/owners.ts";
import { type Session, type SessionStore, sessionText } from "../store/sessions.ts";
import type { PresenceEvents } from "./presence-events.ts";

export interface GoodbyesDeps {
  readonly store: Pick<SessionStore, "byKeys" | "written">;
  readonly presence: Pick<PresenceEvents, "tells" | "offline">;
  readonly reader: Pick<StreamReader, "tail"> & Pick<HistoryReader, "before">;
  readonly subjects: Pick<Subjects, "event" | "stream">;
  readonly log: Log;
}

/** Tells that these connections have ended; resolves to their sessions as they are stored. */
export type Goodbyes = (ended: readonly Session[]) => Promise<Session[]>;

/** What two machines' clocks may differ. */
const CLOCKS_MS = 60_000;

/**
 * A session that was written here so short a time ago need not be read: who took its key since has
 * told of its end since, and of two such events within the time in which ids are known (two
 * minutes) one is stored. The rest of that time is for events on their way.
 */
const WRITTEN_MS = 30_000;

/** How far back the events of one user are searched for one session's. */
const searched = { messages: 256, bytes: 256 * 1024, reads: 8 } as const;

/**
 * The event goes first and the session second: a logic that dies in between is asked again by the
 * comet, and the event's id makes the second one vanish. A session that is not there was removed by
 * whoever displaced or reaped it, and told of, unless that one died too early or the store lost it:
 * then it is told of now. The stream itself says which.
 */
export function createGoodbyes(deps: GoodbyesDeps): Goodbyes {
  const { store, presence } = deps;
  return async (ended) => {
    const told = ended.filter(({ mid }) => presence.tells(mid));
    if (told.length === 0) return [...ended];
    const stored = new Map<Session, Session | undefined>();
    const asked: Session[] = [];
    for (const one of told) {
      // Of another incarnation it is older than what the comet had written elsewhere since.
      const written = store.written?.(one.key, WRITTEN_MS) ?? [];
      const found = written.find((owner) => sameConnection(owner, one));
      if (found === undefined) asked.push(one);
      else stored.set(one, found);
    }
    const owners = asked.length === 0 ? [] : await store.byKeys(asked.map(({ key }) => key));
    for (const [at, one] of asked.entries()) stored.set(one, storedAs(one, owners[at] ?? []));
    const gone = told.filter((one) => stored.get(one) === undefined);
    const untold = await Promise.all(
      gone.map(async (one) => ((await isTold(one, deps)) ? [] : [one])),
    );
    const found = [...stored.values()].filter((one) => one !== undefined);
    // Given up after a while: a stream that takes no events must not keep sessions.
    await presence.offline([...found, ...untold.flat()], "closed");
    return ended.map((one) => stored.get(one) ?? one);
  };
}

/** A comet that was renewing its sessions may name an incarnation that is not the stored one. */
function storedAs(session: Session, owners: readonly Session[]): Session | undefined {
  const { comet, conn, since } = session;
  return (
    owners.find((owner) => sameConnection(owner, session)) ??
    owners.find((owner) => {
      return since > 0 && owner.since === since && owner.comet === comet && owner.conn === conn;
    })
  );
}

async function isTold(session: Session, deps: GoodbyesDeps): Promise<boolean> {
  const { reader, subjects, log } = deps;
  const stream = subjects.stream("event");
  const subject = subjects.event("offline", session.mid);
  const text = `"session":${JSON.stringify(sessionText(session))}`;
  const tells = ({ data }: { data: Uint8Array }) => Buffer.from(data).includes(text);
  try {
    const last = await reader.tail(stream, subject);
    if (last === undefined || last.timeMs < session.since - CLOCKS_MS) return false;
    if (tells(last)) return true;
    const span = { from: 1, to: last.sequence };
    const { messages } = await reader.before(stream, subject, span, searched);
    return messages.some(tells);
  } catch (error) {
    // Told twice at worst, and not within the time in which ids are known.
    log.debug({ error: messageOf(error) }, "the events of a user could not be read");
    return false;
  }
}
