import type { Packet } from "../../src/protocol/frame.ts";
import { Operation } from "../../src/protocol/operation.ts";
import { BaseClient, type ClientOptions } from "./client.ts";
import { strayText } from "./client-v1.ts";
import { type Connection, jsonOf } from "./connection.ts";
import { logOfRoom, type Position } from "./history.ts";

export interface Version2Options extends ClientOptions {
  /** How many of the rooms it is in at once. */
  readonly roomsMax: number;
  /** Never acknowledges: everything waits for it again at each login. */
  readonly silent: boolean;
}

interface Place {
  readonly epoch: string;
  offset: number;
}

interface RoomReply {
  readonly room: string;
  readonly log: number;
  readonly epoch: string;
  readonly offset: number;
  readonly from: number;
  readonly reset?: boolean;
  readonly oldest?: number;
  readonly error?: { readonly code: string; readonly text: string };
}

interface UserReply {
  readonly epoch: string;
  readonly cursor: number;
  readonly last: number;
  readonly oldest?: number;
}

const ACK_MS = { min: 20, max: 600 } as const;
/** Codes of refusals that are worth another try. */
const passing = ["unavailable", "timeout", "busy"];
/** A client that left a room comes back with its position as often as without. */
const FORGETS = 0.5;

/** A plain client of version 2, written from docs/protocol.md alone. */
export class Version2Client extends BaseClient {
  readonly #own: Version2Options;
  readonly #wanted: Set<string>;
  /** Where it stands in the rooms that it was ever in. */
  readonly #places = new Map<string, Place>();
  /** Logs of this connection by number. */
  readonly #logs = new Map<number, string>();
  #userOffset = 0;
  #ackTimer: NodeJS.Timeout | undefined;

  constructor(options: Version2Options) {
    super(2, options);
    this.#own = options;
    this.#wanted = new Set(options.random.some(options.rooms, options.roomsMax));
  }

