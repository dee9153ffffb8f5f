import { type Clock, systemClock } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import { type Log, silentLog } from "../kit/log.ts";
import type { Bus, OrderedReader, OrderedReaderOptions, StreamLayout } from "./bus.ts";
import { JsApi } from "./js-api.ts";
import { OrderedFeed } from "./ordered-feed.ts";
import { meta } from "./stream-config.ts";

export interface ReadOptions extends OrderedReaderOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Messages read ahead of the handler, default 256. A message is at most one `max_payload`. */
  readonly readAhead?: number;
}

/**
 * Reads one shard in order from `from` on, for ever. `onReset` means that the reader has stopped:
 * the stream is another one than the layout knows, it ends before `from`, or `onMessage` failed.
 */
export function readOrdered(
  bus: Bus,
  layout: StreamLayout,
  options: ReadOptions,
): Promise<OrderedReader> {
  const { stream, filter, onMessage, onReset, readAhead = 256 } = options;
  const { clock = systemClock, log = silentLog } = options;
  const api = new JsApi(bus, { clock });
  const epoch = layout.epoch(stream);
  let sequence = options.from - 1;
  const feed = new OrderedFeed(
    {
      stream,
      filter,
      batch: readAhead,
      plan: (info) => {
        const now = info.config.metadata?.[meta.epoch] ?? "";
        if (now !== epoch) onReset(`the stream ${stream} is a new one: epoch ${now}, not ${epoch}`);
        else if (info.state.last_seq < sequence) {
          onReset(`the stream ${stream} ends at ${info.state.last_seq}, before ${sequence}`);
        } else return { from: sequence + 1 };
        return undefined;
      },
      onMessage: (message) => {
        sequence = message.sequence;
        return onMessage(message);
      },
      onFailed: (error) => onReset(`the handler failed: ${messageOf(error)}`),
    },
    { bus, api, clock, log },
  );
  return Promise.resolve({
    get sequence() {
      return sequence;
    },
    get pending() {
      return feed.pending;
    },
    stop: async () => {
      await feed.stop();
      api.close();
    },
  });
}
