import { setTimeout as sleep } from "node:timers/promises";
import type { Packet } from "../../src/protocol/frame.ts";
import { Connection } from "./connection.ts";
import type { ClientEvent, ClientHistory, Messages } from "./history.ts";
import type { Random } from "./random.ts";

/** A client under test. Connects, comes back after every end, and writes down what it sees. */
export interface ChaosClient {
  readonly history: ClientHistory;
  start(): void;
  /** Ends for good. */
  stop(): Promise<void>;
  /** Stops reading for so long, as a phone in a lift. */
  stallReading(forMs: number): void;
  /** From now on it stays online and changes nothing, so that the run can end. */
  settle(): void;
}

export interface ClientOptions {
  readonly name: string;
  /** "" = nobody in particular. */
  readonly mid: string;
  readonly rooms: readonly string[];
  /** Where comets answer, through proxies; it takes another one each time. */
  readonly urls: readonly string[];
  readonly random: Random;
  readonly messages: Messages;
  /** Mean time online before it leaves of its own will; 0 = it stays. */
  readonly onlineMs: number;
  /** Mean time between changes of rooms; 0 = none. */
  readonly roomsMs: number;
  /** Takes one of the events the run may keep; false when there are none left. */
  readonly budget: () => boolean;
}

const TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 4_000;
const BACKOFF_MS = { min: 100, max: 1_500 } as const;
const OFFLINE_MS = { min: 500, max: 15_000 } as const;

/** What both versions share: the life of connections. The versions say what a login is. */
export abstract class BaseClient implements ChaosClient {
  readonly history: ClientHistory;
  protected readonly options: ClientOptions;
  protected connection: Connection | undefined;
  protected settled = false;
  #running: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  #stalledUntil = 0;

  constructor(version: 1 | 2, options: ClientOptions) {
    this.options = options;
    const { name, mid } = options;
    this.history = { name, version, mid, key: `k-${name}`, events: [] };
  }

  /** Sends auth and all that belongs to it; resolves when the client is where it wants to be. */
  protected abstract login(connection: Connection): Promise<void>;
  protected abstract push(packet: Packet): void;
  protected control(_packet: Packet): void {}
  /** A room left or entered, now and then. */
  protected abstract changeRooms(connection: Connection): Promise<void>;

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.connection?.destroy();
    await this.#running;
  }

  stallReading(forMs: number): void {
    this.#stalledUntil = performance.now() + forMs;
    const connection = this.connection;
    connection?.pause();
    setTimeout(() => connection?.resume(), forMs);
  }

  settle(): void {
    this.settled = true;
  }

  protected record(event: ClientEvent): void {
    if (this.options.budget()) this.history.events.push(event);
  }

  async #run(): Promise<void> {
    const { random } = this.options;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#once();
      } catch {
        // A login that was refused or took too long; the history says how far it came.
      }
      this.connection?.destroy();
      this.connection = undefined;
      const wait = random.between(BACKOFF_MS.min, BACKOFF_MS.max);
      await this.#pause(wait);
    }
  }

  /** One connection, from its beginning to its end. */
  async #once(): Promise<void> {
    const { random, urls, onlineMs } = this.options;
    const url = random.pick(urls);
    let ended: () => void = () => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    let opened = false;
    const connection = await Connection.open({
      ...{ url, version: this.history.version, timeoutMs: TIMEOUT_MS },
      onPush: (packet) => this.push(packet),
      onControl: (packet) => this.control(packet),
      onClosed: (code) => {
        if (opened) this.record({ kind: "end", at: performance.now(), code });
        ended();
      },
      onFault: (text) => this.record({ kind: "stray", at: performance.now(), text }),
    });
    if (connection.closed) return;
    opened = true;
    this.connection = connection;
    this.record({ kind: "open", at: performance.now(), to: url });
    await this.login(connection);
    const leaveAt = onlineMs === 0 ? Number.POSITIVE_INFINITY : random.gap(onlineMs);
    await this.#stay(connection, end, performance.now() + leaveAt);
    if (!connection.closed) {
      connection.destroy();
      await this.#pause(random.between(OFFLINE_MS.min, OFFLINE_MS.max));
    }
  }

  /** Heartbeats and changes of rooms until it ends, by itself or by this client's will. */
  async #stay(connection: Connection, end: Promise<void>, leaveAt: number): Promise<void> {
    const { random, roomsMs } = this.options;
    let changeAt = performance.now() + random.gap(roomsMs);
    while (!connection.closed) {
      if (performance.now() >= leaveAt && !this.settled) return;
      await Promise.race([end, this.#pause(HEARTBEAT_MS * random.between(0.5, 1))]);
      if (connection.closed) return;
      const now = performance.now();
      if (now < this.#stalledUntil) continue;
      await connection.request(2, "");
      if (roomsMs === 0 || now < changeAt || this.settled) continue;
      changeAt = now + random.gap(roomsMs);
      await this.changeRooms(connection);
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}
