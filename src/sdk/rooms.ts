import { Operation } from "../protocol/operation.ts";
import { Alarm, type ClientClock } from "./clock.ts";
import type { Connection, Push } from "./connection.ts";
import { GoimClientError, mayRetry } from "./errors.ts";
import { JoinedRoom, type RoomActions } from "./room.ts";
import { bytesOf, type JoinEntry, type LogState, readJoinReply } from "./wire.ts";

export interface RoomsOptions {
  readonly clock: ClientClock;
  /** Of a room's iterators. */
  readonly bufferedMax: number;
  /** Of join and leave, ms. */
  readonly requestMs: number;
}

export interface RoomsDeps {
  readonly connection: () => Connection | undefined;
  readonly actions: Omit<RoomActions, "leave">;
  readonly onError: (error: GoimClientError) => void;
  /** A room is joined: what waits for it can go. */
  readonly onJoined: () => void;
}

/** After a refusal that may pass, ms. */
const JOIN_AGAIN_MS = 1_000;
const EMPTY_LIST_BYTES = 16;

/** The rooms of the client: what is wanted, and which log number each has on this connection. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #deps: RoomsDeps;
  readonly #rooms = new Map<string, JoinedRoom>();
  readonly #byLog = new Map<number, JoinedRoom>();
  /** Asked for on this connection and not answered yet. */
  readonly #asked = new Set<JoinedRoom>();
  readonly #again: Alarm;

  constructor(options: RoomsOptions, deps: RoomsDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#again = new Alarm(options.clock);
  }

  get(name: string): JoinedRoom | undefined {
    return this.#rooms.get(name);
  }

  /** The room that version 1 pushes are counted to: it knows of one. */
  first(): JoinedRoom | undefined {
    return this.#rooms.values().next().value;
  }

  join(name: string, history: number | undefined): JoinedRoom {
    const known = this.#rooms.get(name);
    if (known !== undefined) return known;
    const { bufferedMax } = this.#options;
    const room: JoinedRoom = new JoinedRoom(
      name,
      { history, bufferedMax },
      { ...this.#deps.actions, leave: (left) => this.#leave(left) },
    );
    this.#rooms.set(name, room);
    this.#joinWaiting();
    return room;
  }

  /** A new connection: all rooms in one frame. */
  online(): void {
    this.#joinWaiting();
  }

  offline(): void {
    this.#again.clear();
    this.#byLog.clear();
    this.#asked.clear();
    for (const room of this.#rooms.values()) room.lost();
  }

  push({ op, seq, offset, body }: Push): void {
    this.#byLog.get(seq)?.push(op, offset, body);
  }

  logState(state: LogState): void {
    this.#byLog.get(state.log)?.logState(state);
  }

  /** The server has taken the connection out of these. */
  expelled(names: readonly string[]): void {
    for (const name of names) {
      const room = this.#rooms.get(name);
      if (room === undefined) continue;
      for (const [log, other] of this.#byLog) if (other === room) this.#byLog.delete(log);
      this.#refused(room, new GoimClientError("forbidden", "the token does not allow this room"));
    }
  }

  close(error: GoimClientError): void {
    this.#again.clear();
    for (const room of this.#rooms.values()) room.end(error);
    this.#rooms.clear();
  }

  #joinWaiting(): void {
    const connection = this.#deps.connection();
    if (connection === undefined) return;
    const waiting = [...this.#rooms.values()].filter((room) => {
      return room.state === "joining" && !this.#asked.has(room);
    });
    if (waiting.length === 0) return;
    if (connection.version === 1) {
      this.#joinV1(connection, waiting);
      return;
    }
    for (const room of waiting) this.#asked.add(room);
    const parts = inParts(waiting, connection.bodyBytesMax).map((rooms) => ({
      body: bytesOf(JSON.stringify({ rooms: rooms.map((room) => room.ask()) })),
      answer: (outcome: Parameters<typeof readJoinReply>[0] | GoimClientError) => {
        if (this.#deps.connection() !== connection) return;
        if (outcome instanceof GoimClientError) this.#refusedAll(rooms, outcome);
        else this.#answered(rooms, readJoinReply(outcome));
      },
    }));
    connection.requestAll(Operation.Join, parts, this.#options.requestMs);
  }

  #answered(rooms: readonly JoinedRoom[], entries: readonly JoinEntry[]): void {
    for (const [index, room] of rooms.entries()) {
      this.#asked.delete(room);
      // Left meanwhile, and the server hears of it next.
      if (room.state === "left") continue;
      const entry = entries[index];
      if (entry === undefined || entry.room !== room.name) {
        this.#refused(room, new GoimClientError("protocol", "the join reply lacks this room"));
      } else if (entry.error !== undefined) this.#refused(room, entry.error);
      else {
        this.#byLog.set(entry.log, room);
        room.joined(entry);
      }
    }
    this.#deps.onJoined();
  }

  #refusedAll(rooms: readonly JoinedRoom[], error: GoimClientError): void {
    for (const room of rooms) {
      this.#asked.delete(room);
      if (room.state !== "left") this.#refused(room, error);
    }
  }

  #refused(room: JoinedRoom, error: GoimClientError): void {
    if (mayRetry(error)) {
      if (!this.#again.isSet) this.#again.set(JOIN_AGAIN_MS, () => this.#joinWaiting());
      return;
    }
    this.#rooms.delete(room.name);
    const named = new GoimClientError(error.code, error.message, { room: room.name });
    room.end(named);
    this.#deps.onError(named);
  }

  /** An old server knows one room for each connection; further ones wait for a newer server. */
  #joinV1(connection: Connection, waiting: readonly JoinedRoom[]): void {
    for (const room of waiting) {
      this.#asked.add(room);
      if (room !== this.first()) {
        const text = "this server speaks version 1: one room for each connection";
        this.#deps.onError(new GoimClientError("unsupported", text, { room: room.name }));
        continue;
      }
      const { requestMs } = this.#options;
      connection.request(Operation.ChangeRoom, bytesOf(room.name), requestMs, (outcome) => {
        if (this.#deps.connection() !== connection) return;
        if (outcome instanceof GoimClientError) return this.#refusedAll([room], outcome);
        if (room.state !== "left") room.joinedV1();
      });
    }
  }

  #leave(room: JoinedRoom): Promise<void> {
    if (this.#rooms.get(room.name) !== room) return Promise.resolve();
    const connection = this.#deps.connection();
    const known = room.state === "joined" || this.#asked.has(room);
    const wasFirst = room === this.first();
    this.#rooms.delete(room.name);
    room.end(new GoimClientError("closed", "the room was left", { room: room.name }));
    for (const [log, other] of this.#byLog) if (other === room) this.#byLog.delete(log);
    if (connection === undefined || !known) return Promise.resolve();
    if (connection.version === 1) {
      if (!wasFirst) return Promise.resolve();
      return this.#leaveV1(connection);
    }
    const body = bytesOf(JSON.stringify({ rooms: [room.name] }));
    return new Promise((resolve) => {
      // Without an answer the connection is lost, and the next one does not join this room.
      connection.request(Operation.Leave, body, this.#options.requestMs, () => resolve());
    });
  }

  /** The next room may have the connection's one place. */
  #leaveV1(connection: Connection): Promise<void> {
    return new Promise((resolve) => {
      const { requestMs } = this.#options;
      connection.request(Operation.ChangeRoom, new Uint8Array(0), requestMs, () => resolve());
      this.#asked.clear();
      this.#joinWaiting();
    });
  }
}

/** As many rooms to a request as its body may hold. */
function inParts(rooms: readonly JoinedRoom[], bodyBytesMax: number): JoinedRoom[][] {
  const parts: JoinedRoom[][] = [];
  let left = 0;
  for (const room of rooms) {
    const bytes = bytesOf(JSON.stringify(room.ask())).length + 1;
    if (parts.length === 0 || bytes > left) {
      parts.push([]);
      left = bodyBytesMax - EMPTY_LIST_BYTES;
    }
    parts.at(-1)?.push(room);
    left -= bytes;
  }
  return parts;
}
