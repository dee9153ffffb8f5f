/**
 * Hands events of GOIM_EVENT to a target, at least once each: from a durable consumer that all
 * logics share, tried again with growing pauses, in the end kept in GOIM_DEAD.
 */
import type { AckPublisher, Bus, StreamLayout } from "../../bus/bus.ts";
import { deadHeaders } from "../../bus/dead.ts";
import { type Task, WorkQueue } from "../../bus/work-queue.ts";
import type { Clock } from "../../kit/clock.ts";
import { isGoimError, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";

export interface HookEvent {
  /** The same at every attempt: what a receiver tells repetitions by. */
  readonly id: string;
  /** `online`, `offline`, `undelivered`, … */
  readonly type: string;
  /** JSON. */
  readonly data: Uint8Array;
  readonly attempt: number;
}

/**
 * Resolves when the receiver has it. Fails with GoimError: "invalid" and "too_large" are final,
 * after anything else it is tried again.
 */
export type Target = (event: HookEvent) => Promise<void>;

export interface DeliveryConfig {
  /** Types of events that are delivered. */
  readonly events: readonly string[];
  /** Milliseconds that one attempt takes at most. */
  readonly timeout: number;
  readonly inFlightMax: number;
  readonly triesMax: number;
  /** Pause after the first failure; it doubles up to `retryMax`. */
  readonly retryMin: number;
  readonly retryMax: number;
}

export interface DeliveryDeps {
  readonly bus: Bus;
  readonly layout: Pick<StreamLayout, "epoch">;
  readonly acks: Pick<AckPublisher, "publish">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: DeliveryMetrics;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export interface DeliveryMetrics {
  count(target: string, result: "delivered" | "again" | "dead"): void;
  /** What is delivered to, for the levels. */
  watch(target: string, queue: Pick<WorkQueue, "inFlight" | "waiting">): void;
}

export interface Delivery {
  start(): void;
  /** Takes no more; resolves when what is on its way has ended. */
  stop(): Promise<void>;
}

/** For the dead letter after the last attempt, and the acknowledgement. */
const ACK_MARGIN_MS = 15_000;
/** Pause while GOIM_DEAD takes nothing. */
const DEAD_RETRY_MS = 5_000;
const REASON_MAX = 500;
/** Of the pause, so that what failed together does not come back together. */
const JITTER = 0.25;

export function createDeliveryMetrics(metrics: Metrics): DeliveryMetrics {
  const results = metrics.counter("hook_events_total", "Events by target", ["target", "result"]);
  const queues = new Map<string, Pick<WorkQueue, "inFlight" | "waiting">>();
  const sum = (of: "inFlight" | "waiting") =>
    [...queues.values()].reduce((all, queue) => all + queue[of], 0);
  metrics.levelOf("hook_events_in_flight", "Events on their way to targets", () => sum("inFlight"));
  metrics.levelOf("hook_events_waiting", "Events that nobody has taken yet", () => sum("waiting"));
  return {
    count: (target, result) => results.inc({ target, result }),
    watch: (target, queue) => queues.set(target, queue),
  };
}

/** Milliseconds after an attempt: twice those after the one before, bounded; `random` below 1. */
export function pauseMs(
  { retryMin, retryMax }: Pick<DeliveryConfig, "retryMin" | "retryMax">,
  attempt: number,
  random: number,
): number {
  const pause = Math.min(retryMax, retryMin * 2 ** Math.min(attempt - 1, 40));
  return Math.round(pause * (1 - JITTER * random));
}

/** `name` is part of the consumer's: it stays what it is over restarts and over all logics. */
export function createDelivery(
  name: string,
  config: DeliveryConfig,
  target: Target,
  deps: DeliveryDeps,
): Delivery {
  const { bus, clock, log, metrics, random } = deps;
  const { prefix } = bus.subjects;
  const stream = bus.subjects.stream("event");

  const bury = async (task: Task, event: HookEvent, reason: string) => {
    try {
      await deps.acks.publish(bus.subjects.dead(`hook-${name}`), task.data, {
        id: `hook ${name} ${deps.layout.epoch(stream)} ${task.sequence}`,
        headers: {
          [deadHeaders.stream]: stream,
          [deadHeaders.subject]: task.subject,
          [deadHeaders.sequence]: String(task.sequence),
          [deadHeaders.reason]: reason.replace(/[\r\n]+/g, " ").slice(0, REASON_MAX),
        },
      });
    } catch (error) {
      log.error({ target: name, error: messageOf(error) }, "GOIM_DEAD took no event");
      return DEAD_RETRY_MS;
    }
    metrics.count(name, "dead");
    log.error({ target: name, type: event.type, id: event.id, reason }, "an event is dead");
    return undefined;
  };

  const handle = async (task: Task) => {
    const event = eventOf(task, prefix);
    try {
      await target(event);
      metrics.count(name, "delivered");
      return undefined;
    } catch (error) {
      const reason = messageOf(error);
      const final = isGoimError(error, "invalid") || isGoimError(error, "too_large");
      if (final || task.attempt >= config.triesMax) return bury(task, event, reason);
      metrics.count(name, "again");
      const againMs = pauseMs(config, task.attempt, random());
      const facts = { target: name, type: event.type, attempt: task.attempt, againMs };
      log.debug({ ...facts, reason }, "an event comes again");
      return againMs;
    }
  };

  const queue = new WorkQueue(
    {
      ...{ stream, name: `goim-hook-${name}`, inFlightMax: config.inFlightMax, handle },
      filters: config.events.map((type) => `${bus.subjects.event(type)}.>`),
      ackWaitMs: config.timeout + ACK_MARGIN_MS,
    },
    { bus, clock, log },
  );
  metrics.watch(name, queue);
  return { start: () => queue.start(), stop: () => queue.stop() };
}

function eventOf({ subject, sequence, data, attempt, header }: Task, prefix: string): HookEvent {
  const type = subject.slice(`${prefix}.event.`.length).split(".")[0] ?? "";
  return { id: header("Nats-Msg-Id") ?? `${type}/${sequence}`, type, data, attempt };
}
