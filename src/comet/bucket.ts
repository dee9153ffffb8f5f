import type { Channel } from "./channel.ts";

/**
 * The channels of this comet, by connection and by key. (goim has 32 buckets to spread its locks;
 * one thread needs one and no lock.)
 */
export class Bucket {
  readonly #byConn = new Map<number, Channel>();
  /** The newest channel of each key. */
  readonly #byKey = new Map<string, Channel>();
  /**
   * The others of a key that has several, oldest first. A list is never changed, only replaced, so
   * that whoever walks it may close its channels.
   */
  readonly #older = new Map<string, readonly Channel[]>();
  /** The channels of each logged-in user; most have one, so that one has no list. */
  readonly #byMid = new Map<string, Channel | readonly Channel[]>();
  readonly #perAddress = new Map<string, number>();

  /** Connections, logged in or not. */
  get size(): number {
    return this.#byConn.size;
  }

  /** Keys with a connection. */
  get keys(): number {
    return this.#byKey.size;
  }

  /** Distinct client addresses. */
  get addresses(): number {
    return this.#perAddress.size;
  }

  /** Connections of one address. */
  connectionsOf(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }

  /** Bytes that were handed to sockets and that these have not taken yet. */
  get bufferedBytes(): number {
    let sum = 0;
    for (const { connection } of this.#byConn.values()) sum += connection.bufferedBytes();
    return sum;
  }

  /** A connection has been made. */
  add(channel: Channel): void {
    const { id, remoteAddress } = channel.connection;
    this.#byConn.set(id, channel);
    this.#perAddress.set(remoteAddress, (this.#perAddress.get(remoteAddress) ?? 0) + 1);
  }

  /** The channel's key is known: it becomes the newest of those that have the key. Call it once. */
  register(channel: Channel): void {
    const { key } = channel;
    const newest = this.#byKey.get(key);
    this.#byKey.set(key, channel);
    if (newest !== undefined) this.#older.set(key, [...this.olderByKey(key), newest]);
    if (channel.mid === ANONYMOUS) return;
    const others = this.byMid(channel.mid);
    this.#byMid.set(channel.mid, others.length === 0 ? channel : [...others, channel]);
  }

  /** The connection is closed. Other channels with the same key stay. */
  remove(channel: Channel): void {
    const { id, remoteAddress } = channel.connection;
    if (!this.#byConn.delete(id)) return;
    this.#unregister(channel);
    this.#removeMid(channel);
    const left = (this.#perAddress.get(remoteAddress) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(remoteAddress, left);
    else this.#perAddress.delete(remoteAddress);
  }

  /** The newest channel of a key. */
  byKey(key: string): Channel | undefined {
    return this.#byKey.get(key);
  }

  /** The channels of a key besides the newest, oldest first; as they are now. */
  olderByKey(key: string): readonly Channel[] {
    return this.#older.get(key) ?? NONE;
  }

  /** The channels of a user, oldest first; as they are now. None for anonymous ones. */
  byMid(mid: string): readonly Channel[] {
    const found = this.#byMid.get(mid);
    if (found === undefined) return NONE;
    return isList(found) ? found : [found];
  }

  /** Users with a connection. */
  mids(): Iterable<string> {
    return this.#byMid.keys();
  }

  byConn(conn: number): Channel | undefined {
    return this.#byConn.get(conn);
  }

  /** Every connection, oldest first. */
  channels(): Iterable<Channel> {
    return this.#byConn.values();
  }

  #removeMid(channel: Channel): void {
    const { mid } = channel;
    const left = this.byMid(mid).filter((other) => other !== channel);
    const [only] = left;
    if (only === undefined) this.#byMid.delete(mid);
    else this.#byMid.set(mid, left.length === 1 ? only : left);
  }

  #unregister(channel: Channel): void {
    const { key } = channel;
    const older = this.olderByKey(key);
    const wasNewest = this.#byKey.get(key) === channel;
    if (wasNewest) {
      const next = older.at(-1);
      if (next === undefined) this.#byKey.delete(key);
      else this.#byKey.set(key, next);
    }
    if (older.length === 0) return;
    const left = wasNewest ? older.slice(0, -1) : older.filter((other) => other !== channel);
    if (left.length === 0) this.#older.delete(key);
    else this.#older.set(key, left);
  }
}

const NONE: readonly Channel[] = [];
const ANONYMOUS = "0";

function isList(found: Channel | readonly Channel[]): found is readonly Channel[] {
  return Array.isArray(found);
}
