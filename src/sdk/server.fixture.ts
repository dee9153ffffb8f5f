/** A server of version 2 in memory, for tests: logs, mailbox, publishes, and a network to break. */
import type { FakeClock } from "../kit/clock.fake.ts";
import { encodePacket, type Packet, readPackets } from "../protocol/frame.ts";
import { encodeBatch, LogNumber } from "../protocol/frame-batch.ts";
import { Operation } from "../protocol/operation.ts";
import type { WebSocketConstructor, WebSocketLike } from "./options.ts";

export interface Stored {
  readonly offset: number;
  readonly op: number;
  readonly body: Uint8Array;
}

/** A log of the server. */
export class FakeLog {
  epoch = "E1";
  entries: Stored[] = [];
  /** What a resume can still be served from. */
  oldest = 0;
  #last = 0;

  get last(): number {
    return this.#last;
  }

  append(text: string, op = 1000): Stored {
    this.#last += 1024;
    const stored = { offset: this.#last, op, body: new TextEncoder().encode(text) };
    this.entries.push(stored);
    return stored;
  }

  after(offset: number): Stored[] {
    return this.entries.filter((entry) => entry.offset > offset);
  }

  /** Another life: offsets begin anew. */
  restart(epoch: string): void {
    this.epoch = epoch;
    this.entries = [];
    this.#last = 0;
  }
}

interface JoinBody {
  readonly rooms: readonly { room: string; since?: number; epoch?: string; history?: number }[];
}

const decoder = new TextDecoder();
const json = (packet: Packet) => JSON.parse(decoder.decode(packet.body));
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const LATENCY_MS = 1;
const SERVICE_OPS = 2000;

export class FakeServer {
  readonly clock: FakeClock;
  readonly rooms = new Map<string, FakeLog>();
  readonly mail = new FakeLog();
  cursor = 0;
  mailOldest = 0;
  version: 1 | 2 = 2;
  /** Messages of the mailbox replayed at once; each further page comes 300 ms later. */
  page = Number.POSITIVE_INFINITY;
  /** Sockets that are open for the server. */
  readonly sockets = new Set<FakeSocket>();
  /** Every packet that reached the server, of all connections. */
  readonly received: Packet[] = [];
  /** Answers to ops that are not the usual ones: an error, or nothing at all. */
  readonly refusals = new Map<number, { code: string; text: string } | "silence">();
  /** Resumes begin at the end, and say so only by `from`. */
  skips = false;
  /** Until a service answers. */
  serviceMs = 0;
  /** No connection opens. */
  down = false;
  urls: string[] = [];
  readonly published = new Map<string, Stored>();
  readonly WebSocket: WebSocketConstructor;

  constructor(clock: FakeClock) {
    this.clock = clock;
    const server = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url: string) {
        super(server, url);
      }
    };
  }

  room(name: string): FakeLog {
    const log = this.rooms.get(name) ?? new FakeLog();
    this.rooms.set(name, log);
    return log;
  }

  pushRoom(name: string, text: string): Stored {
    const stored = this.room(name).append(text);
    for (const socket of this.sockets) {
      const log = socket.logs.get(name);
      if (log !== undefined) socket.push([stored], log);
    }
    return stored;
  }

  pushUser(text: string): Stored {
    const stored = this.mail.append(text);
    for (const socket of this.sockets) if (socket.isIn) socket.push([stored], LogNumber.User);
    return stored;
  }

  /** The newest connection. */
  get socket(): FakeSocket {
    const last = [...this.sockets].at(-1);
    if (last === undefined) throw new Error("nobody is connected");
    return last;
  }

  requests(op: number): Packet[] {
    return this.received.filter((packet) => packet.op === op);
  }
}

/** Both ends of one connection. */
export class FakeSocket implements WebSocketLike {
  binaryType = "";
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly url: string;
  /** Number of each joined room's log. */
  readonly logs = new Map<string, number>();
  isIn = false;
  readonly #server: FakeServer;
  #cut = false;
  #nextLog: number = LogNumber.Rooms;
  /** Of the user's log. */
  #sent = 0;

