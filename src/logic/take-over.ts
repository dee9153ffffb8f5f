/** Whether those who take a key from somebody are still there. */
import type { Bus } from "../bus/bus.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { Session } from "../store/sessions.ts";

export interface TakeOvers {
  /**
   * Of sessions that were just stored, those whose connection has ended, or whose comet does not
   * answer. A login may have been on its way for longer than its client waited; the client has come
   * again since, and that connection is the one that must stay.
   */
  late(sessions: readonly Session[]): Promise<ReadonlySet<Session>>;
}

export interface TakeOverConfig {
  /** Milliseconds that a comet has to answer. */
  readonly kickTimeout: number;
}

export interface TakeOverDeps {
  readonly bus: Pick<Bus, "subjects" | "request">;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createTakeOvers({ kickTimeout }: TakeOverConfig, deps: TakeOverDeps): TakeOvers {
  const { bus, log, metrics } = deps;
  const results = metrics.counter("take_over_total", "Logins that took a key by result", [
    "result",
  ]);

  const ofComet = async (sessions: readonly Session[]): Promise<readonly Session[]> => {
    const [{ comet, incarnation } = { comet: "", incarnation: "" }] = sessions;
    const conns = sessions.map(({ conn }) => conn);
    try {
      const data = goim.comet.PresentReq.encode({ incarnation, conns }).finish();
      const subject = bus.subjects.comet(comet, "present");
      const answer = await bus.request(subject, data, { timeoutMs: kickTimeout });
      const { stale, gone } = goim.comet.PresentReply.decode(answer);
      const ended = new Set(gone.map(toNumber));
      return sessions.filter(({ conn }) => stale || ended.has(conn));
    } catch (error) {
      // One of an older version, which cannot tell, is believed.
      if (isGoimError(error, "unavailable")) return [];
      log.warn({ comet, error: messageOf(error) }, "a comet does not say who is there");
      return sessions;
    }
  };

  return {
    late: async (sessions) => {
      const groups = new Map<string, Session[]>();
      for (const session of sessions) {
        const name = JSON.stringify([session.comet, session.incarnation]);
        const group = groups.get(name);
        if (group === undefined) groups.set(name, [session]);
        else group.push(session);
      }
      const late = new Set((await Promise.all([...groups.values()].map(ofComet))).flat());
      results.inc({ result: "late" }, late.size);
      results.inc({ result: "there" }, sessions.length - late.size);
      return late;
    },
  };
}
