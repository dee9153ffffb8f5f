import { randomUUID } from "node:crypto";
import type { StreamConfig, StreamInfo } from "@nats-io/jetstream";
import { type Clock, systemClock, type Timer } from "../kit/clock.ts";
import { GoimError, isGoimError } from "../kit/errors.ts";
import { type Log, silentLog } from "../kit/log.ts";
import type {
  Bus,
  KvBucket,
  KvChange,
  KvEntry,
  KvLife,
  StoredWithHeaders,
  Subscription,
} from "./bus.ts";
import { isJetStreamError, JsApi, jsErrors } from "./js-api.ts";
import { listEntries } from "./kv-list.ts";
import { isMarker, operationHeader } from "./kv-marker.ts";
import { type WatchProgress, watchKeys } from "./kv-watch.ts";
import { meta } from "./stream-config.ts";
import { untilReached } from "./until-reached.ts";

export interface BucketOptions {
  readonly name: string;
  /** Life of a value after its last write; default: for ever. */
  readonly ttlMs?: number;
  /** Values kept per key, default 1. */
  readonly history?: number;
  /** False: wait until somebody else creates it. Default true. */
  readonly create?: boolean;
  /**
   * False: never reads directly, also where there is one copy. For who may not: a direct read hands
   * a value, as it is, to any subject that the asker names. Default true.
   */
  readonly direct?: boolean;
  /** Copies in a cluster; default: those it has, one for a new bucket. */
  readonly replicas?: number;
  /** Bound of one answer, default 5 s. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  readonly log?: Log;
  /** Ends the wait for NATS. */
  readonly signal?: AbortSignal;
}

/** A bucket as its opener has it. */
export interface OpenBucket extends KvBucket {
  /** Ends what it has on the connection; its watches are ended first. It can be asked no more. */
  close(): void;
}

/**
 * Deleted keys leave a marker for watchers that are away for a while; after this it goes by itself.
 * Whoever is away for longer compares all keys anyway (kv-watch.ts).
 */
const MARKER_TTL = "3600s";
const DEDUPE_WINDOW_MS = 120_000;
const CREATE_TRIES = 3;
/** Pause before a lost bucket is looked for again by who does not make it. */
const LOOK_AGAIN_MS = 1_000;

const expectedHeader = "Nats-Expected-Last-Subject-Sequence";
const noData = new Uint8Array(0);
const nanos = (ms: number) => ms * 1_000_000;

/**
 * Opens a bucket, a NATS KV like any other for the `nats` tool. Reads go to the leader. Where there
 * is one copy they are direct, which costs a third; where there are more, any replica would answer
 * those with what it knows: then they are off in the stream itself.
 */
