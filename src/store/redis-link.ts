import { Redis } from "ioredis";
import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError, isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { RedisScript } from "./redis-scripts.ts";

export interface RedisLinkConfig {
  /** host:port. */
  readonly addr: string;
  /** Password; empty = none. */
  readonly auth: string;
  readonly db: number;
  /** Bound of one answer, and of a connection becoming ready. */
  readonly timeoutMs: number;
  /** Longest pause between two tries to connect. */
  readonly reconnectMaxMs: number;
  /** Commands sent as one pipeline. */
  readonly pipelineMax: number;
  /** Pipelines under way; meanwhile further commands gather. */
  readonly pipelinesMax: number;
  /** Commands that gather; one more fails with "busy". */
  readonly waitingMax: number;
}

export const redisLinkDefaults: RedisLinkConfig = {
  addr: "127.0.0.1:6379",
  auth: "",
  db: 0,
  timeoutMs: 2000,
  reconnectMaxMs: 1000,
  pipelineMax: 512,
  pipelinesMax: 4,
  waitingMax: 65_536,
};

export interface RedisLinkDeps {
  readonly log: Log;
  readonly clock: Clock;
  /** Loaded at every connect; sent by hash. */
  readonly scripts: readonly RedisScript[];
}

/** A Buffer travels as it is. */
export type Argument = string | number | Buffer;

interface Waiting {
  readonly command: readonly [name: string, ...args: Argument[]];
  /** Sent in place of `command` when the server has lost the script. */
  readonly whole?: readonly [name: string, ...args: Argument[]];
  /** Replies with Buffers where there would be texts. */
  readonly raw?: boolean;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Time between two log lines while Redis is away. */
const reportEveryMs = 5000;
/** Time between two reconnects because the server is a replica. */
const leaveEveryMs = 1000;

/**
 * One connection to Redis that reconnects for ever. Commands of one moment go as one pipeline, with
 * bounds; nothing is kept for later while Redis is away. Failures are GoimError: "unavailable" (not
 * sent), "timeout" (sent, unknown whether done), "busy" (a bound).
 */
export class RedisLink {
  /** Connections made so far. */
  connects = 0;
  readonly #config: RedisLinkConfig;
  readonly #deps: RedisLinkDeps;
  readonly #redis: Redis;
  readonly #readyListeners = new Set<() => void>();
  #queue: Waiting[] = [];
  #pipelines = 0;
  #flushing = false;
  #closed = false;
  #lastError = "no answer yet";
  #reportedAt = Number.NEGATIVE_INFINITY;
  #leftAt = Number.NEGATIVE_INFINITY;
  #watchdog: Timer | undefined;

  constructor(config: RedisLinkConfig, deps: RedisLinkDeps) {
    this.#config = config;
    this.#deps = deps;
    const { host, port } = parseAddr(config.addr);
    this.#redis = new Redis({
      host,
      port,
      db: config.db,
      ...(config.auth === "" ? {} : { password: config.auth }),
      connectionName: "goim",
      connectTimeout: config.timeoutMs,
      keepAlive: 10_000,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (tries) => Math.min(config.reconnectMaxMs, 50 * 2 ** Math.min(tries, 10)),
    });
    this.#redis.on("error", (error: Error) => this.#onError(error));
    this.#redis.on("connect", () => this.#watch());
    this.#redis.on("ready", () => this.#onReady());
    this.#redis.on("close", () => this.#onClose());
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get ready(): boolean {
    return this.#redis.status === "ready";
  }

  /** Why commands are refused now; undefined while they are taken. */
  notReady(): string | undefined {
    return this.ready && !this.#closed ? undefined : this.#awayText();
  }

  /** Called after every connect. */
  onReady(listener: () => void): void {
    this.#readyListeners.add(listener);
  }

