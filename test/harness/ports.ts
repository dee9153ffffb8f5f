import { createServer } from "node:net";

/**
 * Ports that the kernel never gives to an outgoing connection (32768 to 60999 by default): of those
 * one may be gone when a killed server wants its own back.
 */
const LOWEST = 10_000;
const HIGHEST = 32_000;
const TRIES_MAX = 1000;

/** Given out by this process and not to be given twice, though nothing listens on them yet. */
const given = new Set<number>();

/** A loopback port on which nothing listens now, and which stays free for a server's restart. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port)) continue;
    given.add(port);
    if (await isUnused(port)) return port;
  }
  throw new Error(`no free port between ${LOWEST} and ${HIGHEST} in ${TRIES_MAX} tries`);
}

export function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, () => freePort()));
}

/** Nobody listens on it, on this address or on all. */
function isUnused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "0.0.0.0", () => server.close(() => resolve(true)));
  });
}
