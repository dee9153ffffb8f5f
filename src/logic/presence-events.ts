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

const encoder = new TextEncoder();

export function createPresenceEvents(
  config: PresenceEventsConfig,
  { events, subjects, clock }: PresenceEventsDeps,
): PresenceEvents {
  /** Online events that are not stored yet: a session's offline event comes after its own. */
  const coming = new Map<string, Promise<boolean>>();
  const tells = (mid: string) => config.presence && (mid !== "0" || config.anonymous);

  const publish = (session: Session, event: PresenceEvent) =>
    events.publish({
      type: event.type,
      subject: subjects.event(event.type, session.mid),
      id: `${event.type}/${sessionId(session, subjects)}`,
      data: encoder.encode(JSON.stringify(event)),
    });

  const goodbye = async (session: Session, reason: EndReason) => {
    await coming.get(sessionText(session));
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
      const stored = publishing.finally(() => {
        if (coming.get(text) === stored) coming.delete(text);
      });
      coming.set(text, stored);
    },
    offline: async (sessions, reason) => {
      const told = sessions.filter(({ mid }) => tells(mid));
      const stored = await Promise.all(told.map((session) => goodbye(session, reason)));
      return stored.every((one) => one);
    },
  };
}

/** The session's text as a header may hold it: that of a usual comet's session is unchanged. */
function sessionId(session: Session, subjects: Pick<Subjects, "escape">): string {
  const [comet, incarnation] = [session.comet, session.incarnation].map(subjects.escape);
  return `${comet}/${incarnation}/${session.conn}`;
}

function factsOf(session: Session) {
  const { mid, key, device, platform, comet, since } = session;
  return { mid, key, device, platform, comet, session: sessionText(session), since };
}

function onlineEvent(session: Session, now: number): PresenceEvent {
  return { type: "online", ...factsOf(session), time: now };
}

function offlineEvent(session: Session, reason: EndReason, now: number): PresenceEvent {
  const { since } = session;
  const event = { type: "offline" as const, ...factsOf(session), time: now, reason };
  // A session of an older version does not say since when it exists.
  if (since === 0) return event;
  return { ...event, seconds: Math.max(0, Math.floor((now - since) / 1000)) };
}
