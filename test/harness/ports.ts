import { createServer } from "node:net";

/** Given out by this process and not to be given twice, though nothing listens on them yet. */
const given = new Set<number>();

/**
 * A loopback port on which nothing listens now. Another process may take it before the caller does:
 * a program that can listen on port 0 should do that instead.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await unusedPort();
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}

function unusedPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no port was bound");
      server.close(() => resolve(address.port));
    });
  });
}
