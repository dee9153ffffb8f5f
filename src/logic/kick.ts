/** Closes connections whose key another one took, by asking their comets. */
import type { Bus } from "../bus/bus.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { Semaphore } from "../kit/semaphore.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { goim } from "../protocol/gen/messages.js";
import type { Session } from "../store/sessions.ts";

export interface Kicker {
  /**
   * Asks for the connection to be closed and does not wait. Tries again when there is no answer; a
   * connection that stays all the same is told at its next renewal.
   */
  kick(session: Session, why?: KickReason): void;
}

export interface KickReason {
  readonly code: CloseCode;
  readonly reason: string;
}

const TAKEN: KickReason = { code: CloseCode.Taken, reason: "another connection took the key" };

export interface KickConfig {
  readonly kickTimeout: number;
  /** Requests in flight at once. */
  readonly kicksMax: number;
  readonly kicksWaitingMax: number;
}

export interface KickDeps {
  readonly bus: Pick<Bus, "subjects" | "request">;
  readonly log: Log;
  readonly metrics: Metrics;
}

const RETRIES = 2;

/** Connections of one request. Those of one comet that come in one turn go together. */
const CONNS_MAX = 1024;

export function createKicker(config: KickConfig, deps: KickDeps): Kicker {
  const { bus, log, metrics } = deps;
  const places = new Semaphore(config.kicksMax);
  const kicks = metrics.counter("kick_total", "Displaced connections by result", ["result"]);
  let gathered = new Map<string, { sessions: Session[]; why: KickReason }>();
  let waiting = 0;
  metrics.levelOf("kick_waiting", "Connections that wait to be closed", () => waiting);

  const send = async (sessions: readonly Session[], { code, reason }: KickReason) => {
    const [{ comet, incarnation } = { comet: "", incarnation: "" }] = sessions;
    const request = goim.comet.KickReq.encode({
      incarnation,
      conns: sessions.map((session) => session.conn),
      ...{ code, reason },
    }).finish();
    try {
      const subject = bus.subjects.comet(comet, "kick");
      const options = { timeoutMs: config.kickTimeout, retries: RETRIES };
      await places.run(() => bus.request(subject, request, options));
      kicks.inc({ result: "done" }, sessions.length);
    } catch (error) {
      kicks.inc({ result: "failed" }, sessions.length);
      log.warn({ comet, error: messageOf(error) }, "displaced connections not closed");
    } finally {
      waiting -= sessions.length;
    }
  };

  const flush = () => {
    const groups = gathered;
    gathered = new Map();
    for (const { sessions, why } of groups.values()) {
      for (let at = 0; at < sessions.length; at += CONNS_MAX) {
        void send(sessions.slice(at, at + CONNS_MAX), why);
      }
    }
  };

  return {
    kick: (session, why = TAKEN) => {
      if (waiting >= config.kicksWaitingMax) {
        kicks.inc({ result: "left" });
        return;
      }
      waiting++;
      if (gathered.size === 0) queueMicrotask(flush);
      const group = JSON.stringify([session.comet, session.incarnation, why.code, why.reason]);
      const waits = gathered.get(group);
      if (waits === undefined) gathered.set(group, { sessions: [session], why });
      else waits.sessions.push(session);
    },
  };
}
