/** The one way of logic's events into GOIM_EVENT: bounded, tried again, each stored once. */
import type { Ack, AckPublisher } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { isRetryable, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { Semaphore } from "../kit/semaphore.ts";

export interface Event {
  /** For the metric. */
  readonly type: string;
  readonly subject: string;
  /** The same for the same event, whoever publishes it: it is stored once within two minutes. */
  readonly id: string;
  readonly data: Uint8Array;
}

export interface Events {
  /** Events taken and not yet stored. */
  readonly waiting: number;
  /** Whether it is stored; false when that was given up. Never rejects. */
  publish(event: Event): Promise<boolean>;
  /** Resolves when everything taken before is stored or given up. */
  drain(): Promise<void>;
}

export interface EventsConfig {
  /** Events on their way to the stream at once. */
  readonly inFlightMax: number;
  /** Events that wait or are on their way; one beyond is dropped. */
  readonly waitingMax: number;
  /** Milliseconds after which an event is given up. */
  readonly timeout: number;
  /** Between two tries of an event that could not be sent. */
  readonly retryPause: number;
}

export interface EventsDeps {
  /** Its own: events must not take the places of pushes. */
  readonly acks: Pick<AckPublisher, "publish">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Time between two log lines about events that were given up. */
const COMPLAIN_MS = 5_000;

export function createEvents(config: EventsConfig, deps: EventsDeps): Events {
  const { acks, clock, log, metrics } = deps;
  const places = new Semaphore(config.inFlightMax);
  const results = metrics.counter("event_total", "Events by result", ["type", "result"]);
  const taken = new Set<Promise<boolean>>();
  let complainedAt = Number.NEGATIVE_INFINITY;
  metrics.levelOf("event_waiting", "Events not stored yet", () => taken.size);

  const complain = (type: string, error: string) => {
    const now = clock.monotonic();
    if (now - complainedAt < COMPLAIN_MS) return;
    complainedAt = now;
    log.error({ type, error }, "events are lost");
  };

  const store = async ({ type, subject, id, data }: Event): Promise<boolean> => {
    const giveUpAt = clock.monotonic() + config.timeout;
    for (;;) {
      try {
        if (!places.tryEnter()) await places.enter();
        let ack: Ack;
        try {
          ack = await acks.publish(subject, data, { id });
        } finally {
          places.leave();
        }
        results.inc({ type, result: ack.duplicate ? "duplicate" : "stored" });
        return true;
      } catch (error) {
        if (!isRetryable(error) || clock.monotonic() + config.retryPause >= giveUpAt) {
          results.inc({ type, result: "failed" });
          complain(type, messageOf(error));
          return false;
        }
      }
      await sleep(clock, config.retryPause);
    }
  };

  return {
    get waiting() {
      return taken.size;
    },
    publish: (event) => {
      if (taken.size >= config.waitingMax) {
        results.inc({ type: event.type, result: "dropped" });
        complain(event.type, `${taken.size} events wait already`);
        return Promise.resolve(false);
      }
      const stored = store(event);
      taken.add(stored);
      void stored.then(() => taken.delete(stored));
      return stored;
    },
    drain: async () => {
      await Promise.all(taken);
    },
  };
}
