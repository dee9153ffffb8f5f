import { existsSync } from "node:fs";
import { WebSocket } from "ws";
import type { ChaosClient, ClientOptions } from "./client.ts";
import type { Version2Options } from "./client-v2.ts";
import { type ClientEvent, type ClientHistory, logOfRoom, UNKNOWN } from "./history.ts";

/** As much of the SDK as is used here; of src/sdk/index.ts. */
interface SdkMessage {
  readonly log: string;
  readonly offset: number;
  readonly room: string | undefined;
  readonly body: Uint8Array;
}

interface SdkRoom {
  readonly epoch: string;
  readonly offset: number;
  readonly ready: Promise<void>;
  onMessage(listener: (message: SdkMessage) => void): unknown;
  onReset(listener: (reset: object) => void): unknown;
  onTruncated(listener: (truncated: object) => void): unknown;
  leave(): Promise<void>;
}

interface SdkClient {
  connect(): void;
  close(): Promise<void>;
  joinRoom(name: string): SdkRoom;
  onMessage(listener: (message: SdkMessage) => unknown): unknown;
  on(event: string, listener: (value: never) => void): unknown;
}

export interface Sdk {
  createClient(options: object): SdkClient;
}

/** The SDK of the tree, if it has one. */
export async function loadSdk(): Promise<Sdk | undefined> {
  const place = new URL("../../src/sdk/index.ts", import.meta.url);
  if (!existsSync(place)) return undefined;
  return (await import(place.href)) as Sdk;
}

/** What an app sees that uses the SDK: no connections, only messages and where rooms begin. */
export class SdkChaosClient implements ChaosClient {
  readonly history: ClientHistory;
  readonly #options: Version2Options;
  readonly #client: SdkClient;
  readonly #rooms = new Map<string, SdkRoom>();
  #socket: WebSocket | undefined;
  #changes: NodeJS.Timeout | undefined;
  #online = false;
  #stopped = false;

  constructor(sdk: Sdk, options: Version2Options) {
    const { name, mid, random } = options;
    const key = `k-${name}`;
    this.history = { name, version: 2, lasting: true, mid, key, events: [] };
    this.#options = options;
    this.#client = sdk.createClient({
      url: "ws://any/sub",
      token: { mid: mid || 0, key, device: name, platform: "chaos", accepts: [1000] },
      WebSocket: this.#sockets(options),
      random: () => random.next(),
      timing: { heartbeat: 4_000 },
      backoff: { baseDelay: 0.1, maxDelay: 1.5 },
      network: null,
    });
    this.#listen();
  }

  start(): void {
    for (const room of this.#options.random.some(this.#options.rooms, this.#options.roomsMax)) {
      this.#join(room);
    }
    this.#client.connect();
    if (this.#options.roomsMs > 0) this.#changeSoon();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#changes);
    await this.#client.close();
  }

  stallReading(forMs: number): void {
    const socket = this.#socket;
    socket?.pause();
    setTimeout(() => socket?.resume(), forMs);
  }

  settle(): void {
    clearTimeout(this.#changes);
  }

  /** Another comet at each connect, and the socket at hand. */
  #sockets({ urls, random }: ClientOptions): new (url: string) => WebSocket {
    const taken = (socket: WebSocket) => {
      this.#socket = socket;
    };
    return class extends WebSocket {
      constructor(_url: string) {
        super(random.pick(urls), { perMessageDeflate: false });
        taken(this);
      }
    };
  }

  #listen(): void {
    const client = this.#client;
    client.on("state", (state: { name: string; cause?: object }) => {
      if (state.name === "closed" && !this.#stopped) {
        this.#stray(`closed for good: ${JSON.stringify(state.cause)}`);
        this.settle();
      }
      const online = state.name === "online";
      if (online === this.#online) return;
      this.#online = online;
      const at = performance.now();
      if (online) this.#record({ kind: "login", at, session: "" });
      else this.#record({ kind: "end", at, code: 0 });
    });
    const user = `user:${this.history.mid}`;
    for (const event of ["reset", "truncated"]) {
      client.on(event, (value: object) => this.#state(user, { [event]: value }));
    }
    client.on("dropped", (value: object) => this.#state("all", { dropped: value }));
    client.on("acked", ({ offset }: { offset: number }) => {
      this.#record({ kind: "acked", at: performance.now(), offset });
    });
    client.onMessage((message) => this.#push(message.log === "user" ? user : message.log, message));
  }

  #join(name: string): void {
    const room = this.#client.joinRoom(name);
    const log = logOfRoom(name);
    this.#rooms.set(name, room);
    let joined = false;
    const begin = (from: number) => {
      if (joined || this.#rooms.get(name) !== room) return;
      joined = true;
      const { epoch } = room;
      const position = { epoch, offset: from, from, since: undefined, reset: false, oldest: 0 };
      this.#record({ kind: "join", at: performance.now(), room: name, position });
    };
    room.ready
      .then(() => begin(room.offset))
      .catch((error: Error) => {
        // Left before it was joined: no finding.
        if (this.#rooms.get(name) === room) this.#stray(error.message);
      });
    room.onMessage((message) => {
      begin(UNKNOWN);
      this.#push(log, message);
    });
    room.onReset((reset) => this.#state(log, { reset }));
    room.onTruncated((truncated) => this.#state(log, { truncated }));
  }

  #changeSoon(): void {
    const { random, roomsMs, rooms, roomsMax } = this.#options;
    this.#changes = setTimeout(() => {
      this.#changeSoon();
      const name = random.pick(rooms);
      const room = this.#rooms.get(name);
      if (room === undefined) {
        if (this.#rooms.size < roomsMax) this.#join(name);
        return;
      }
      this.#rooms.delete(name);
      this.#record({ kind: "leave", at: performance.now(), room: name });
      void room.leave();
    }, random.gap(roomsMs));
  }

  #push(log: string, { offset, body }: SdkMessage): void {
    const at = performance.now();
    const message = this.#options.messages.find(body);
    if (message !== undefined) this.#record({ kind: "push", at, message, offset, log });
    else this.#stray(Buffer.from(body).toString("latin1", 0, 60));
  }

  #state(log: string, state: object): void {
    this.#record({ kind: "state", at: performance.now(), log, text: JSON.stringify(state) });
  }

  #stray(text: string): void {
    this.#record({ kind: "stray", at: performance.now(), text });
  }

  #record(event: ClientEvent): void {
    if (this.#options.budget()) this.history.events.push(event);
  }
}