export async function openBucket(bus: Bus, options: BucketOptions): Promise<OpenBucket> {
  const { log = silentLog, clock = systemClock, signal } = options;
  const { timeoutMs } = options;
  const api = new JsApi(bus, { clock, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const bucket = new NatsBucket(bus, api, { ...options, log, clock });
  const wait = { log, clock, ...(signal === undefined ? {} : { signal }) };
  try {
    await untilReached(wait, `waiting for the bucket ${options.name}`, () => bucket.open());
  } catch (error) {
    bucket.close();
    throw error;
  }
  return bucket;
}

class NatsBucket implements OpenBucket {
  readonly name: string;
  readonly #bus: Bus;
  readonly #api: JsApi;
  readonly #options: BucketOptions & { log: Log; clock: Clock };
  readonly #stream: string;
  readonly #prefix: string;
  readonly #unlisten: () => void;
  #epoch = "";
  #refreshing = false;
  #direct = false;
  #again: Timer | undefined;
  #closed = false;

  constructor(bus: Bus, api: JsApi, options: BucketOptions & { log: Log; clock: Clock }) {
    this.name = options.name;
    this.#bus = bus;
    this.#api = api;
    this.#options = options;
    this.#stream = `KV_${options.name}`;
    this.#prefix = `$KV.${options.name}.`;
    this.#unlisten = bus.onStatus((status) => {
      if (status === "up") this.#refresh();
    });
  }

  close(): void {
    this.#closed = true;
    if (this.#again !== undefined) this.#options.clock.clearTimeout(this.#again);
    this.#unlisten();
    this.#api.close();
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Creates the bucket or brings it to what is asked for, and reads its epoch. */
  async open(): Promise<void> {
    let info = await this.#api.streamInfoIfAny(this.#stream);
    if (info === undefined) {
      if (this.#options.create === false) {
        throw new GoimError("not_found", `the bucket ${this.name} does not exist yet`);
      }
      info = await this.#create();
    }
    // Also when somebody else was faster to create it, perhaps with other wishes.
    const config = this.#options.create === false ? info.config : await this.#adapt(info);
    const { direct = true } = this.#options;
    this.#direct = direct && config.num_replicas === 1 && config.allow_direct === true;
    const epoch = info.config.metadata?.[meta.epoch];
    if (epoch === undefined) {
      throw new GoimError("invalid", `the bucket ${this.name} was not created by goim`);
    }
    if (this.#epoch !== "" && epoch !== this.#epoch) {
      const bucket = this.name;
      this.#options.log.warn({ bucket, epoch }, "the bucket is a new one: its content was lost");
    }
    this.#epoch = epoch;
  }

  async refresh(): Promise<string> {
    await this.open();
    return this.#epoch;
  }

  async get(key: string): Promise<KvEntry | undefined> {
    const message = await this.#last(key);
    if (message === undefined || isMarker(message)) return undefined;
    return { key, value: message.data, revision: message.sequence };
  }

  put(key: string, value: Uint8Array, life: KvLife = {}): Promise<number> {
    return this.#store(key, value, ttlOf(life));
  }

  async create(key: string, value: Uint8Array, life: KvLife = {}): Promise<number | undefined> {
    let revision = 0;
    for (let tries = 0; tries < CREATE_TRIES; tries++) {
      const created = await this.update(key, value, revision, life);
      if (created !== undefined) return created;
      const last = await this.#last(key);
      if (last !== undefined && !isMarker(last)) return undefined;
      revision = last?.sequence ?? 0;
    }
    // Somebody creates and deletes it all the time: as good as being there.
    return undefined;
  }

  async update(
    key: string,
    value: Uint8Array,
    revision: number,
    life: KvLife = {},
  ): Promise<number | undefined> {
    try {
      const headers = { [expectedHeader]: String(revision), ...ttlOf(life) };
      return (await this.#api.store(this.#prefix + key, value, headers)).seq;
    } catch (error) {
      if (isWrongRevision(error)) return undefined;
      this.#noticeLoss(error);
      throw error;
    }
  }

  async delete(key: string, revision: number): Promise<boolean> {
    try {
      await this.#store(key, noData, {
        [expectedHeader]: String(revision),
        [operationHeader]: "DEL",
        "Nats-TTL": MARKER_TTL,
      });
      return true;
    } catch (error) {
      if (isWrongRevision(error)) return false;
      throw error;
    }
  }

  async *keys(filter: string): AsyncGenerator<string> {
    const entries = listEntries(this.#source(), filter, { headersOnly: true });
    for await (const { key } of entries) yield key;
  }

  entries(filter: string, options: { after?: number; silenceMs?: number } = {}) {
    return listEntries(this.#source(), filter, options);
  }

  watch(
    filter: string,
    onChange: (change: KvChange) => void,
    onReady?: () => void,
    onProgress?: WatchProgress,
  ): Promise<Subscription> {
    return watchKeys(this.#source(), filter, onChange, onReady, onProgress);
  }

  #source() {
    const { log, clock } = this.#options;
    return {
      stream: this.#stream,
      prefix: this.#prefix,
      deps: { bus: this.#bus, api: this.#api, clock, log },
    };
  }

  async #last(key: string): Promise<StoredWithHeaders | undefined> {
    if (this.#direct) {
      try {
        return await this.#api.directLast(this.#stream, this.#prefix + key);
      } catch (error) {
        // Off by now, or the bucket is gone: the leader's answer tells which. Where somebody else
        // listens on that subject nobody says so.
        if (isGoimError(error, "timeout")) this.#refresh();
        if (!isGoimError(error, "unavailable")) throw error;
        this.#noticeLoss(error);
      }
    }
    try {
      return await this.#api.message(this.#stream, { last_by_subj: this.#prefix + key });
    } catch (error) {
      this.#noticeLoss(error);
      throw error;
    }
  }

  async #store(key: string, value: Uint8Array, headers: Record<string, string>): Promise<number> {
    try {
      const ack = await this.#api.store(this.#prefix + key, value, headers);
      return ack.seq;
    } catch (error) {
      this.#noticeLoss(error);
      throw error;
    }
  }

  /** Without the stream, reads find none and writes find nobody listening. */
  #noticeLoss(error: unknown): void {
    const gone = isJetStreamError(error, jsErrors.streamNotFound);
    if (gone || (isGoimError(error, "unavailable") && this.#bus.connected)) this.#refresh();
  }

  /**
   * Makes the bucket again when it was lost, in the background, one at a time. Who does not make it
   * looks until somebody else has, to know of its new life.
   */
  #refresh(): void {
    if (this.#refreshing || this.#closed) return;
    this.#refreshing = true;
    void this.open()
      .catch((error) => {
        if (this.#closed) return;
        const bucket = this.name;
        this.#options.log.warn({ bucket, err: error }, "the bucket cannot be looked at");
        if (isGoimError(error, "not_found")) this.#lookAgain();
      })
      .finally(() => {
        this.#refreshing = false;
      });
  }

  #lookAgain(): void {
    const { clock } = this.#options;
    if (this.#again !== undefined) clock.clearTimeout(this.#again);
    this.#again = clock.setTimeout(() => this.#refresh(), LOOK_AGAIN_MS);
  }

  async #create(): Promise<StreamInfo> {
    const config: Partial<StreamConfig> & Record<string, unknown> = {
      name: this.#stream,
      subjects: [`${this.#prefix}>`],
      storage: "file",
      retention: "limits",
      discard: "new",
      allow_rollup_hdrs: true,
      deny_delete: true,
      allow_msg_ttl: true,
      metadata: { [meta.epoch]: randomUUID() },
      num_replicas: 1,
      ...this.#adaptable(1),
    };
    try {
      return await this.#api.call<StreamInfo>(`STREAM.CREATE.${this.#stream}`, config);
    } catch (error) {
      if (!isJetStreamError(error, jsErrors.streamExists)) throw error;
      return this.#api.streamInfo(this.#stream);
    }
  }

  /** What a bucket is to be like that has so many copies. */
  #adaptable(copies: number) {
    const { ttlMs = 0, history = 1, replicas } = this.#options;
    return {
      max_msgs_per_subject: history,
      max_age: nanos(ttlMs),
      duplicate_window: nanos(ttlMs === 0 ? DEDUPE_WINDOW_MS : Math.min(ttlMs, DEDUPE_WINDOW_MS)),
      allow_direct: (replicas ?? copies) === 1,
      ...(replicas === undefined ? {} : { num_replicas: replicas }),
    };
  }

  /** What it is like then. */
  async #adapt(info: StreamInfo): Promise<StreamInfo["config"]> {
    const wanted = this.#adaptable(info.config.num_replicas);
    const keys = Object.keys(wanted) as (keyof typeof wanted)[];
    const changes = keys
      .map((key) => ({ key, from: info.config[key], to: wanted[key] }))
      .filter(({ from, to }) => from !== to);
    if (changes.length === 0) return info.config;
    const config = { ...info.config, ...wanted };
    await this.#api.call(`STREAM.UPDATE.${this.#stream}`, config);
    this.#options.log.warn({ bucket: this.name, changes }, "bucket differed: updated");
    return config;
  }
}

/** NATS counts it in whole seconds, one at least. */
function ttlOf({ ttlMs }: KvLife): Record<string, string> {
  return ttlMs === undefined ? {} : { "Nats-TTL": `${Math.max(1, Math.ceil(ttlMs / 1000))}s` };
}

function isWrongRevision(error: unknown): boolean {
  return (
    isJetStreamError(error, jsErrors.wrongLastSequence) ||
    isJetStreamError(error, jsErrors.wrongLastSequenceConstant)
  );
}
