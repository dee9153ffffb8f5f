/** A balancer of packets in front of a comet: says the same words before each client's bytes. */

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export interface Balancer {
  /** host:port to connect to. */
  readonly address: string;
  stop(): void;
}

/** `header` goes first on every connection to `target` (host:port). */
export async function startBalancer(target: string, header: Uint8Array): Promise<Balancer> {
  const { hostname, port } = new URL(`tcp://${target}`);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const comet = connect({ host: hostname, port: Number(port), noDelay: true });
    comet.write(header);
    for (const [from, to] of [
      [client, comet],
      [comet, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The PROXY header of version 1 or 2 of a client at this IPv4 address. */
export function proxyHeader(version: 1 | 2, address: string): Uint8Array {
  if (version === 1) return Buffer.from(`PROXY TCP4 ${address} 10.0.0.1 5000 3101\r\n`);
  return Buffer.concat([
    Buffer.from("0d0a0d0a000d0a515549540a2111000c", "hex"),
    Buffer.from([...address.split(".").map(Number), 10, 0, 0, 1, 19, 136, 12, 29]),
  ]);
}
