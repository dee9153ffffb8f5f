/**
 * What the three processes may do with NATS, on one screen. Implementations are in the files named
 * beside each contract; nothing outside src/bus imports a @nats-io package.
 */
import type { Subjects } from "./subjects.ts";

/**
 * One message of NATS core. Its payload is a view that stays valid, and keeps the read it came with
 * (up to 64 KiB) in memory: copy what is kept for long.
 */
export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Code of the server's status messages, for example 503 when nobody listens. */
  readonly status?: number;
  /** Where an answer goes; JetStream puts a delivered message's position here. */
  readonly replyTo?: string;
  header(name: string): string | undefined;
  /**
   * Answers a request; nothing happens when nobody asked for an answer, when the place for it is
   * none for answers (inbox.ts), or while not connected.
   */
  respond(data: Uint8Array, headers?: Readonly<Record<string, string>>): void;
}

export interface Subscription {
  /** At once: messages already on their way are dropped. */
  unsubscribe(): void;
}

export interface BusSubscription extends Subscription {
  /** Asks for no more, and resolves when what was on its way has been handed over. */
  drain(): Promise<void>;
}

export interface RequestOptions {
  readonly timeoutMs: number;
  /**
   * Further tries after "unavailable" or "timeout"; only for what is safe to do twice. Default 0.
   */
  readonly retries?: number;
  /** One line each: `headerText` (headers.ts) makes one of any text. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The connection of one process (connect.ts). It reconnects for ever. */
export interface Bus {
  readonly subjects: Subjects;
  /** What the inboxes of this process begin with (inbox.ts). */
  readonly inboxPrefix: string;
  /** Largest payload the server takes, in bytes. */
  readonly maxPayloadBytes: number;
  /** False from the moment the connection is known lost until it is back. */
  readonly connected: boolean;
  /**
   * Hands a message to the server. Throws GoimError "unavailable" while not connected, "busy" while
   * the server takes less than is sent (bound in connect.ts), "too_large" above `maxPayloadBytes`.
   */
  publish(
    subject: string,
    data: Uint8Array,
    headers?: Readonly<Record<string, string>>,
    replyTo?: string,
  ): void;
  /** Resolves when the server has everything handed over before. */
  flush(): Promise<void>;
  /**
   * One request, one answer. Fails with GoimError: "unavailable" (no responder or not connected:
   * not done), "timeout" (unknown whether done), or the code the other side answered with.
   */
  request(subject: string, data: Uint8Array, options: RequestOptions): Promise<Uint8Array>;
  /** Throws GoimError "unavailable" once the bus is closed. */
  subscribe(
    subject: string,
    onMessage: (message: BusMessage) => void,
    options?: { queue?: string },
  ): BusSubscription;
  /**
   * Called with "down" when the connection is lost and with "up" when it is back (resubscribed).
   */
  onStatus(listener: (status: "down" | "up") => void): () => void;
  /** Sends what is waiting, ends subscriptions, closes. */
  close(): Promise<void>;
}

/** A handler of requests (rpc.ts). A thrown GoimError becomes the coded answer of the caller. */
export type RpcHandler = (
  data: Uint8Array,
  message: BusMessage,
) => Uint8Array | Promise<Uint8Array>;

/** A message stored in a stream. */
export interface StoredMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly data: Uint8Array;
  readonly timeMs: number;
}

/** A stored message with the headers it was published with. */
export interface StoredWithHeaders extends StoredMessage {
  header(name: string): string | undefined;
}

/** A class of room histories: the stream that holds them and the room types it is for. */
export interface RoomClass {
  readonly name: string;
  readonly stream: string;
  /** Room types of this class; the class `live` takes every type that no other names. */
  readonly types: readonly string[];
}

/** What is fixed in the push streams' metadata when they are created (streams.ts). */
export interface StreamLayout {
  readonly shards: number;
  readonly classes: readonly RoomClass[];
  /** Class of a room, by its type. */
  classOf(roomId: string): RoomClass;
  shardOf(target: string): number;
  /** Epoch of a stream (GOIM_ROOM, GOIM_USER, …) as known now; changes when it is created again. */
  epoch(stream: string): string;
  /** Reads epochs again; resolves to the streams whose epoch changed. */
  refresh(): Promise<string[]>;
}

