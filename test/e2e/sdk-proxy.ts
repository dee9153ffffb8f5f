/** A TCP proxy between clients and a comet, to cut and to stall what goes through it. */
import { connect, createServer, type Socket } from "node:net";

export interface SdkProxy {
  /** `host:port` that clients connect to. */
  readonly address: string;
  /** Ends every connection; clients may come back at once. */
  cut(): void;
  /** Nothing passes in either direction until `flow`, and nobody is told. */
  stall(): void;
  flow(): void;
  /** Connections there are. */
  readonly links: number;
  stop(): Promise<void>;
}

/** Passes on to `target()`, a `host:port` that is asked for at each connection. */
export async function startSdkProxy(target: () => string): Promise<SdkProxy> {
  const links = new Set<readonly [Socket, Socket]>();
  let stalled = false;
  const server = createServer((client) => {
    const [host, port] = target().split(":");
    const comet = connect({ host: host ?? "", port: Number(port), noDelay: true });
    const link = [client, comet] as const;
    links.add(link);
    client.setNoDelay(true);
    for (const [from, to] of [link, [comet, client] as const]) {
      from.pipe(to);
      if (stalled) from.pause();
      const end = () => {
        links.delete(link);
        client.destroy();
        comet.destroy();
      };
      from.on("error", end);
      from.on("close", end);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const each = (action: (socket: Socket) => void) => {
    for (const link of [...links]) for (const socket of link) action(socket);
  };
  return {
    address: `127.0.0.1:${address.port}`,
    get links() {
      return links.size;
    },
    cut: () => each((socket) => socket.resetAndDestroy()),
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
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
