import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { cursorsIn } from "./cursor-rules.ts";
import { cursorScript } from "./cursor-scripts.ts";
import type { CursorOperation } from "./cursors.kv.ts";
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
  readonly lives: CursorLives;
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
  readonly #changes: MergedCalls<Change, CursorPlace>;

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

  open(
    lives: CursorLives,
    logins: readonly CursorLogin[],
  ): Promise<PromiseSettledResult<CursorPlace>[]> {
    const open = async ({ mid, device, session, since }: CursorLogin) => {
      checkText(device, session);
      return this.#changes.add(mid, { lives, args: ["open", device, session, since, 0, 0, 0] });
    };
    return this.#measure("open", () => Promise.allSettled(logins.map(open)));
  }

  advance(
    lives: CursorLives,
    moves: readonly CursorMove[],
  ): Promise<PromiseSettledResult<boolean>[]> {
    const advance = async (move: CursorMove) => {
      const { mid, device, session, since, acked, handed, all = 0 } = move;
      checkText(device, session);
      const args = ["advance", device, session, since, acked, handed, all];
      return (await this.#changes.add(mid, { lives, args })).acked === 1;
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
  async #change(mid: string, changes: readonly Change[]): Promise<readonly CursorPlace[]> {
    const results: CursorPlace[] = [];
    let at = 0;
    while (at < changes.length) {
      const { user, all } = changes[at]?.lives ?? { user: "", all: "" };
      const end = changes.findIndex(
        ({ lives }, index) => index > at && (lives.user !== user || lives.all !== all),
      );
      const run = changes.slice(at, end < 0 ? undefined : end);
      const args = run.flatMap((change) => change.args);
      const { devicesMax } = this.#config;
      const head = [recordOf(mid), user, all, devicesMax, cursorLifeMs(this.#config)];
      const reply = await this.#link.run(cursorScript, [...head, ...args]);
      if (!Array.isArray(reply)) throw new GoimError("internal", "Redis answered with no list");
      const [damaged, ...told] = reply.map(Number);
      if (damaged === 1) this.#onDamage(recordOf(mid));
      for (let place = 0; place < told.length; place += 2) {
        results.push({ acked: told[place] ?? 0, all: told[place + 1] ?? 0 });
      }
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
  const devices = Object.entries(fields).flatMap(([field, value]) => {
    const parts = typeof value === "string" ? /^(\d+);(\d+);(\d+);(.*)$/s.exec(value) : null;
    if (parts === null || !field.startsWith("d:")) return [];
    const [acked = 0, handed = 0, since = 0] = parts.slice(1, 4).map(Number);
    const device = field.slice(2);
    const all = Number(fields[`a:${device}`] ?? 0);
    return [{ device, acked, handed, session: parts[4] ?? "", since, all }];
  });
  const textOf = (field: unknown) => (typeof field === "string" ? field : "");
  const lives = { epoch: textOf(fields.epoch), allEpoch: textOf(fields.all) };
  return [...cursorsIn({ ...lives, devices }, epoch)];
}
