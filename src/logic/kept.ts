/** The broadcasts that are kept for those who log in later (`retain`), in memory. */
import type {
  Bus,
  HistoryReader,
  OrderedReader,
  OrderedReaderOptions,
  StreamLayout,
  StreamReader,
} from "../bus/bus.ts";
import type { IsRecalled, RecalledLog } from "../bus/recalls.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { Service } from "../kit/service.ts";
import { ENTRIES_MAX, offsetOf } from "../protocol/offset.ts";
import { type KeptBounds, type KeptEntry, KeptList } from "./kept-list.ts";

/** What is kept at one moment. */
export interface KeptLog {
  /** Life of GOIM_ALL. */
  readonly epoch: string;
  /** Everything that is kept up to here is among the entries. */
  readonly offset: number;
  /** Ascending. */
  readonly entries: readonly KeptEntry[];
}

export interface Kept extends Service {
  /**
   * What is kept now. While the stream was not read to its end yet this waits a bounded time, then
   * fails with "unavailable".
   */
  known(): Promise<KeptLog>;
  /** Most bytes that the entries have together. */
  readonly bytesMax: number;
}

export interface KeptConfig extends KeptBounds {
  /** Most time a login waits for the first read of the stream. */
  readonly loadWait: number;
  /** How often the end of the stream is looked at. */
  readonly check: number;
}

