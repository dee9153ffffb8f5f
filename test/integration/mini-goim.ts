/** As much of goim as the load tool sees, in the test process. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createTcpTransport } from "../../src/comet/transport/tcp.ts";
import type { Connection, Transport } from "../../src/comet/transport/transport.ts";
import { createWebSocketTransport } from "../../src/comet/transport/websocket.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { encodePacket } from "../../src/protocol/frame.ts";
import { type BatchEntry, encodeBatch } from "../../src/protocol/frame-batch.ts";

interface Batch {
  readonly items?: readonly { user: number; op: number; bodyBase64: string }[];
}

type Cast = (entry: BatchEntry, to: (entry: BatchEntry) => void) => void;

export class MiniGoim {
  readonly clients = new Map<Connection, { mid: string; key: string; room: string }>();
  readonly pushes: URL[] = [];
  /** Mids of what was stored for users, in the order it was. */
  readonly stored: string[] = [];
  /** What a login is given of what waits for it. */
  replay: (entries: readonly BatchEntry[]) => readonly BatchEntry[] = (entries) => entries;
  readonly #waiting = new Map<string, BatchEntry[]>();
  /** What happens between a push and its delivery. */
  cast: Cast = (entry, to) => to(entry);
  /** Answers code -500 instead of 0. */
  refuse = false;
  ws: Transport;
  tcp: Transport;
  http: Server;

  constructor() {
    const base = {
      bind: [{ host: "127.0.0.1", port: 0 }],
      ...{ bodyBytesMax: 4096, sendBytesMax: 1 << 24, exclusive: true },
    };
    const deps = { log: silentLog, clock: systemClock };
    this.ws = createWebSocketTransport({ ...base, messageBytesMax: 65_536, stopLingerMs: 0 }, deps);
    this.tcp = createTcpTransport(
      { ...base, keepAliveMs: 0, noDelay: true, backlog: 512, closeLingerMs: 100 },
      deps,
    );
    this.http = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const url = new URL(request.url ?? "", "http://mini");
        if (url.pathname.startsWith("/api/")) {
          this.#store(url, JSON.parse(Buffer.concat(parts).toString()) as Batch);
          response.end("{}");
          return;
        }
        this.pushes.push(url);
        if (!this.refuse) {
          this.cast({ op: 1000, body: Buffer.concat(parts) }, (entry) => this.spread(url, entry));
        }
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify({ code: this.refuse ? -500 : 0, message: "" }));
      });
    });
  }

  async start(): Promise<void> {
    const events = {
      onOpen: () => {},
      onDrain: () => {},
      onClose: (connection: Connection) => void this.clients.delete(connection),
      onPacket: (connection: Connection, packet: { op: number; seq: number; body: Uint8Array }) => {
        if (packet.op !== 7) return;
        const text = Buffer.from(packet.body).toString();
        const token = JSON.parse(text) as { mid: number; key: string; room_id: string };
        this.clients.set(connection, {
          ...{ mid: `${token.mid}`, key: token.key, room: token.room_id },
        });
        connection.send(encodePacket({ ver: 1, op: 8, seq: packet.seq }));
        for (const name of [token.room_id, `${token.mid}`]) {
          this.#send(connection, this.replay(this.#waiting.get(name) ?? []));
        }
      },
    };
    await this.ws.start(events);
    await this.tcp.start(events);
    await new Promise<void>((resolve) => this.http.listen(0, "127.0.0.1", resolve));
  }

  get logic(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  url(transport: "ws" | "tcp"): string {
    return transport === "ws"
      ? `ws://${this.ws.addresses[0]}/sub`
      : `tcp://${this.tcp.addresses[0]}`;
  }

  spread(url: URL, entry: BatchEntry): void {
    const query = url.searchParams;
    const roomId = `${query.get("type")}://${query.get("room")}`;
    const all = url.pathname === "/goim/push/all";
    if (query.get("type") === "video") this.#keep(roomId, entry);
    for (const [connection, { mid, key, room }] of this.clients) {
      const meant = query.get("mids") === mid || query.get("keys") === key || roomId === room;
      if (all || meant) this.#send(connection, [entry]);
    }
  }

  #store(url: URL, { items = [] }: Batch): void {
    if (!url.pathname.endsWith("/batch")) return;
    for (const { user, op, bodyBase64 } of items) {
      this.stored.push(`${user}`);
      this.#keep(`${user}`, { op, body: Buffer.from(bodyBase64, "base64") });
    }
  }

  #keep(name: string, entry: BatchEntry): void {
    const entries = this.#waiting.get(name) ?? [];
    entries.push(entry);
    this.#waiting.set(name, entries);
  }

  #send(connection: Connection, entries: readonly BatchEntry[]): void {
    if (entries.length === 0) return;
    const frame = encodeBatch(entries);
    connection.send(connection.transport === "ws" ? frame.ws : frame.tcp);
  }

  async stop(): Promise<void> {
    await this.ws.stop();
    await this.tcp.stop();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}