/** Reads of the push streams that deliver to a follower (stream-reader.ts). */
export interface StreamReader {
  /** Last sequence of the stream, from its leader. 0 when empty. */
  lastSequence(stream: string): Promise<number>;
  /** The newest message of one subject, from the leader; undefined when there is none. */
  tail(stream: string, subject: string): Promise<StoredMessage | undefined>;
  /**
   * The newest message of each subject: valid as of a last sequence read from the leader before.
   * Any number of subjects; asks in batches of at most 1,000.
   */
  tails(
    stream: string,
    subjects: readonly string[],
  ): Promise<{ last: number; messages: Map<string, StoredMessage> }>;
  /**
   * Messages of `subject` with from <= sequence <= to, ascending, at most `limit` of them; fewer
   * only when there are no more. Fails with "unavailable" when a replica does not have `to` yet.
   */
  range(
    stream: string,
    subject: string,
    from: number,
    to: number,
    limit: number,
  ): Promise<StoredMessage[]>;
}

/** A stream as its leader has it now. */
export interface StreamState {
  /** Life of the stream. */
  readonly epoch: string;
  /** Sequence of the oldest message kept; last + 1 when there is none. */
  readonly first: number;
  /** Sequence of the newest message ever stored, 0 before the first. */
  readonly last: number;
}

/** A part of one subject's history, ascending. */
export interface HistorySlice {
  readonly messages: readonly StoredMessage[];
  /** Every message of the subject from here ... */
  readonly from: number;
  /** ... up to here is among `messages`. */
  readonly to: number;
}

/** How much one read of a history may take. */
export interface HistoryBound {
  readonly messages: number;
  /** Payload; what goes beyond it is the rest of the message that crosses it. At most 4 MiB. */
  readonly bytes: number;
  /** Requests to NATS. */
  readonly reads: number;
}

/** What followers ask before they say that nothing is missing (stream-reader.ts). */
export interface KeptReader {
  /**
   * Whether everything of the subject that was stored after this sequence is still there, as far
   * as the stream's bounds tell. False where nobody knows.
   */
  wholeAfter(stream: string, subject: string, sequence: number): Promise<boolean>;
}

/** Reads of what a stream keeps of one subject (stream-reader.ts), all checked by the leader. */
export interface HistoryReader {
  state(stream: string): Promise<StreamState>;
  /** The message with this sequence; undefined when it is not kept. */
  message(stream: string, sequence: number): Promise<StoredWithHeaders | undefined>;
  /** The oldest message of one subject; undefined when there is none. */
  oldest(stream: string, subject: string): Promise<StoredMessage | undefined>;
  /**
   * The oldest messages with from <= sequence <= to. The slice begins at `from` and ends before
   * `to` only where the bound was reached.
   */
  after(
    stream: string,
    subject: string,
    span: { readonly from: number; readonly to: number },
    bound: HistoryBound,
  ): Promise<HistorySlice>;
  /**
   * The newest messages with from <= sequence <= to. The slice ends at `to` and begins after
   * `from` only where the bound was reached; it may hold up to twice the bound's messages and
   * bytes. It never is empty of sequences, so that repeating it with a lower `to` comes to an end.
   */
  before(
    stream: string,
    subject: string,
    span: { readonly from: number; readonly to: number },
    bound: HistoryBound,
  ): Promise<HistorySlice>;
}

/** Reads of single messages, many at once (stream-reader.ts). */
export interface SequenceReader {
  /**
   * Hands over those of these messages that the stream keeps, in any order, each as it comes, so
   * that never more than the requests in flight are held in memory; these are bounded over all
   * calls. A message never changes, so any replica may give it; what a replica lacks the leader is
   * asked for.
   */
  bySequence(
    stream: string,
    sequences: readonly number[],
    onMessage: (message: StoredMessage) => void,
  ): Promise<void>;
}

/**
 * An ordered reader of one shard (ordered.ts), created again by itself after every interruption.
 */
export interface OrderedReader {
  /** Sequence of the last message handed over. */
  readonly sequence: number;
  /** Messages the stream holds for this filter after `sequence`, as last told by the server. */
  readonly pending: number;
  stop(): Promise<void>;
}

export interface OrderedReaderOptions {
  readonly stream: string;
  readonly filter: string;
  /** First sequence wanted. */
  readonly from: number;
  /** Called in order. While the returned promise is pending no further message is handed over. */
  readonly onMessage: (message: StoredMessage) => void | Promise<void>;
  /** The stream's epoch changed or its end lies before `from`: the reader has stopped. */
  readonly onReset: (reason: string) => void;
}

/** Answer of JetStream to one publish (ack-publisher.ts). */
export interface Ack {
  readonly sequence: number;
  /** The server had a message with this id: nothing was added, `sequence` is the first one's. */
  readonly duplicate: boolean;
}