export interface KeptDeps {
  readonly bus: Pick<Bus, "subjects" | "maxPayloadBytes">;
  readonly layout: Pick<StreamLayout, "epoch" | "refresh">;
  readonly reader: Pick<StreamReader & HistoryReader, "state" | "tail">;
  readonly readOrdered: (options: OrderedReaderOptions) => Promise<OrderedReader>;
  /** What was taken back. A comet looks as well: what is not known here yet is known there. */
  readonly recalls?: {
    of(log: RecalledLog, target: string, epoch: string): IsRecalled | undefined;
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Pause between two looks at the end of the stream while it is read for the first time. */
const LOADING_MS = 250;
/** Of the largest message that NATS takes: the rest is for what else the reply to logins holds. */
const REPLY_SHARE = 4;

export function createKept(config: KeptConfig, deps: KeptDeps): Kept {
  return new KeptBroadcasts(config, deps);
}

/** One life of the stream, as far as it was read. */
interface Reading {
  readonly epoch: string;
  readonly list: KeptList;
  /** The stream's newest message when that was last asked, and the stream's end before that. */
  newest: number;
  last: number;
  /** Newest message read. */
  read: number;
  /** Everything up to here was read, or is not there; 0 = not known yet. */
  position: number;
  ended: boolean;
}

class KeptBroadcasts implements Kept {
  readonly name = "kept broadcasts";
  readonly bytesMax: number;
  readonly #config: KeptConfig;
  readonly #deps: KeptDeps;
  readonly #stream: string;
  #reading: Reading | undefined;
  #waiting: (() => void)[] = [];
  #stopped = false;
  #running: Promise<void> | undefined;
  #wake: () => void = () => {};
  #dropped = 0;
  #lives = 0;
  #refused = 0;

  constructor(config: KeptConfig, deps: KeptDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#stream = deps.bus.subjects.stream("all");
    this.bytesMax = Math.min(config.bytesMax, Math.floor(deps.bus.maxPayloadBytes / REPLY_SHARE));
    this.#measure(deps.metrics);
  }

  async start(): Promise<void> {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#running;
  }

  async known(): Promise<KeptLog> {
    if (!this.#loaded) await this.#untilLoaded();
    const reading = this.#reading;
    if (reading === undefined || !this.#loaded) {
      this.#refused++;
      throw new GoimError("unavailable", "the kept broadcasts are still being read");
    }
    const { epoch, position, list } = reading;
    const recalled = this.#deps.recalls?.of("all", "", epoch);
    if (recalled !== undefined) list.drop(recalled);
    return { epoch, offset: position, entries: list.entries(this.#deps.clock.now()) };
  }

  get #loaded(): boolean {
    return (this.#reading?.position ?? 0) > 0;
  }

  #untilLoaded(): Promise<void> {
    const { clock } = this.#deps;
    return new Promise((resolve) => {
      const done = () => {
        clock.clearTimeout(timer);
        resolve();
      };
      const timer = clock.setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== done);
        resolve();
      }, this.#config.loadWait);
      this.#waiting.push(done);
    });
  }

  /** Reads one life of the stream after the other. */
  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#live();
      } catch (error) {
        this.#deps.log.debug({ error: messageOf(error) }, "kept broadcasts cannot be read");
      }
      this.#reading = undefined;
      await this.#pause(LOADING_MS);
    }
  }

  async #live(): Promise<void> {
    const { reader, layout, bus, readOrdered, log } = this.#deps;
    const { epoch } = await reader.state(this.#stream);
    if (layout.epoch(this.#stream) !== epoch) await layout.refresh();
    if (layout.epoch(this.#stream) !== epoch || this.#stopped) return;
    const list = new KeptList({ ...this.#config, bytesMax: this.bytesMax });
    const places = { newest: Number.POSITIVE_INFINITY, last: 0, read: 0, position: 0 };
    const reading: Reading = { epoch, list, ...places, ended: false };
    this.#reading = reading;
    this.#lives++;
    const feed = await readOrdered({
      stream: this.#stream,
      filter: bus.subjects.pushAll,
      from: 1,
      onMessage: (message) => {
        const dropped = list.dropped;
        list.add(message, this.#deps.clock.now());
        this.#dropped += list.dropped - dropped;
        reading.read = message.sequence;
        this.#settle(reading);
      },
      onReset: (reason) => {
        log.warn({ reason }, "kept broadcasts are read anew");
        reading.ended = true;
        this.#wake();
      },
    });
    try {
      while (!reading.ended && !this.#stopped) {
        await this.#check(reading);
        if (reading.ended) break;
        await this.#pause(this.#loaded ? this.#config.check : LOADING_MS);
      }
    } finally {
      await feed.stop();
    }
  }

  /** Looks where the stream begins and ends; what was read may be all there is. */
  async #check(reading: Reading): Promise<void> {
    const { reader, bus, log } = this.#deps;
    try {
      const { epoch, first, last } = await reader.state(this.#stream);
      if (epoch !== reading.epoch || last < reading.read) {
        reading.ended = true;
        return;
      }
      reading.list.dropBefore(first);
      if (this.#loaded && offsetOf(last, ENTRIES_MAX - 1) <= reading.position) return;
      const tail = await reader.tail(this.#stream, bus.subjects.pushAll);
      reading.newest = tail?.sequence ?? 0;
      reading.last = last;
      this.#settle(reading);
    } catch (error) {
      log.debug({ error: messageOf(error) }, "the end of the broadcasts cannot be read");
    }
  }

  #settle(reading: Reading): void {
    const { read, newest, last } = reading;
    const whole = read >= newest;
    if (!whole && reading.position === 0) return;
    const to = offsetOf(whole ? Math.max(read, last) : read, ENTRIES_MAX - 1);
    reading.position = Math.max(reading.position, to);
    if (this.#reading !== reading) return;
    for (const done of this.#waiting.splice(0)) done();
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    const { clock } = this.#deps;
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      this.#wake = () => {
        if (timer !== undefined) clock.clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
      timer = clock.setTimeout(() => this.#wake(), ms);
    });
  }

  #measure(metrics: Metrics): void {
    const list = () => this.#reading?.list;
    metrics.levelOf("kept_entries", "Broadcasts kept for those who log in later", () => {
      return list()?.entries(this.#deps.clock.now()).length ?? 0;
    });
    metrics.levelOf("kept_bytes", "Bytes of them", () => list()?.bytes ?? 0);
    metrics.countOf("kept_dropped_total", "Kept broadcasts above the bounds", () => this.#dropped);
    metrics.countOf("kept_lives_total", "Times they were read from the start", () => this.#lives);
    metrics.countOf(
      "kept_refused_total",
      "Requests of logins refused before they were read",
      () => {
        return this.#refused;
      },
    );
  }
}
