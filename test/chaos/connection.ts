import { type Packet, PacketReader } from "../../src/protocol/frame.ts";
import { Operation } from "../../src/protocol/operation.ts";
import { openWire, type Wire } from "../harness/client.ts";

export interface ConnectionOptions {
  /** `ws://host:port/sub` or `tcp://host:port`. */
  readonly url: string;
  /** Version to speak; the auth reply may lower it. */
  readonly version: 1 | 2;
  /** Bound of opening and of each request. */
  readonly timeoutMs: number;
  readonly onPush: (packet: Packet) => void;
  /** Packets that answer no request: closing, log state, go away, errors. */
  readonly onControl?: (packet: Packet) => void;
  readonly onClosed: (code: number) => void;
  /** The server sent what is not a packet. */
  readonly onFault: (text: string) => void;
}

interface Waiting {
  readonly ops: readonly number[];
  /** Runs while the reply is read, before the packets behind it. */
  readonly onReply: (packet: Packet) => void;
  readonly resolve: (packet: Packet) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const BODY_BYTES_MAX = 1 << 26;

/** One connection of a client of either version: packets in, packets out, answers by their seq. */
export class Connection {
  version: 1 | 2;
  closed = false;
  readonly #options: ConnectionOptions;
  readonly #reader: PacketReader;
  readonly #waiting = new Map<number, Waiting>();
  #wire: Wire | undefined;
  #seq = 0;

  private constructor(options: ConnectionOptions) {
    this.#options = options;
    this.version = options.version;
    const limits = { bodyBytesMax: BODY_BYTES_MAX, version: options.version };
    this.#reader = new PacketReader(limits);
  }

  static async open(options: ConnectionOptions): Promise<Connection> {
    const connection = new Connection(options);
    const { url, timeoutMs } = options;
    let late = false;
    const opening = openWire(
      { url, timeoutMs },
      {
        onBytes: ({ bytes }) => connection.#take(bytes),
        onClosed: ({ code }) => connection.#end(code),
      },
    );
    const timer = { id: undefined as NodeJS.Timeout | undefined };
    const timeout = new Promise<never>((_, reject) => {
      timer.id = setTimeout(() => {
        late = true;
        reject(new Error(`${url} does not answer`));
      }, timeoutMs);
    });
    opening.then((wire) => late && wire.destroy()).catch(() => {});
    try {
      connection.#wire = await Promise.race([opening, timeout]);
    } finally {
      clearTimeout(timer.id);
    }
    return connection;
  }

  /** Resolves with the answer; `onReply` sees it before any packet behind it is handled. */
  request(
    op: number,
    body: string | Uint8Array,
    onReply: (packet: Packet) => void = () => {},
    offset?: number,
  ): Promise<Packet> {
    this.#seq += 1;
    const seq = this.#seq;
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new Error("the connection is closed"));
      const timer = setTimeout(() => {
        this.#waiting.delete(seq);
        reject(new Error(`no answer to op ${op}`));
      }, this.#options.timeoutMs);
      this.#waiting.set(seq, {
        ops: [op + 1, Operation.Error],
        ...{ onReply, resolve, reject, timer },
      });
      this.#wire?.write(packetBytes(this.version, op, seq, body, offset));
      return undefined;
    });
  }

  /** Stops reading, so that the server meets backpressure. */
  pause(): void {
    this.#wire?.pause();
  }

  resume(): void {
    this.#wire?.resume();
  }

  destroy(): void {
    this.#wire?.destroy();
    // A connection that stalls may never tell of its end.
    this.#end(1006);
  }

  #take(bytes: Uint8Array): void {
    if (this.closed) return;
    this.#reader.push(bytes);
    for (;;) {
      const packet = this.#reader.next();
      if (packet === undefined || this.closed) return;
      if (typeof packet === "string") {
        this.#fault(packet);
        return;
      }
      this.#sort(packet);
    }
  }

  #sort(packet: Packet): void {
    if (packet.op === Operation.Raw && packet.ver === 1) {
      const inner = new PacketReader({ bodyBytesMax: BODY_BYTES_MAX });
      inner.push(packet.body);
      for (let one = inner.next(); one !== undefined; one = inner.next()) {
        if (typeof one === "string") {
          this.#fault(one);
          return;
        }
        this.#options.onPush(one);
      }
      return;
    }
    const pushed = this.version === 2 ? packet.offset !== undefined : packet.seq === 0;
    if (pushed) {
      this.#options.onPush(packet);
      return;
    }
    const waiting = this.#waiting.get(packet.seq);
    if (waiting?.ops.includes(packet.op) !== true) {
      this.#options.onControl?.(packet);
      return;
    }
    this.#waiting.delete(packet.seq);
    clearTimeout(waiting.timer);
    if (packet.op === Operation.Error) {
      waiting.reject(new Error(`refused: ${Buffer.from(packet.body).toString("utf8")}`));
      return;
    }
    const kept = { ...packet, body: Uint8Array.from(packet.body) };
    try {
      waiting.onReply(kept);
      waiting.resolve(kept);
    } catch (error) {
      waiting.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #fault(text: string): void {
    this.#options.onFault(`bad bytes: ${text}`);
    this.destroy();
  }

  #end(code: number): void {
    if (this.closed) return;
    this.closed = true;
    for (const { timer, reject } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error(`the connection ended: ${code}`));
    }
    this.#waiting.clear();
    this.#options.onClosed(code);
  }
}

/** A packet of either header; `offset` makes it the long one. */
function packetBytes(
  ver: number,
  op: number,
  seq: number,
  body: string | Uint8Array,
  offset: number | undefined,
): Uint8Array {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const headerBytes = offset === undefined ? 16 : 24;
  const packet = Buffer.alloc(headerBytes + bytes.length);
  packet.writeInt32BE(packet.length, 0);
  packet.writeInt16BE(headerBytes, 4);
  packet.writeInt16BE(ver, 6);
  packet.writeInt32BE(op, 8);
  packet.writeInt32BE(seq, 12);
  if (offset !== undefined) packet.writeBigInt64BE(BigInt(offset), 16);
  packet.set(bytes, headerBytes);
  return packet;
}

/** The JSON text of a reply; undefined for an empty body. */
export function jsonOf(packet: Packet): Record<string, unknown> | undefined {
  if (packet.body.length === 0) return undefined;
  return JSON.parse(Buffer.from(packet.body).toString("utf8")) as Record<string, unknown>;
}