  constructor(server: FakeServer, url: string) {
    this.#server = server;
    this.url = url;
    server.urls.push(url);
    this.#later(() => {
      if (server.down) return this.end(1006, "");
      server.sockets.add(this);
      this.onopen?.({} as never);
    });
  }

  send(data: Uint8Array): void {
    const copy = data.slice();
    this.#later(() => {
      const { packets } = readPackets(copy, { version: 2, bodyBytesMax: 1 << 20 });
      for (const packet of packets) this.#receive(packet);
    });
  }

  close(): void {
    this.#later(() => this.end(1000, ""));
  }

  /** The network is gone. `told`: the client's end notices. What was on its way is lost. */
  cut(told = true): void {
    this.#cut = true;
    this.#server.sockets.delete(this);
    if (told) {
      this.#server.clock.setTimeout(() => this.onclose?.({ code: 1006 } as never), LATENCY_MS);
    }
  }

  /** The server closes. */
  end(code: number, reason: string): void {
    if (this.#cut) return;
    this.#server.sockets.delete(this);
    this.#later(() => {
      this.#cut = true;
      this.onclose?.({ code, reason } as never);
    });
  }

  push(entries: readonly Stored[], log: number): void {
    if (entries.length === 0) return;
    if (log === LogNumber.User) {
      this.#sent = Math.max(this.#sent, ...entries.map(({ offset }) => offset));
    }
    const batch = encodeBatch(entries, log);
    this.write(this.#server.version === 1 ? batch.ws : batch.v2);
  }

  /** A packet of the server's own. */
  notice(op: number, value: unknown): void {
    this.#reply(op, 0, bytes(value));
  }

  write(data: Uint8Array): void {
    const copy = data.slice();
    this.#later(() => this.onmessage?.({ data: copy.buffer } as never));
  }

  #later(action: () => void): void {
    this.#server.clock.setTimeout(() => {
      if (!this.#cut) action();
    }, LATENCY_MS);
  }

  #reply(op: number, seq: number, body: Uint8Array = new Uint8Array(0)): void {
    this.write(encodePacket({ ver: this.#server.version, op, seq, body }));
  }

  #receive(packet: Packet): void {
    const server = this.#server;
    server.received.push(packet);
    const refusal = server.refusals.get(packet.op);
    if (refusal === "silence") return;
    if (refusal !== undefined) {
      this.#reply(Operation.Error, packet.seq, bytes({ ...refusal, op: packet.op }));
      return;
    }
    if (packet.op === Operation.Auth) this.#auth(packet);
    else if (packet.op === Operation.Join) this.#join(packet);
    else if (packet.op === Operation.Leave) this.#leave(packet);
    else if (packet.op === Operation.SendMsg) this.#publish(packet);
    else if (packet.op === Operation.Ack) this.#ack(packet);
    else if (packet.op === Operation.History) this.#history(packet);
    else if (packet.op === Operation.Heartbeat) {
      this.#reply(Operation.HeartbeatReply, packet.seq, this.#counts());
    } else if (packet.op >= SERVICE_OPS) this.#service(packet);
    else this.#reply(packet.op + 1, packet.seq, packet.body);
  }

  /** Answers after its time; a body "never" is not answered. */
  #service({ op, seq, body }: Packet): void {
    const text = decoder.decode(body);
    const answer = () => this.#reply(op, seq, new TextEncoder().encode(`re ${text}`));
    if (text === "never") return;
    if (this.#server.serviceMs === 0) answer();
    else this.#server.clock.setTimeout(answer, this.#server.serviceMs);
  }

  #counts(): Uint8Array {
    if (this.#server.version === 1) return new Uint8Array([0, 0, 0, 7]);
    return bytes({ rooms: Object.fromEntries([...this.logs.keys()].map((room) => [room, 7])) });
  }

  #auth(packet: Packet): void {
    const { mail, cursor, mailOldest, version } = this.#server;
    if (version === 1) {
      this.#reply(Operation.AuthReply, packet.seq);
    } else {
      const user = { log: 1, epoch: mail.epoch, cursor, last: mail.last, oldest: mailOldest };
      const all = { log: 2, epoch: "A", offset: 0 };
      const reply = {
        session: "c/i/1",
        mid: "1",
        key: "k",
        device: "d",
        heartbeat: 240,
        user,
        all,
      };
      this.#reply(Operation.AuthReply, packet.seq, bytes(reply));
      this.#replay(mail.after(Math.max(cursor, mailOldest - 1)));
      return;
    }
    this.isIn = true;
  }

  #replay(entries: readonly Stored[]): void {
    const { page, clock, mail } = this.#server;
    this.push(entries.slice(0, page), LogNumber.User);
    const last = entries.at(page - 1);
    if (entries.length <= page || last === undefined) {
      this.isIn = true;
      return;
    }
    clock.setTimeout(() => {
      if (!this.#cut) this.#replay(mail.after(last.offset));
    }, 300);
  }

  #join(packet: Packet): void {
    const pushes: (() => void)[] = [];
    const rooms = (json(packet) as JoinBody).rooms.map((ask) => {
      const log = this.#server.room(ask.room);
      const known = this.logs.get(ask.room);
      const number = known ?? this.#nextLog++;
      this.logs.set(ask.room, number);
      const entry = { room: ask.room, log: number, epoch: log.epoch, offset: log.last };
      const resumable = ask.epoch === log.epoch && (ask.since ?? 0) >= log.oldest;
      const resume = ask.since !== undefined && resumable ? ask.since : undefined;
      const newest = log.entries.slice(log.entries.length - (ask.history ?? 0));
      const share = ask.history === undefined ? [] : newest;
      const missed = this.#server.skips ? [] : log.after(resume ?? 0);
      const waiting = resume === undefined ? share : missed;
      if (known === undefined) pushes.push(() => this.push(waiting, number));
      const from = resume ?? (waiting[0] === undefined ? log.last : waiting[0].offset - 1);
      if (this.#server.skips) return { ...entry, from: log.last };
      if (ask.since === undefined || resumable) return { ...entry, from };
      return { ...entry, from, reset: true, oldest: log.entries[0]?.offset ?? 0 };
    });
    this.#reply(Operation.JoinReply, packet.seq, bytes({ rooms }));
    for (const push of pushes) push();
  }

  #leave(packet: Packet): void {
    for (const room of json(packet).rooms) this.logs.delete(room);
    this.#reply(Operation.LeaveReply, packet.seq, packet.body);
  }

  #publish(packet: Packet): void {
    const view = new DataView(packet.body.buffer, packet.body.byteOffset);
    const end = 2 + view.getUint16(0);
    const meta = JSON.parse(decoder.decode(packet.body.subarray(2, end)));
    const text = decoder.decode(packet.body.subarray(end));
    if (meta.user !== undefined) {
      const known = this.#server.published.get(meta.id);
      const mail = known ?? this.#server.mail.append(text);
      this.#server.published.set(meta.id, mail);
      const { epoch } = this.#server.mail;
      const receipt = { offset: mail.offset, epoch, duplicate: known !== undefined };
      this.#reply(Operation.SendMsgReply, packet.seq, bytes(receipt));
      return;
    }
    if (!this.logs.has(meta.room)) {
      const refused = { code: "forbidden", text: "not in this room", op: packet.op };
      this.#reply(Operation.Error, packet.seq, bytes(refused));
      return;
    }
    const before = this.#server.published.get(meta.id);
    const stored = before ?? this.#server.pushRoom(meta.room, text);
    this.#server.published.set(meta.id, stored);
    const { epoch } = this.#server.room(meta.room);
    const receipt = { offset: stored.offset, epoch, duplicate: before !== undefined };
    this.#reply(Operation.SendMsgReply, packet.seq, bytes(receipt));
  }

  #ack(packet: Packet): void {
    const offset = packet.offset ?? 0;
    if (offset > this.#sent) throw new Error("an ack above what this connection was sent");
    this.#server.cursor = Math.max(this.#server.cursor, offset);
    this.#reply(Operation.AckReply, packet.seq);
  }

  #history(packet: Packet): void {
    const { room, before, limit = 50 } = json(packet);
    const log = this.#server.room(room);
    const all = log.entries.filter((entry) => before === undefined || entry.offset < before);
    const page = all.slice(-limit);
    const next = page.length < all.length ? page[0]?.offset : undefined;
    const meta = bytes({ room, epoch: log.epoch, next, oldest: 0 });
    const packets = encodeBatch(page, 0).v2;
    const body = new Uint8Array(2 + meta.length + packets.length);
    new DataView(body.buffer).setUint16(0, meta.length);
    body.set(meta, 2);
    body.set(packets, 2 + meta.length);
    this.#reply(Operation.HistoryReply, packet.seq, body);
  }
}