  /** Resolves when Redis answers; waits for ever unless `signal` ends it. */
  async waitReady(signal?: AbortSignal): Promise<void> {
    if (this.ready) return;
    await new Promise<void>((resolve, reject) => {
      const listener = () => {
        this.#readyListeners.delete(listener);
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const abort = () => {
        this.#readyListeners.delete(listener);
        reject(new GoimError("unavailable", "stopped while waiting for Redis"));
      };
      if (signal?.aborted === true) return abort();
      this.#readyListeners.add(listener);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  send(name: string, ...args: Argument[]): Promise<unknown> {
    return this.#enqueue({ command: [name, ...args] });
  }

  run(
    script: RedisScript,
    args: readonly Argument[],
    options: { readonly raw?: boolean } = {},
  ): Promise<unknown> {
    return this.#enqueue({
      ...options,
      command: ["evalsha", script.sha, script.keys, ...args],
      whole: ["eval", script.lua, script.keys, ...args],
    });
  }

  close(): void {
    this.#closed = true;
    this.#clearWatchdog();
    this.#redis.disconnect();
    this.#refuseAll();
  }

  #enqueue(item: Pick<Waiting, "command" | "whole" | "raw">): Promise<unknown> {
    if (this.#closed || !this.ready) return Promise.reject(this.#away());
    if (this.#queue.length >= this.#config.waitingMax) {
      const text = `${this.#queue.length} commands wait for Redis already`;
      return Promise.reject(new GoimError("busy", text));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...item, resolve, reject });
      if (this.#flushing) return;
      this.#flushing = true;
      queueMicrotask(() => {
        this.#flushing = false;
        this.#flush();
      });
    });
  }

  #flush(): void {
    while (this.#queue.length > 0 && this.#pipelines < this.#config.pipelinesMax) {
      if (!this.ready) {
        this.#refuseAll();
        return;
      }
      const batch = this.#queue.splice(0, this.#config.pipelineMax);
      this.#pipelines++;
      void this.#exec(batch).finally(() => {
        this.#pipelines--;
        this.#flush();
      });
    }
  }

  async #exec(batch: readonly Waiting[]): Promise<void> {
    const { clock } = this.#deps;
    const pipeline = this.#redis.pipeline();
    for (const { command, raw } of batch) {
      if (raw === true) pipeline.callBuffer(...command);
      else pipeline.call(...command);
    }
    const timer = clock.setTimeout(() => this.#giveUp(batch), this.#config.timeoutMs);
    try {
      const replies = await pipeline.exec();
      for (const [at, item] of batch.entries()) this.#settle(item, replies?.[at]);
    } catch (error) {
      for (const item of batch) item.reject(translate(error));
    } finally {
      clock.clearTimeout(timer);
    }
  }

  #settle(item: Waiting, reply: readonly [Error | null, unknown] | undefined): void {
    const [error, value] = reply ?? [new Error("no reply"), undefined];
    if (error === null) {
      item.resolve(value);
      return;
    }
    if (item.whole !== undefined && error.message.startsWith("NOSCRIPT")) {
      const { whole: command, raw = false } = item;
      this.#enqueue({ command, raw }).then(item.resolve, item.reject);
      return;
    }
    item.reject(translate(error));
    if (error.message.includes("READONLY")) this.#leaveReplica(error.message);
  }

  /**
   * The primary became a replica under this connection: its name may lead to the new primary by
   * now. Where it does not, that is one reconnect a second.
   */
  #leaveReplica(text: string): void {
    const now = this.#deps.clock.monotonic();
    if (now - this.#leftAt < leaveEveryMs) return;
    this.#leftAt = now;
    this.#lastError = text;
    this.#redis.disconnect(true);
  }

  /** No answer in time: a connection that is silent once is not trusted with anything else. */
  #giveUp(batch: readonly Waiting[]): void {
    const text = `Redis did not answer within ${this.#config.timeoutMs} ms`;
    for (const item of batch) item.reject(new GoimError("timeout", text));
    this.#lastError = text;
    this.#redis.disconnect(true);
  }

  #watch(): void {
    this.#clearWatchdog();
    this.#watchdog = this.#deps.clock.setTimeout(() => {
      this.#lastError = `connected, but not ready within ${this.#config.timeoutMs} ms`;
      this.#report();
      this.#redis.disconnect(true);
    }, this.#config.timeoutMs);
  }

  #clearWatchdog(): void {
    if (this.#watchdog !== undefined) this.#deps.clock.clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
  }

  #onReady(): void {
    this.#clearWatchdog();
    this.connects++;
    this.#reportedAt = Number.NEGATIVE_INFINITY;
    this.#deps.log.info({ redis: this.#config.addr }, "connected to Redis");
    // Nobody waits for these: they travel before every command, and one that is missing is sent
    // whole.
    for (const { lua } of this.#deps.scripts) this.#redis.script("LOAD", lua).catch(() => {});
    for (const listener of [...this.#readyListeners]) listener();
  }

  #onClose(): void {
    this.#clearWatchdog();
    if (!this.#closed) this.#report();
    this.#refuseAll();
  }

  #onError(error: Error): void {
    this.#lastError = messageOf(error);
  }

  #report(): void {
    const { clock, log } = this.#deps;
    const now = clock.monotonic();
    if (now - this.#reportedAt < reportEveryMs) return;
    this.#reportedAt = now;
    const { addr } = this.#config;
    log.warn({ redis: addr, error: this.#lastError }, "Redis is away, trying to reach it");
  }

  #refuseAll(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const item of queue) item.reject(this.#away());
  }

  #away(): GoimError {
    return new GoimError("unavailable", this.#awayText());
  }

  #awayText(): string {
    const why = this.#closed ? "closed" : this.#lastError;
    return `Redis at ${this.#config.addr} is away: ${why}`;
  }
}

function parseAddr(addr: string): { host: string; port: number } {
  const colon = addr.lastIndexOf(":");
  const port = Number(addr.slice(colon + 1));
  if (colon < 0 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new GoimError("invalid", `Redis address "${addr}": expected host:port`);
  }
  const host = addr.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  return { host: host === "" ? "127.0.0.1" : host, port };
}

/** Whether a command met a key that holds something else than it is for. */
export function isWrongType(error: unknown): boolean {
  return isGoimError(error, "internal") && error.message.startsWith("WRONGTYPE");
}

/** Replies by which Redis says that it did nothing and may be asked again later. */
const refusals = /^(LOADING|READONLY|MASTERDOWN|OOM|MISCONF|NOAUTH|WRONGPASS|BUSY|TRYAGAIN)\b/;

function translate(error: unknown): GoimError {
  const text = messageOf(error);
  if (text.startsWith("GOIMBUSY ")) return new GoimError("busy", text.slice("GOIMBUSY ".length));
  if (refusals.test(text)) return new GoimError("unavailable", text, { cause: error });
  if (text.startsWith("Stream isn't writeable")) {
    return new GoimError("unavailable", "Redis is away", { cause: error });
  }
  if (error instanceof Error && error.name === "ReplyError") {
    return new GoimError("internal", text, { cause: error });
  }
  const lost = "the connection to Redis was lost before it answered";
  return new GoimError("timeout", lost, { cause: error });
}
