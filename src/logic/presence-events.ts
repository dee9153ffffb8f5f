/** Tells backends who came and who went: one `online` and one `offline` event per session. */
import type { Subjects } from "../bus/subjects.ts";
import type { Clock } from "../kit/clock.ts";
import { type Session, sessionText } from "../store/sessions.ts";
import type { Events } from "./events.ts";

/**
 * Why a session ended: its connection was closed, another connection took its key, or its comet
 * died.
 */
export type EndReason = "closed" | "taken" | "lost";

export interface PresenceEventsConfig {
  readonly presence: boolean;
  /** Also for sessions without a mid. */
  readonly anonymous: boolean;
}

export interface PresenceEventsDeps {
  readonly events: Pick<Events, "publish">;
  readonly subjects: Pick<Subjects, "event" | "escape">;
  readonly clock: Pick<Clock, "now">;
}

export interface PresenceEvents {
  /** Whether sessions of this mid are told of. */
  tells(mid: string): boolean;
  /** Nobody waits for it. With `after` it comes when that has settled. */
  online(session: Session, after?: Promise<unknown>): void;
  /** Whether every event of these is stored, now or before. */
  offline(sessions: readonly Session[], reason: EndReason): Promise<boolean>;
}

/** The JSON of an event, as docs/events.md describes it. */
export interface PresenceEvent {
  readonly type: "online" | "offline";
  readonly mid: string;
  readonly key: string;
  readonly device: string;
  readonly platform: string;
  readonly comet: string;
  readonly session: string;
  readonly since: number;
  readonly time: number;
  readonly reason?: EndReason;
  readonly seconds?: number;
}

export function createPresenceEvents(
  config: PresenceEventsConfig,
  { events, subjects, clock }: PresenceEventsDeps,
): PresenceEvents {
  /** Online events that are not stored yet: a session's offline event comes after its own. */
  const coming = new Map<string, Promise<boolean>>();
  const tells = (mid: string) => config.presence && (mid !== "0" || config.anonymous);

  const publish = (session: Session, event: PresenceEvent) => {
    const { comet, incarnation, conn } = session;
    // The session's text as a header may hold it: that of a usual comet's session is unchanged.
    const id = `${subjects.escape(comet)}/${subjects.escape(incarnation)}/${conn}`;
    return events.publish({
      type: event.type,
      subject: subjects.event(event.type, session.mid),
      id: `${event.type}/${id}`,
      data: Buffer.from(JSON.stringify(event)),
    });
  };

  const goodbye = async (session: Session, reason: EndReason) => {
    const hello = coming.get(sessionText(session));
    if (hello !== undefined) await hello;
    return publish(session, offlineEvent(session, reason, clock.now()));
  };

  return {
    tells,
    online: (session, after) => {
      if (!tells(session.mid)) return;
      const text = sessionText(session);
      const event = onlineEvent(session, clock.now());
      const publishing =
        after === undefined ? publish(session, event) : after.then(() => publish(session, event));
      coming.set(text, publishing);
      const done = () => {
        if (coming.get(text) === publishing) coming.delete(text);
      };
      void publishing.then(done, done);
    },
    offline: async (sessions, reason) => {
      const told = sessions.filter(({ mid }) => tells(mid));
      const stored = await Promise.all(told.map((session) => goodbye(session, reason)));
      return stored.every((one) => one);
    },
  };
}

function eventOf<T extends PresenceEvent["type"]>(type: T, session: Session, now: number) {
  const { mid, key, device, platform, comet, since } = session;
  const text = sessionText(session);
  return { type, mid, key, device, platform, comet, session: text, since, time: now };
}

function onlineEvent(session: Session, now: number): PresenceEvent {
  return eventOf("online", session, now);
}

function offlineEvent(session: Session, reason: EndReason, now: number): PresenceEvent {
  const { since } = session;
  const event = { ...eventOf("offline", session, now), reason };
  // A session of an older version does not say since when it exists.
  if (since === 0) return event;
  return { ...event, seconds: Math.max(0, Math.floor((now - since) / 1000)) };
}
