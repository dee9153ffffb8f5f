import type { Bus } from "../bus/bus.ts";
import { openBucket } from "../bus/kv.ts";
import { isGoimError } from "../kit/errors.ts";
import { cursorRecords } from "./cursor-records.ts";
import { advanceCursor, cursorsIn, openCursor, type UserCursors } from "./cursor-rules.ts";
import type {
  CursorLives,
  CursorLogin,
  CursorMove,
  CursorPlace,
  CursorStore,
  DeviceCursor,
} from "./cursors.ts";
import {
  type CursorsConfig,
  type CursorsDeps,
  cursorLifeMs,
  cursorsDefaults,
} from "./cursors-config.ts";
import { LiveBucket } from "./live-bucket.ts";
import { RecordWriter } from "./record-writer.ts";
import { type MeasureCall, measureCalls } from "./store-metrics.ts";

export interface KvCursorsConfig extends CursorsConfig {
  /** Users whose cursors are remembered after a write, which saves reads. */
  readonly cacheMax: number;
  /** Compare-and-set tries of one write. */
  readonly triesMax: number;
  /** Bound of one answer of NATS; a call makes a few in a row. */
  readonly timeoutMs: number;
  /** How old the known life of the bucket may be. */
  readonly epochCheckMs: number;
  /** Copies of the bucket in a cluster; default: those it has, one for a new bucket. */
  readonly replicas?: number;
}

export const kvCursorsDefaults: KvCursorsConfig = {
  ...cursorsDefaults,
  cacheMax: 10_000,
  triesMax: 16,
  timeoutMs: 2000,
  epochCheckMs: 1000,
};

export interface KvCursorsDeps extends CursorsDeps {
  readonly bus: Bus;
  /** 0 <= x < 1, for the jitter of retries. Default Math.random. */
  readonly random?: () => number;
}

/**
 * Cursors in the KV bucket GOIM_CURSORS, one record per user. Changes of one user that meet in this
 * process are merged into one write.
 *
 * Waits until NATS answers.
 */
export async function createKvCursors(
  options: Partial<KvCursorsConfig>,
  deps: KvCursorsDeps,
): Promise<CursorStore> {
  const config = { ...kvCursorsDefaults, ...options };
  const { bus, log, clock, metrics, signal, random = Math.random } = deps;
  const opened = await openBucket(bus, {
    name: bus.subjects.bucket("cursors"),
    ttlMs: cursorLifeMs(config),
    history: 1,
    ...(config.replicas === undefined ? {} : { replicas: config.replicas }),
    timeoutMs: config.timeoutMs,
    clock,
    log,
    ...(signal === undefined ? {} : { signal }),
  });
  const bucket = new LiveBucket(config.epochCheckMs, { bus, clock, bucket: opened });
  let damaged = 0;
  const onDamage = (record: string) => {
    damaged++;
    log.error({ record }, "this cursor record cannot be read and counts as empty");
  };
  const records = cursorRecords(bus.subjects, onDamage);
  const writer = new RecordWriter(records, config, { bucket, clock, random });
  metrics.countOf(
    "cursors_conflicts_total",
    "Cursor writes repeated because another process was faster.",
    () => writer.conflicts,
  );
  metrics.levelOf(
    "cursors_waiting",
    "Cursor changes that wait or are under way.",
    () => writer.waiting,
  );
  metrics.levelOf("cursors_remembered", "Users remembered.", () => writer.remembered);
  metrics.countOf(
    "cursors_damaged_total",
    "Cursor records read that could not be understood.",
    () => damaged,
  );
  const measure = measureCalls<CursorOperation>(metrics, clock, "cursors");
  return new KvCursors(config, { writer, measure, close: () => opened.close() });
}

export type CursorOperation = "open" | "advance" | "devices";

interface Parts {
  readonly writer: RecordWriter<UserCursors>;
  readonly measure: MeasureCall<CursorOperation>;
  readonly close: () => void;
}

class KvCursors implements CursorStore {
  readonly #config: KvCursorsConfig;
  readonly #parts: Parts;

  constructor(config: KvCursorsConfig, parts: Parts) {
    this.#config = config;
    this.#parts = parts;
  }

  open(
    lives: CursorLives,
    logins: readonly CursorLogin[],
  ): Promise<PromiseSettledResult<CursorPlace>[]> {
    const rules = { lives, devicesMax: this.#config.devicesMax };
    const open = async (login: CursorLogin) =>
      (await this.#parts.writer.change(login.mid, (record) => openCursor(record, login, rules)))
        .result;
    return this.#parts.measure("open", () => Promise.allSettled(logins.map(open)));
  }

  advance(
    lives: CursorLives,
    moves: readonly CursorMove[],
  ): Promise<PromiseSettledResult<boolean>[]> {
    const rules = { lives, devicesMax: this.#config.devicesMax };
    const advance = async (move: CursorMove) =>
      (await this.#parts.writer.change(move.mid, (record) => advanceCursor(record, move, rules)))
        .result;
    return this.#parts.measure("advance", () => Promise.allSettled(moves.map(advance)));
  }

  devices(epoch: string, mids: readonly string[]): Promise<DeviceCursor[][]> {
    const read = async (mid: string) => {
      try {
        return [...cursorsIn(await this.#parts.writer.read(mid), epoch)];
      } catch (error) {
        // A mid that cannot have a record has no devices.
        if (isGoimError(error, "invalid")) return [];
        throw error;
      }
    };
    return this.#parts.measure("devices", async () => {
      const reads = mids.map(read);
      await Promise.allSettled(reads);
      return Promise.all(reads);
    });
  }

  async close(): Promise<void> {
    this.#parts.close();
  }
}
