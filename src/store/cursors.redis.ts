import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { cursorScript } from "./cursor-scripts.ts";
import type { CursorOperation } from "./cursors.kv.ts";
import type { CursorLogin, CursorMove, CursorStore, DeviceCursor } from "./cursors.ts";
import {
  type CursorsConfig,
  type CursorsDeps,
  cursorLifeMs,
  cursorsDefaults,
} from "./cursors-config.ts";
import { MergedCalls } from "./merged-calls.ts";
import {
  type Argument,
  isWrongType,
  RedisLink,
  type RedisLinkConfig,
  redisLinkDefaults,
} from "./redis-link.ts";
import { type MeasureCall, measureCalls } from "./store-metrics.ts";

export type RedisCursorsConfig = CursorsConfig & RedisLinkConfig;

export const redisCursorsDefaults: RedisCursorsConfig = {
  ...redisLinkDefaults,
  ...cursorsDefaults,
};

/**
 * Cursors in Redis: a hash `cursor_<mid>` per user. Changes of one user that meet in this process
 * go as one script; no two of one user are on their way.
 *
 * Waits until Redis answers.
 */
export async function createRedisCursors(
  options: Partial<RedisCursorsConfig>,
  deps: CursorsDeps,
): Promise<CursorStore> {
  const config = { ...redisCursorsDefaults, ...options };
  const { log, clock, metrics } = deps;
  const link = new RedisLink(config, { log, clock, scripts: [cursorScript] });
  try {
    await link.waitReady(deps.signal);
  } catch (error) {
    link.close();
    throw error;
  }
  const measure = measureCalls<CursorOperation>(metrics, clock, "cursors");
  const store = new RedisCursors(config, { link, log, measure });
  metrics.levelOf(
    "cursors_waiting",
    "Cursor changes that wait or are under way.",
    () => store.waiting,
  );
  metrics.countOf("cursors_connects_total", "Connections made to Redis.", () => link.connects);
  metrics.countOf(
    "cursors_damaged_total",
    "Cursor records read that could not be understood.",
    () => store.damaged,
  );
  return store;
}

interface Change {
  readonly epoch: string;
  readonly args: readonly Argument[];
}

interface Parts {
  readonly link: RedisLink;
  readonly log: Log;
  readonly measure: MeasureCall<CursorOperation>;
}

class RedisCursors implements CursorStore {
  /** Records that were something else. */
  damaged = 0;
  readonly #config: RedisCursorsConfig;
  readonly #link: RedisLink;
  readonly #log: Log;
  readonly #measure: MeasureCall<CursorOperation>;
  readonly #changes: MergedCalls<Change, number>;

  constructor(config: RedisCursorsConfig, { link, log, measure }: Parts) {
    this.#config = config;
    this.#link = link;
    this.#log = log;
    this.#measure = measure;
    this.#changes = new MergedCalls(config, (mid, changes) => this.#change(mid, changes));
  }

  get waiting(): number {
    return this.#changes.waiting;
  }

  open(epoch: string, logins: readonly CursorLogin[]): Promise<PromiseSettledResult<number>[]> {
    const open = async ({ mid, device, session, since }: CursorLogin) => {
      checkText(device, session);
      return this.#changes.add(mid, { epoch, args: ["open", device, session, since, 0, 0] });
    };
    return this.#measure("open", () => Promise.allSettled(logins.map(open)));
  }

  advance(epoch: string, moves: readonly CursorMove[]): Promise<PromiseSettledResult<boolean>[]> {
    const advance = async ({ mid, device, session, since, acked, handed }: CursorMove) => {
      checkText(device, session);
      const args = ["advance", device, session, since, acked, handed];
      return (await this.#changes.add(mid, { epoch, args })) === 1;
    };
    return this.#measure("advance", () => Promise.allSettled(moves.map(advance)));
  }

  devices(epoch: string, mids: readonly string[]): Promise<DeviceCursor[][]> {
    return this.#measure("devices", async () => {
      const reads = mids.map((mid) => this.#read(mid, epoch));
      await Promise.allSettled(reads);
      return Promise.all(reads);
    });
  }

  async close(): Promise<void> {
    this.#link.close();
  }

  /** Changes of another life of the stream than the first one's go after it, in order. */
  async #change(mid: string, changes: readonly Change[]): Promise<readonly number[]> {
    const results: number[] = [];
    let at = 0;
    while (at < changes.length) {
      const epoch = changes[at]?.epoch ?? "";
      const end = changes.findIndex((change, index) => index > at && change.epoch !== epoch);
      const run = changes.slice(at, end < 0 ? undefined : end);
      const args = run.flatMap((change) => change.args);
      const head = [recordOf(mid), epoch, this.#config.devicesMax, cursorLifeMs(this.#config)];
      const reply = await this.#link.run(cursorScript, [...head, ...args]);
      if (!Array.isArray(reply)) throw new GoimError("internal", "Redis answered with no list");
      const [damaged, ...told] = reply.map(Number);
      if (damaged === 1) this.#onDamage(recordOf(mid));
      results.push(...told);
      at += run.length;
    }
    return results;
  }

  async #read(mid: string, epoch: string): Promise<DeviceCursor[]> {
    try {
      return parse(await this.#link.send("hgetall", recordOf(mid)), epoch);
    } catch (error) {
      if (!isWrongType(error)) throw error;
      this.#onDamage(recordOf(mid));
      return [];
    }
  }

  #onDamage(record: string): void {
    this.damaged++;
    this.#log.error({ record }, "this cursor record cannot be read and counts as empty");
  }
}

function recordOf(mid: string): string {
  return `cursor_${mid}`;
}

/** Redis strings are UTF-8: two lone surrogates would become one and the same device. */
function checkText(device: string, session: string): void {
  if (/\p{Surrogate}/u.test(device + session)) {
    throw new GoimError("invalid", "the device is not well-formed Unicode text");
  }
}

function parse(reply: unknown, epoch: string): DeviceCursor[] {
  if (typeof reply !== "object" || reply === null) return [];
  const fields: Record<string, unknown> = { ...reply };
  if (fields.epoch !== epoch) return [];
  return Object.entries(fields).flatMap(([field, value]) => {
    const parts = typeof value === "string" ? /^(\d+);(\d+);(\d+);(.*)$/s.exec(value) : null;
    if (parts === null || !field.startsWith("d:")) return [];
    const [acked = 0, handed = 0, since = 0] = parts.slice(1, 4).map(Number);
    return [{ device: field.slice(2), acked, handed, session: parts[4] ?? "", since }];
  });
}
