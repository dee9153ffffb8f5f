/**
 * A TCP proxy between a process and nats-server that understands just enough of the NATS protocol
 * to lose chosen messages on their way to the client, as NATS core may. Also cuts and stalls links.
 */
import { connect, createServer, type Server, type Socket } from "node:net";

const CRLF = Buffer.from("\r\n");

/** Splits the server's stream into frames: a control line, with its payload where it has one. */
class FrameSplitter {
  #waiting: Buffer = Buffer.alloc(0);

  /** `onFrame` gets each whole frame; subject is undefined for anything but MSG and HMSG. */
  push(chunk: Buffer, onFrame: (frame: Buffer, subject: string | undefined) => void): void {
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    for (;;) {
      const end = this.#waiting.indexOf(CRLF);
      if (end < 0) return;
      const words = this.#waiting.toString("latin1", 0, end).split(/\s+/);
      const isMessage = words[0] === "MSG" || words[0] === "HMSG";
      const payload = isMessage ? Number(words.at(-1)) + CRLF.length : 0;
      const length = end + CRLF.length + payload;
      if (this.#waiting.length < length) return;
      onFrame(this.#waiting.subarray(0, length), isMessage ? words[1] : undefined);
      this.#waiting = this.#waiting.subarray(length);
    }
  }
}

export interface NatsProxy {
  readonly url: string;
  /** Messages lost so far. */
  readonly dropped: number;
  /** From now on loses messages whose subject fits; undefined loses none. */
  drop(fits: ((subject: string) => boolean) | undefined): void;
  /** Ends every connection; clients may come back at once. */
  cut(): void;
  /** New connections are ended at once. */
  refuse(on: boolean): void;
  /** What the server sends arrives so much later, in order; 0 = at once. */
  delay(ms: number): void;
  /** Nothing passes in either direction until `flow`. */
  stall(): void;
  flow(): void;
  stop(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

interface Way {
  readonly passes: (subject: string) => boolean;
  readonly delayMs: () => number;
}

function join(client: Socket, server: Socket, { passes, delayMs }: Way): void {
  const splitter = new FrameSplitter();
  let late = 0;
  // Timers of different lengths could overtake each other, so what is late goes on in one queue.
  const later: Buffer[] = [];
  const send = (frame: Buffer) => {
    const ms = delayMs();
    if (ms === 0 && late === 0) {
      client.write(frame);
      return;
    }
    late += 1;
    later.push(frame);
    setTimeout(() => {
      late -= 1;
      const next = later.shift();
      if (next !== undefined && !client.destroyed) client.write(next);
    }, ms);
  };
  server.on("data", (chunk) => {
    splitter.push(chunk, (frame, subject) => {
      if (subject === undefined || passes(subject)) send(Buffer.from(frame));
    });
  });
  client.on("data", (chunk) => server.write(chunk));
  const end = () => {
    client.destroy();
    server.destroy();
  };
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on("error", end);
    socket.on("close", end);
  }
}

/** Listens on a free loopback port and passes everything on to `natsPort`. */
export async function startNatsProxy(natsPort: number): Promise<NatsProxy> {
  const links = new Set<Link>();
  let fits: ((subject: string) => boolean) | undefined;
  let dropped = 0;
  let stalled = false;
  let refusing = false;
  let delayMs = 0;
  const passes = (subject: string) => {
    if (fits?.(subject) !== true) return true;
    dropped += 1;
    return false;
  };
  const listener: Server = createServer((client) => {
    if (refusing) {
      client.on("error", () => {}).destroy();
      return;
    }
    const server = connect(natsPort, "127.0.0.1");
    const link = { client, server };
    links.add(link);
    client.once("close", () => links.delete(link));
    join(client, server, { passes, delayMs: () => delayMs });
    if (stalled) for (const socket of [client, server]) socket.pause();
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const each = (action: (socket: Socket) => void) => {
    for (const { client, server } of links) for (const socket of [client, server]) action(socket);
  };
  return {
    url: `nats://127.0.0.1:${address.port}`,
    get dropped() {
      return dropped;
    },
    drop: (wanted) => {
      fits = wanted;
    },
    cut: () => each((socket) => socket.destroy()),
    delay: (ms) => {
      delayMs = ms;
    },
    refuse: (on) => {
      refusing = on;
    },
    stall: () => {
      stalled = true;
      each((socket) => socket.pause());
    },
    flow: () => {
      stalled = false;
      each((socket) => socket.resume());
    },
    stop: () => {
      each((socket) => socket.destroy());
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}