  protected override async login(connection: Connection): Promise<void> {
    const { mid, name, random } = this.options;
    const first = this.#places.size === 0;
    const room = first && random.chance(0.3) ? [...this.#wanted][0] : undefined;
    const token = JSON.stringify({
      ...(mid !== "" && { mid: Number(mid) }),
      ...{ key: this.history.key, device: name, platform: "chaos", accepts: [1000] },
      ...(room !== undefined && { room_id: room }),
    });
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    await connection.request(Operation.Auth, token, (reply) => this.#loggedIn(reply));
    const joined = new Set(this.#logs.values());
    const rooms = [...this.#wanted].filter((one) => !joined.has(logOfRoom(one)));
    if (rooms.length > 0) await this.#join(connection, rooms);
  }

  #loggedIn(packet: Packet): void {
    const reply = jsonOf(packet);
    if (reply === undefined) throw new Error("the server speaks version 1 only");
    const at = performance.now();
    const user = reply.user as UserReply | undefined;
    const all = reply.all as RoomReply | undefined;
    this.#logs.clear();
    this.#logs.set(0, "key").set(1, `user:${this.history.mid}`).set(2, "all");
    this.record({
      ...{ kind: "login", at, session: String(reply.session) },
      ...(user && { user: userPosition(user) }),
      ...(all && { all: positionOf({ ...all, from: all.offset }, undefined) }),
    });
    const room = reply.room as RoomReply | undefined;
    if (room !== undefined) this.#joined(room, undefined);
  }

  async #join(connection: Connection, rooms: readonly string[]): Promise<void> {
    const asked = rooms.map((room) => {
      const place = this.#places.get(room);
      return place === undefined ? { room } : { room, since: place.offset, epoch: place.epoch };
    });
    const body = JSON.stringify({ rooms: asked });
    let refused: string | undefined;
    await connection.request(Operation.Join, body, (packet) => {
      const replies = jsonOf(packet)?.rooms as RoomReply[];
      for (const [index, reply] of replies.entries()) {
        const { room, error } = reply;
        if (error === undefined) this.#joined(reply, asked[index]?.since);
        else if (passing.includes(error.code)) refused = room;
        else this.#stray(`${room} was refused: ${error.text}`);
      }
    });
    // The next connection asks again.
    if (refused !== undefined) throw new Error(`${refused} could not be joined now`);
  }

  #joined(reply: RoomReply, since: number | undefined): void {
    const { room, log } = reply;
    const position = positionOf(reply, since);
    const { epoch, from: offset } = position;
    this.#logs.set(log, logOfRoom(room));
    if (since === undefined || position.reset) this.#places.set(room, { epoch, offset });
    this.record({ kind: "join", at: performance.now(), room, position });
  }

  protected override async changeRooms(connection: Connection): Promise<void> {
    const { random, rooms } = this.options;
    const room = random.pick(rooms);
    if (!this.#wanted.has(room)) {
      if (this.#wanted.size >= this.#own.roomsMax) return;
      this.#wanted.add(room);
      return await this.#join(connection, [room]);
    }
    this.#wanted.delete(room);
    await connection.request(Operation.Leave, JSON.stringify({ rooms: [room] }), () => {
      this.record({ kind: "leave", at: performance.now(), room });
      for (const [log, name] of this.#logs) {
        if (name === logOfRoom(room)) this.#logs.delete(log);
      }
    });
    if (random.chance(FORGETS)) this.#places.delete(room);
  }

  protected override push(packet: Packet): void {
    const at = performance.now();
    const offset = packet.offset ?? 0;
    const log = this.#logs.get(packet.seq) ?? `log ${packet.seq}`;
    const message = this.options.messages.find(packet.body);
    if (message === undefined) {
      this.#stray(strayText(packet));
      return;
    }
    this.record({ kind: "push", at, message, offset, log });
    if (packet.seq === 1) this.#acknowledgeSoon(offset);
    const place = this.#places.get(log.slice("room:".length));
    if (place !== undefined && offset > place.offset) place.offset = offset;
  }

  /** All that has come by then, in one packet. */
  #acknowledgeSoon(offset: number): void {
    this.#userOffset = offset;
    const { connection } = this;
    if (this.#own.silent || this.#ackTimer !== undefined || connection === undefined) return;
    const wait = this.options.random.between(ACK_MS.min, ACK_MS.max);
    this.#ackTimer = setTimeout(() => {
      this.#ackTimer = undefined;
      if (connection.closed) return;
      const upTo = this.#userOffset;
      const stored = () => this.record({ kind: "acked", at: performance.now(), offset: upTo });
      connection.request(Operation.Ack, "", stored, upTo).catch((error: Error) => {
        if (connection.closed) return;
        const final = !passing.some((code) => error.message.includes(`"${code}"`));
        if (final && error.message.startsWith("refused")) {
          this.#stray(`ack ${upTo}: ${error.message}`);
        } else this.#acknowledgeSoon(this.#userOffset);
      });
    }, wait);
  }

  protected override control(packet: Packet): void {
    if (packet.op !== Operation.LogState) return;
    const state = jsonOf(packet);
    const log = this.#logs.get(Number(state?.log)) ?? `log ${state?.log}`;
    this.record({ kind: "state", at: performance.now(), log, text: JSON.stringify(state) });
  }

  #stray(text: string): void {
    this.record({ kind: "stray", at: performance.now(), text });
  }
}

function positionOf(reply: Omit<RoomReply, "room" | "log">, since: number | undefined): Position {
  const { epoch, offset, from, reset = false, oldest = 0 } = reply;
  return { epoch, offset, from, since, reset, oldest };
}

function userPosition(user: UserReply): Position {
  const { epoch, cursor, last, oldest } = user;
  return positionOf({ epoch, offset: last, from: cursor, oldest: oldest ?? 0 }, undefined);
}
