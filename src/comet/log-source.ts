import type {
  Bus,
  HistoryReader,
  KeptReader,
  StoredMessage,
  StreamLayout,
  StreamReader,
  Subscription,
} from "../bus/bus.ts";
import { offsetOf } from "../protocol/offset.ts";
import type { LogEnd, LogSource } from "./follower.ts";
import type { FollowerStats } from "./follower-stats.ts";
import { type Cast, decodeCast } from "./log-entry.ts";
import type { TailReader } from "./tail-reader.ts";

/** The names of one log on NATS. */
export interface LogNames {
  readonly stream: string;
  /** Its subject in the stream. */
  readonly subject: string;
  /** Where its casts are published. */
  readonly cast: string;
}

/** Reads of where a log's stream begins; the broadcast needs none. */
export type HistoryEnds = Pick<HistoryReader, "oldest"> & KeptReader;

export interface BusLogDeps {
  readonly bus: Pick<Bus, "subscribe" | "flush">;
  readonly layout: Pick<StreamLayout, "epoch">;
  readonly reader: Pick<StreamReader, "lastSequence" | "range"> & Partial<HistoryEnds>;
  readonly tails: Pick<TailReader, "end">;
  readonly stats: FollowerStats;
  /** Reads the epochs again; shared by all logs of the process. */
  readonly refresh: () => Promise<void>;
  readonly onCast: (cast: Cast) => void;
}

/** A log on NATS: casts from its subject, the truth from its stream. */
export class BusLog implements LogSource {
  readonly names: LogNames;
  readonly #deps: BusLogDeps;
  #subscription: Subscription | undefined;
  #closed = false;

  constructor(names: LogNames, deps: BusLogDeps) {
    this.names = names;
    this.#deps = deps;
  }

  get epoch(): string {
    return this.#deps.layout.epoch(this.names.stream);
  }

  async attach(): Promise<void> {
    if (this.#closed) return;
    const { bus, stats, onCast } = this.#deps;
    this.#subscription ??= bus.subscribe(this.names.cast, ({ data }) => {
      const cast = decodeCast(data);
      if (cast === undefined) stats.undecodable++;
      else onCast(cast);
    });
    await bus.flush();
  }

  end(): Promise<LogEnd> {
    return this.#deps.tails.end(this.names.stream, this.names.subject);
  }

  last(): Promise<number> {
    return this.#deps.reader.lastSequence(this.names.stream);
  }

  /** Offset of the oldest message kept, 0 = there is none. */
  async oldest(): Promise<number> {
    const { stream, subject } = this.names;
    const message = await this.#deps.reader.oldest?.(stream, subject);
    return message === undefined ? 0 : offsetOf(message.sequence, 0);
  }

  /** Whether nothing stored after this sequence is gone; false where nobody knows. */
  async wholeAfter(sequence: number): Promise<boolean> {
    const { stream, subject } = this.names;
    return (await this.#deps.reader.wholeAfter?.(stream, subject, sequence)) ?? false;
  }

  range(from: number, to: number, limit: number): Promise<StoredMessage[]> {
    return this.#deps.reader.range(this.names.stream, this.names.subject, from, to, limit);
  }

  refresh(): Promise<void> {
    return this.#deps.refresh();
  }

  close(): void {
    this.#closed = true;
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }
}