export interface AckPublisher {
  /** Bytes and messages not yet acknowledged. */
  readonly pending: { readonly messages: number; readonly bytes: number };
  /**
   * Stores one message. Fails with "unavailable" (not stored), "busy" (bound reached, not stored)
   * or "timeout" (retries are used up, unknown). `id` is kept over the retries.
   */
  publish(
    subject: string,
    data: Uint8Array,
    options: { id: string; headers?: Readonly<Record<string, string>> },
  ): Promise<Ack>;
  close(): Promise<void>;
}

/** A value of a KV bucket with the revision to compare and set against (kv.ts). */
export interface KvEntry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: number;
}

export interface KvChange {
  readonly key: string;
  /** Undefined = there is no value any more. */
  readonly value: Uint8Array | undefined;
  readonly revision: number;
  /** Nobody was seen to delete it: it expired, or the bucket was emptied, while nobody looked. */
  readonly lapsed?: boolean;
}

export interface KvLife {
  /** The value goes by itself so long after it was written; default: with the bucket's. */
  readonly ttlMs?: number;
}

export interface KvBucket {
  readonly name: string;
  /** Life of the bucket (its stream's metadata); another one means the content was lost. */
  readonly epoch: string;
  /** Reads the epoch again, making a lost bucket anew where this process creates it. */
  refresh(): Promise<string>;
  /** Reads from the leader; undefined when there is no value. Keys come escaped by Subjects. */
  get(key: string): Promise<KvEntry | undefined>;
  /** Writes without comparing; resolves to the revision. With `ttlMs` it goes by itself. */
  put(key: string, value: Uint8Array, options?: KvLife): Promise<number>;
  /** Writes only where there is no value; undefined when there is one. */
  create(key: string, value: Uint8Array, options?: KvLife): Promise<number | undefined>;
  /** Writes only on `revision`; undefined when it has changed. */
  update(
    key: string,
    value: Uint8Array,
    revision: number,
    options?: KvLife,
  ): Promise<number | undefined>;
  /** Deletes only on `revision`; false when it has changed. */
  delete(key: string, revision: number): Promise<boolean>;
  /** Every key with a value that matches `filter` (NATS wildcards). */
  keys(filter: string): AsyncIterable<string>;
  /**
   * The same with their values, ascending by revision; with `after` only those above it (for a
   * bucket that keeps one value per key). What is there all the time is left out only if it is
   * written twice meanwhile; what is written once may come twice. Ends, however much is written.
   * Fails with "timeout" after `silenceMs` without an entry.
   */
  entries(filter: string, options?: { after?: number; silenceMs?: number }): AsyncIterable<KvEntry>;
  /**
   * First what is there, then `onReady`, then every change. Goes on after reconnects by itself.
   * `onProgress` hears how far all of it was told: a revision in a life of the bucket; 0 where a
   * life begins to be told.
   */
  watch(
    filter: string,
    onChange: (change: KvChange) => void,
    onReady?: () => void,
    onProgress?: (epoch: string, revision: number) => void,
  ): Promise<Subscription>;
}

/** One comet as the registry shows it (registry.ts). */
export interface CometInfo {
  readonly id: string;
  /** New for every start of the process, and after a missed renewal. */
  readonly incarnation: string;
  readonly region: string;
  readonly zone: string;
  readonly env: string;
  readonly hostname: string;
  /** Public addresses for clients, as goim's ADDRS. */
  readonly addrs: readonly string[];
  readonly weight: number;
  /** Offline comets get no new clients (goim's OFFLINE), a draining one neither. */
  readonly offline: boolean;
  readonly connections: number;
  readonly ips: number;
  readonly version: string;
  /** Unix milliseconds of the last renewal, informative only: watchers age by their own clock. */
  readonly updatedAt: number;
}

/** The comets that live, kept by watching the bucket and ageing entries by this process's clock. */
export interface CometDirectory {
  /** Live comets. */
  list(): readonly CometInfo[];
  get(id: string): CometInfo | undefined;
  /** Whether that incarnation of that comet is alive as far as this process knows. */
  alive(id: string, incarnation: string): boolean;
  /**
   * Resolves once the directory shows what was there at start; waits for NATS. Rejects when the
   * directory was closed before.
   */
  ready(): Promise<void>;
  onChange(listener: (change: { joined?: CometInfo; left?: CometInfo }) => void): () => void;
  close(): void;
}
