import { LogNumber } from "../protocol/frame-batch.ts";
import { Operation } from "../protocol/operation.ts";
import { Caller, type Reply, type RequestCallOptions } from "./caller.ts";
import type { Connection, Push } from "./connection.ts";
import { Emitter } from "./emitter.ts";
import { GoimClientError, messageOf } from "./errors.ts";
import type { ClientEvents } from "./events.ts";
import { type HistoryAsk, type HistoryPage, readHistory } from "./history.ts";
import { Link } from "./link.ts";
import { Mail } from "./mail.ts";
import { Message } from "./message.ts";
import { type ClientOptions, type Settings, settingsOf } from "./options.ts";
import { Publisher, type PublishOptions } from "./publisher.ts";
import { Requester } from "./requester.ts";
import type { Room } from "./room.ts";
import { Rooms } from "./rooms.ts";
import type { ClientState } from "./state.ts";
import { type AnyToken, randomId, resolveToken, tokenBody } from "./token.ts";
import {
  type AuthReply,
  bytesOf,
  type Counts,
  type LogState,
  type Receipt,
  type RefreshReply,
  readCounts,
  readCountV1,
  readRefreshReply,
} from "./wire.ts";

export interface JoinOptions {
  /** So many of the newest messages first. Left out: what the room's type gives a newcomer. */
  readonly history?: number;
}

