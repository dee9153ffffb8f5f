/** The streams as the configuration has them, also after NATS came back without them. */
import type { Bus, StreamLayout } from "../bus/bus.ts";
import type { StreamsSpec } from "../bus/stream-config.ts";
import { declareStreams } from "../bus/streams.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Service } from "../kit/service.ts";
import type { LogicConfig } from "./config.ts";

type StreamsConfig = LogicConfig["streams"];

export function streamsSpec(config: StreamsConfig): StreamsSpec {
  return {
    shards: config.shards,
    replicas: config.replicas,
    classes: [
      { name: "live", types: [], ...retentionOf(config.live) },
      { name: "keep", types: config.keep.types, ...retentionOf(config.keep) },
    ],
    user: retentionOf(config.user),
    key: retentionOf(config.key),
    all: retentionOf(config.all),
    dead: retentionOf(config.dead),
    event: retentionOf(config.event),
  };
}

function retentionOf({ maxAge, maxBytes, maxPerSubject }: StreamsConfig["live"]) {
  return { maxAgeMs: maxAge, maxBytes, maxPerSubject };
}

export interface KeepStreamsDeps {
  readonly bus: Bus;
  readonly layout: Pick<StreamLayout, "refresh">;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when the streams that came back are not what this process was started with. */
  readonly fail: (error: Error) => void;
}

const RETRY_MS = 1_000;

/**
 * Declares the streams again at each reconnect, because the server that is back may have lost them,
 * and learns their epochs, which every answer to a push carries. Also once at its start: NATS may
 * have come back empty while the process waited for something else.
 */
export function keepStreams(spec: StreamsSpec, deps: KeepStreamsDeps): Service {
  const { bus, layout, clock, log, fail } = deps;
  const abort = new AbortController();
  let unwatch = () => {};
  let running: Promise<void> | undefined;
  let again = false;

  const declareOnce = async () => {
    try {
      await declareStreams(bus, spec, { log, clock, signal: abort.signal });
      const changed = await layout.refresh();
      if (changed.length > 0) log.warn({ streams: changed }, "streams began a new life");
    } catch (error) {
      if (abort.signal.aborted) return;
      // Going on would put pushes where nobody looks for them. A start would refuse it as well.
      if (isGoimError(error, "invalid")) return fail(error);
      log.error({ error: messageOf(error) }, "streams not declared, trying again");
      again = true;
      await sleep(clock, RETRY_MS);
    }
  };
  const declare = async () => {
    while (again && !abort.signal.aborted) {
      again = false;
      await declareOnce();
    }
    running = undefined;
  };
  const begin = () => {
    again = true;
    running ??= declare();
  };

  return {
    name: "streams",
    start: async () => {
      unwatch = bus.onStatus((status) => {
        if (status === "up") begin();
      });
      begin();
    },
    stop: async () => {
      unwatch();
      abort.abort();
      await running;
    },
  };
}
