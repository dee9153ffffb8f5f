import { CloseCode } from "../protocol/close-code.ts";
import type { EncodedBatch } from "../protocol/frame-batch.ts";
import { ACCEPTS_NONE, type Accepts } from "./accepts.ts";
import type { Grant } from "./grant.ts";
import type { Lag } from "./lag.ts";
import type { PacketQueue } from "./packet-queue.ts";
import type { Seats } from "./seat.ts";
import type { Connection } from "./transport/transport.ts";

/** How far a connection has come. It only ever goes up. */
export const ChannelState = {
  /** No auth packet yet: everything else is ignored. */
  New: 0,
  /** Logic is asked. The session may already be stored, so pushes may already come. */
  Login: 1,
  /** Logic said yes, the room is being joined. Pushes are held until the auth reply is out. */
  Joining: 2,
  /** The auth reply is out. */
  Open: 3,
  /** Closed by us or by the other side; nothing is sent any more. */
  Closed: 4,
} as const;

export type ChannelState = (typeof ChannelState)[keyof typeof ChannelState];

/** The bytes of one flush for every kind of connection. */
export type Frame = EncodedBatch;

/** What happened to pushed entries on this comet; plain numbers because they change per send. */
export interface DeliveryStats {
  /** Entries handed to a socket, and the sends that took. */
  entries: number;
  sends: number;
  bytes: number;
  /** Entries not sent: the socket's bytes were at the bound, or the connection was closed. */
  droppedSlow: number;
  droppedClosed: number;
}

export function createDeliveryStats(): DeliveryStats {
  return { entries: 0, sends: 0, bytes: 0, droppedSlow: 0, droppedClosed: 0 };
}

/** What all channels of a comet have in common, so that each of them holds one pointer to it. */
export interface ChannelShared {
  /** Bytes that may wait in this process for one socket; what comes above closes it. */
  readonly sendBytesMax: number;
  /** The same for what a room hands out; a member that does not take it falls behind. */
  readonly roomBytesMax: number;
  /** The same for what is pushed to its user, where that has a mailbox. */
  readonly userBytesMax: number;
  readonly stats: DeliveryStats;
}

/** What a channel tells the log of its user (mail-log.ts). */
export interface ChannelMail {
  /** The socket has taken everything that waited. */
  drained(): void;
}

interface Held {
  readonly frame: Frame;
  readonly entries: number;
}

/**
 * One client's connection. There are hundreds of thousands, so it is one flat object: no Map, no
 * closure and no timer of its own, and what is rarely needed exists only while it is.
 */
export class Channel {
  readonly connection: Connection;
  readonly #shared: ChannelShared;
  #state: ChannelState = ChannelState.New;

  /** Protocol version, known from Login on. */
  #version: 1 | 2 = 1;

  /** Decimal text; "0" = anonymous. Known, like the next four, from Joining on. */
  mid = "0";
  key = "";
  platform = "";
  /** As logic told them at the login: what cursors know the client by, when it was stored. */
  device = "";
  since = 0;
  acceptSet: Accepts = ACCEPTS_NONE;
  /** What the token allows; undefined = everything, for ever. */
  grant: Grant | undefined = undefined;
  /** Incarnation of this comet under which the session is stored; "" = there is none. */
  incarnation = "";
  /** The mid is on the white list: what the connection does is logged. */
  traced = false;

  /** Version 2 only: its rooms. The next five are for the one room of version 1. */
  seats: Seats | undefined = undefined;
  /** The room as rooms.ts sees it; nobody else looks inside. */
  room: unknown = undefined;
  roomId = "";
  /** Places in the member lists of the room and of the broadcast; -1 = in none. */
  roomSlot = -1;
  allSlot = -1;
  /** Number of the last flush of its room that it was handed or that came before it joined. */
  lastFlush = 0;
  /** Set while it is behind its room. */
  lag: Lag | undefined = undefined;

  /** The log of its user; undefined without a mailbox. */
  mail: ChannelMail | undefined = undefined;

  /** When the auth packet came, Unix milliseconds. */
  loginAt = 0;

  /** Last offset handed over from each log, and the life of the stream it belongs to. */
  lastUser = 0;
  lastKey = 0;
  userEpoch = "";
  keyEpoch = "";

  /** Packets that wait behind one that needs an answer from elsewhere. */
  queue: PacketQueue | undefined = undefined;
  busy = false;
  paused = false;
  /** Calls to services that wait for their answer. */
  calls = 0;

  /** Admission's: what the connection may still send, and how much more it did. */
  rateAt = 0;
  packetTokens = 0;
  byteTokens = 0;
  over = 0;

  /** Monotonic milliseconds: the last packet, and when the session is due to be renewed. */
  lastPacketAt = 0;
  renewAt = 0;
  /** Milliseconds without a packet after which the client counts as gone. */
  silenceMsMax = 0;
  /** Waits in the renewal queue. */
  renewing = false;

  /** Bytes that waited for the socket at the last send; 0 after a drain. */
  #waitingBytes = 0;
  #held: Held[] | undefined = undefined;
  #heldBytes = 0;

  constructor(connection: Connection, shared: ChannelShared) {
    this.connection = connection;
    this.#shared = shared;
  }

