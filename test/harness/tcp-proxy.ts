/** A TCP proxy that does to connections what networks do: resets, stalls, refuses. */
import { connect, createServer, type Server, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** Connections now, and since the start. */
  readonly open: number;
  readonly total: number;
  /** Where it passes connections on to. */
  aim(target: { readonly host: string; readonly port: number }): void;
  /** RST to both ends of those that `fits` accepts, by their number; how many they were. */
  reset(fits?: (n: number) => boolean): number;
  /** Those pass nothing in either direction until `flow`; nobody is told. */
  stall(fits?: (n: number) => boolean): number;
  flow(): void;
  /** New connections are reset at once. */
  refuse(on: boolean): void;
  stop(): Promise<void>;
}

class Link {
  readonly n: number;
  readonly #ends: readonly [Socket, Socket];
  #stalled = false;

  constructor(n: number, client: Socket, server: Socket, onClosed: () => void) {
    this.n = n;
    this.#ends = [client, server];
    this.#pass(client, server);
    this.#pass(server, client);
    for (const socket of this.#ends) {
      socket.setNoDelay(true);
      // The other end learns of a reset as a reset, and of an orderly end as one.
      socket.on("error", () => this.reset());
      socket.on("close", (failed) => {
        if (failed) this.reset();
        onClosed();
      });
    }
  }

  reset(): void {
    for (const socket of this.#ends) if (!socket.destroyed) socket.resetAndDestroy();
  }

  stall(): void {
    this.#stalled = true;
    for (const socket of this.#ends) socket.pause();
  }

  flow(): void {
    this.#stalled = false;
    for (const socket of this.#ends) socket.resume();
  }

  /** One direction. What `to` does not take stops `from`, so that backpressure goes through. */
  #pass(from: Socket, to: Socket): void {
    from.on("data", (chunk) => {
      if (!to.write(chunk)) from.pause();
    });
    to.on("drain", () => {
      if (!this.#stalled) from.resume();
    });
    from.on("end", () => to.end());
  }
}

/** Listens on a free loopback port. */
export async function startTcpProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<TcpProxy> {
  const links = new Map<number, Link>();
  let aimed = target;
  let total = 0;
  let refusing = false;
  const listener: Server = createServer({ allowHalfOpen: true }, (client) => {
    if (refusing) {
      client.on("error", () => {}).resetAndDestroy();
      return;
    }
    total += 1;
    const n = total;
    const server = connect({ ...aimed, allowHalfOpen: true });
    links.set(n, new Link(n, client, server, () => links.delete(n)));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const each = (fits: ((n: number) => boolean) | undefined, action: (link: Link) => void) => {
    const chosen = [...links.values()].filter((link) => fits?.(link.n) ?? true);
    for (const link of chosen) action(link);
    return chosen.length;
  };
  return {
    port: address.port,
    get open() {
      return links.size;
    },
    get total() {
      return total;
    },
    aim: (wanted) => {
      aimed = wanted;
    },
    reset: (fits) => each(fits, (link) => link.reset()),
    stall: (fits) => each(fits, (link) => link.stall()),
    flow: () => each(undefined, (link) => link.flow()),
    refuse: (on) => {
      refusing = on;
    },
    stop: () => {
      each(undefined, (link) => link.reset());
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}
