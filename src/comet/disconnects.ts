import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { fromText } from "../protocol/int64.ts";
import { Batcher } from "./batcher.ts";
import type { Channel } from "./channel.ts";

/** A session that has ended: exactly this connection, so that a newer one with the key stays. */
export interface EndedSession {
  readonly mid: string;
  readonly key: string;
  readonly conn: number;
  readonly server: string;
  readonly incarnation: string;
  readonly device: string;
  readonly since: number;
}

/** The session of a channel as `incarnation` of the comet `server` stored it. */
export function endedSession(channel: Channel, server: string, incarnation: string): EndedSession {
  const { mid, key, device, since, connection } = channel;
  return { mid, key, conn: connection.id, server, incarnation, device, since };
}

export interface DisconnectsConfig {
  readonly batchMax: number;
  readonly inFlightMax: number;
  readonly queueMax: number;
  readonly triesMax: number;
  readonly timeout: number;
  readonly retryPause: number;
}

export interface DisconnectsDeps {
  readonly bus: Pick<Bus, "request" | "subjects" | "maxPayloadBytes">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Tells logic which sessions have ended. What cannot be told in time expires in the store. */
export interface Disconnects {
  add(session: EndedSession): void;
  /** Resolves when everything was told or given up. */
  drained(): Promise<void>;
  stop(): void;
}

/** Bytes of one request besides its texts. */
const REQUEST_BYTES = 128;

export function createDisconnects(config: DisconnectsConfig, deps: DisconnectsDeps): Disconnects {
  const { bus, clock, log, metrics } = deps;
  const subject = bus.subjects.logic("disconnect");
  const dropped = metrics.counter(
    "comet_disconnects_dropped_total",
    "Ended sessions that logic was not told of; they expire",
    ["reason"],
  );
  const batcher = new Batcher<EndedSession, unknown>(
    {
      batchMax: config.batchMax,
      batchBytesMax: bus.maxPayloadBytes / 2,
      inFlightMax: config.inFlightMax,
      queueMax: config.queueMax,
      triesMax: config.triesMax,
      pauseMs: config.retryPause,
      bytesOf: (session) => REQUEST_BYTES + 3 * (session.key.length + session.device.length),
      wanted: () => true,
      send: async (sessions) => {
        const requests = sessions.map((session) => ({ ...session, mid: fromText(session.mid) }));
        const request = goim.logic.DisconnectBatchReq.encode({ requests }).finish();
        const reply = await bus.request(subject, request, { timeoutMs: config.timeout });
        return goim.logic.DisconnectBatchReply.decode(reply).replies;
      },
      onReply: () => true,
      onFailed: () => dropped.inc({ reason: "failed" }),
      onError: (error, sessions) =>
        log.warn({ error: messageOf(error), sessions }, "ended sessions could not be removed"),
    },
    clock,
  );
  metrics.levelOf(
    "comet_disconnects_waiting",
    "Ended sessions waiting to be told to logic",
    () => batcher.waiting,
  );
  return {
    add: (session) => {
      if (!batcher.push(session)) dropped.inc({ reason: "queue_full" });
    },
    drained: () => batcher.drained(),
    stop: () => batcher.stop(),
  };
}