  /** Bytes that waited in this process for its socket at the last send, 0 after a drain. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get state(): ChannelState {
    return this.#state;
  }

  get version(): 1 | 2 {
    return this.#version;
  }

  /** Whether something waits, encoded, until the auth reply is out. */
  get holds(): boolean {
    return this.#held !== undefined;
  }

  get closed(): boolean {
    return this.#state === ChannelState.Closed;
  }

  /**
   * Whether a push to a key, a mid or everybody with this operation is wanted. Rooms do not ask.
   */
  accepts(op: number): boolean {
    return this.acceptSet.has(op);
  }

  /** The client has asked for version 2; before anything is sent to it. */
  upgrade(): void {
    this.#version = 2;
    this.connection.upgrade();
  }

  /** Moves on to Login or Joining. A closed channel stays closed. */
  advance(state: typeof ChannelState.Login | typeof ChannelState.Joining): void {
    if (state > this.#state && !this.closed) this.#state = state;
  }

  /**
   * Sends the auth reply and after it, in order, what was pushed since the session exists. From now
   * on pushes go straight to the socket.
   */
  open(reply: Uint8Array): void {
    if (this.closed) return;
    this.#state = ChannelState.Open;
    this.reply(reply);
    const held = this.#held;
    this.#held = undefined;
    this.#heldBytes = 0;
    for (const { frame, entries } of held ?? []) this.deliver(frame, entries);
  }

  /** Sends an answer to a packet of this client. */
  reply(bytes: Uint8Array): void {
    if (this.closed || !this.#fits(bytes.length)) return;
    this.#waitingBytes = this.connection.send(bytes);
  }

  /**
   * Hands pushed bytes to the socket, or holds them while the auth reply is not out. False when
   * they were dropped: the connection is closed, or is closed now because its client does not read.
   */
  deliver(frame: Frame, entries: number): boolean {
    const stats = this.#shared.stats;
    if (this.#state === ChannelState.Closed) {
      stats.droppedClosed += entries;
      return false;
    }
    const bytes = this.#bytesOf(frame);
    if (!this.#fits(bytes.length)) {
      stats.droppedSlow += entries;
      return false;
    }
    if (this.#state !== ChannelState.Open) {
      this.#held ??= [];
      this.#held.push({ frame, entries });
      this.#heldBytes += bytes.length;
      return true;
    }
    this.#send(bytes, entries);
    return true;
  }

  /**
   * Hands a room's bytes to the socket. False when too much waits for it already: nothing was done,
   * and its lag is woken when the socket has taken what waits.
   */
  offer(frame: Frame, entries: number): boolean {
    return this.#offer(frame, entries, this.#shared.roomBytesMax);
  }

  /** The same for what comes out of its user's log; `mail` is told of the drain. */
  offerUser(frame: Frame, entries: number): boolean {
    return this.#offer(frame, entries, this.#shared.userBytesMax);
  }

  /** The transport has handed over everything that waited. */
  drained(): void {
    this.#waitingBytes = 0;
    this.lag?.wake();
    this.seats?.wake();
    this.mail?.drained();
  }

  tooSlow(reason: string): void {
    this.close(CloseCode.Slow, reason);
  }

  /** Closes the connection; the transport's onClose follows. Only the first call counts. */
  close(code: CloseCode, reason: string): void {
    if (this.closed) return;
    this.gone();
    this.connection.close(code, reason);
  }

  /** The connection is closed: lets go of what is held. */
  gone(): void {
    this.#state = ChannelState.Closed;
    for (const { entries } of this.#held ?? []) this.#shared.stats.droppedClosed += entries;
    this.#held = undefined;
    this.#heldBytes = 0;
  }

  #offer(frame: Frame, entries: number, limit: number): boolean {
    const bytes = this.#bytesOf(frame);
    const fits = this.#below(bytes.length, limit);
    if (this.#state !== ChannelState.Open || !fits) return false;
    // Nothing is what version 1 gets of something that only version 2 can be told.
    if (bytes.length > 0) this.#send(bytes, entries);
    return true;
  }

  #bytesOf(frame: Frame): Uint8Array {
    if (this.#version === 2) return frame.v2;
    return this.connection.transport === "ws" ? frame.ws : frame.tcp;
  }

  #send(bytes: Uint8Array, entries: number): void {
    const { stats } = this.#shared;
    stats.entries += entries;
    stats.sends++;
    stats.bytes += bytes.length;
    this.#waitingBytes = this.connection.send(bytes);
  }

  /** Whether so many more bytes may wait; if not, the client is too slow and is closed. */
  #fits(bytes: number): boolean {
    if (this.#below(bytes, this.#shared.sendBytesMax)) return true;
    this.close(CloseCode.Slow, `${this.#waitingBytes + this.#heldBytes} bytes wait for the client`);
    return false;
  }

  #below(bytes: number, limit: number): boolean {
    if (this.#waitingBytes + this.#heldBytes + bytes <= limit) return true;
    // The figure is from the last send: the socket may have drained a part since.
    this.#waitingBytes = this.connection.bufferedBytes();
    const waiting = this.#waitingBytes + this.#heldBytes;
    // A frame larger than the bound still goes to a client that has read everything before it.
    return waiting === 0 || waiting + bytes <= limit;
  }
}