/** A client that is connected, or becomes it again, until it is closed. */
export class GoimClient {
  readonly #settings: Settings;
  readonly #events: Emitter<ClientEvents>;
  readonly #link: Link;
  readonly #rooms: Rooms;
  readonly #publisher: Publisher;
  readonly #requester: Requester;
  readonly #caller: Caller;
  readonly #mail: Mail;
  readonly #added = new Set<number>();
  readonly #removed = new Set<number>();
  #reply: AuthReply | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ClientOptions) {
    const settings = settingsOf(options);
    this.#settings = settings;
    const { clock, timing, limits } = settings;
    const connection = () => this.#link.connection;
    this.#events = new Emitter((error, event) => {
      // The last resort must not call itself: a failing error listener is left to the platform.
      if (event !== "error") return this.#fault(error);
      queueMicrotask(() => {
        throw error;
      });
    });
    this.#requester = new Requester(clock, timing.request, connection);
    this.#caller = new Caller(
      {
        ...{ clock, timeoutMs: timing.call, pendingMax: limits.pendingCalls },
        inFlightMax: limits.callsInFlight,
      },
      connection,
    );
    this.#publisher = new Publisher(
      { clock, pendingMax: limits.pendingPublishes, timeoutMs: timing.publish },
      {
        connection,
        roomState: (room) => this.#rooms.get(room)?.state ?? "left",
        newId: randomId,
      },
    );
    this.#rooms = new Rooms(
      { clock, bufferedMax: limits.bufferedMessages, requestMs: timing.request },
      {
        connection,
        actions: {
          publish: (room, body, how) => this.publish(room, body, how),
          history: (room, ask) => this.history(room, ask),
          onFault: (error) => this.#fault(error),
        },
        onError: (error) => this.#error(error),
        onJoined: () => this.#publisher.pump(),
      },
    );
    this.#mail = new Mail(settings, {
      connection,
      emit: (event, value) => this.#events.emit(event, value),
      onFault: (error) => this.#fault(error),
      onBehind: () => this.#link.renew("the mailbox is read again"),
    });
    this.#link = this.#createLink();
  }

  get state(): ClientState {
    return this.#link.state;
  }

  /** What the server said at the last login; undefined before it, and on version 1. */
  get session(): Pick<AuthReply, "session" | "mid" | "key" | "device" | "expiresAt"> | undefined {
    return this.#reply;
  }

  /** Starts connecting; while the client waits for its next try, that is made now. */
  connect(): void {
    this.#link.connect();
  }

  /** Calls `listener` at each `event`. Returns what takes it away. */
  on<K extends keyof ClientEvents>(
    event: K,
    listener: (value: ClientEvents[K]) => void,
  ): () => void {
    return this.#events.on(event, listener);
  }

  /**
   * Messages to the user, the key and everybody: one after the other, the next when the listener
   * returned or its promise resolved. A user message whose listener fails is not acknowledged.
   */
  onMessage(listener: (message: Message) => unknown): () => void {
    return this.#mail.add(listener);
  }

  /** The same for a `for await` loop: a message is handled when the loop asks for the next. */
  messages(): AsyncIterableIterator<Message> {
    return this.#mail.loop();
  }

  /** With `autoAck: false`: everything of the user's log up to `offset` is done with. */
  ack(offset: number): void {
    this.#mail.acknowledge(offset);
  }

  /** Joins now or when online, and again after each loss, until the room is left. */
  joinRoom(name: string, options: JoinOptions = {}): Room {
    if (this.#closing !== undefined || this.state.name === "closed") throw closedError();
    return this.#rooms.join(name, options.history);
  }

  /** Resolves when the message is stored; it is sent again until then or `timing.publish`. */
  publish(room: string, body: string | Uint8Array, options?: PublishOptions): Promise<Receipt> {
    return this.#publisher.publish(room, body, options);
  }

  /**
   * The same for a user, by mid (decimal text). Their devices get it, now or when they come, with
   * `op` and `body` as given; it does not say who sent it.
   */
  publishToUser(
    mid: string,
    body: string | Uint8Array,
    options?: Omit<PublishOptions, "exclude">,
  ): Promise<Receipt> {
    return this.#publisher.publishToUser(mid, body, options);
  }

  /**
   * Asks a service behind goim (docs/upstream.md) and resolves to its answer. Sent once at most.
   * Fails with the service's own code, `unavailable` (nobody serves the operation), `busy`,
   * `timeout` (no answer in time) or `outcome_unknown` (the connection was lost meanwhile).
   */
  request(op: number, body: string | Uint8Array, options?: RequestCallOptions): Promise<Reply> {
    return this.#caller.call(op, body, options);
  }

  /** One page of a room's past. */
  history(room: string, ask: HistoryAsk = {}): Promise<HistoryPage> {
    return readHistory(this.#requester, room, ask);
  }

  /**
   * Gives the living connection a new token of the same user, before the old one is over. Without
   * one the `token` option is asked, as at a connect; the next connect asks that in any case.
   */
  async refresh(token?: AnyToken): Promise<RefreshReply> {
    const given = token ?? (await resolveToken(this.#settings.token));
    const none = new Set<number>();
    const body = tokenBody(given, { anonymousKey: "", added: none, removed: none });
    const packet = await this.#requester.request(Operation.Refresh, bytesOf(body));
    const reply = readRefreshReply(packet);
    this.#rooms.expelled(reply.left);
    return reply;
  }

  /** Accepts further operations in pushes to the user, the key and everybody. */
  sub(...ops: number[]): Promise<void> {
    for (const op of ops) {
      this.#removed.delete(op);
      this.#added.add(op);
    }
    return this.#changeAccepts(Operation.Sub, ops);
  }

  /** Accepts these no more. */
  unsub(...ops: number[]): Promise<void> {
    for (const op of ops) {
      this.#added.delete(op);
      this.#removed.add(op);
    }
    return this.#changeAccepts(Operation.Unsub, ops);
  }

  /** Asks for the counts now; they come as `counts`. */
  heartbeat(): void {
    this.#link.connection?.probe();
  }

  /** Ends everything: sends what is acknowledged, leaves no timer and no socket. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#mail.flush();
      this.#closing = this.#link.close();
    }
    return this.#closing;
  }

  #createLink(): Link {
    const [added, removed, anonymousKey] = [this.#added, this.#removed, randomId()];
    return new Link(
      this.#settings,
      { added, removed, anonymousKey },
      {
        onState: (state) => {
          if (state.name === "closed") this.#ended();
          this.#events.emit("state", state);
        },
        onOnline: (connection, reply, token) => this.#online(connection, reply, token),
        onPush: (push) => this.#push(push),
        onPlainPush: ({ op, body }) => {
          const room = this.#rooms.first();
          if (room !== undefined) return room.pushPlain(op, body);
          this.#mail.push(new Message({ log: "any", op, offset: 0, epoch: "", body }));
        },
        onLogState: (state) => this.#logState(state),
        onError: (error) => this.#error(error),
        onHeartbeat: (packet) => {
          const version = this.#link.connection?.version;
          const counts = version === 1 ? this.#countV1(readCountV1(packet)) : readCounts(packet);
          this.#events.emit("counts", counts);
        },
        onOffline: () => {
          this.#rooms.offline();
          this.#publisher.offline();
          this.#requester.offline();
          this.#mail.offline();
        },
      },
    );
  }

  #online(connection: Connection, reply: AuthReply | undefined, token: AnyToken): void {
    this.#reply = reply;
    this.#mail.online(reply);
    if (typeof token === "string") this.#sendAccepts(connection);
    else if (token.roomId) this.#rooms.join(token.roomId, undefined);
    this.#rooms.online();
    this.#requester.online();
    this.#publisher.pump();
    this.#caller.pump();
  }

  #push(push: Push): void {
    const { seq: log, op, offset, body } = push;
    if (log >= LogNumber.Rooms) {
      this.#rooms.push(push);
      return;
    }
    if (log === LogNumber.User) {
      this.#mail.pushUser(op, offset, body);
      return;
    }
    if (log === LogNumber.All) {
      this.#mail.pushAll(op, offset, body);
      return;
    }
    this.#mail.pushKey(op, offset, body);
  }

  #logState(state: LogState): void {
    if (state.log >= LogNumber.Rooms) this.#rooms.logState(state);
    else this.#mail.logState(state);
  }

  #countV1(count: number | undefined): Counts {
    const room = this.#rooms.first();
    return room === undefined || count === undefined ? {} : { [room.name]: count };
  }

  async #changeAccepts(op: number, ops: readonly number[]): Promise<void> {
    const connection = this.#link.connection;
    // The next login tells it.
    if (connection === undefined) return;
    await new Promise<void>((resolve, reject) => {
      connection.request(op, bytesOf(ops.join(",")), this.#settings.timing.request, (outcome) => {
        const lost = outcome instanceof GoimClientError && outcome.code !== "disconnected";
        if (lost) reject(outcome);
        else resolve();
      });
    });
  }

  /** Into a token that is not ours to write the changes cannot be put. */
  #sendAccepts(connection: Connection): void {
    const changes = [
      { op: Operation.Sub, ops: this.#added },
      { op: Operation.Unsub, ops: this.#removed },
    ];
    for (const { op, ops } of changes) {
      if (ops.size === 0) continue;
      const body = bytesOf([...ops].join(","));
      connection.request(op, body, this.#settings.timing.request, (outcome) => {
        if (outcome instanceof GoimClientError && outcome.code !== "disconnected") {
          this.#error(outcome);
        }
      });
    }
  }

  #ended(): void {
    const error = closedError();
    this.#rooms.close(error);
    this.#publisher.close(error);
    this.#requester.close(error);
    this.#caller.close(error);
    this.#mail.close();
  }

  /** A listener of the app failed. */
  #fault(error: unknown): void {
    const text = `a listener failed: ${messageOf(error)}`;
    this.#error(new GoimClientError("handler", text, { cause: error }));
  }

  #error(error: GoimClientError): void {
    this.#events.emit("error", error);
  }
}

function closedError(): GoimClientError {
  return new GoimClientError("closed", "the client is closed");
}

/** A client that does nothing before `connect()`. */
export function createClient(options: ClientOptions): GoimClient {
  return new GoimClient(options);
}
