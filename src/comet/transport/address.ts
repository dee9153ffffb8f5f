import { createServer } from "node:net";
import { GoimError, messageOf } from "../../kit/errors.ts";

/** Why a listen failed, as a sentence for the person who started the process. */
export function listenFault(name: string, address: string, error: unknown): GoimError {
  const code = (error as NodeJS.ErrnoException).code;
  const why =
    code === "EADDRINUSE"
      ? "another process uses it"
      : code === "EACCES"
        ? "this user may not bind it (ports below 1024 need a privilege)"
        : code === "EADDRNOTAVAIL" || code === "ENOTFOUND"
          ? "this machine has no such address"
          : messageOf(error);
  const sentence = `cannot listen for ${name} on ${address}: ${why}`;
  return new GoimError("unavailable", sentence, { cause: error });
}

/**
 * Binds and frees an address, to learn why somebody else could not: uWebSockets.js only says that
 * it failed. Gives the error, or one that says it works now.
 */
export function bindError(host: string, port: number): Promise<Error> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", resolve);
    probe.listen({ host, port, exclusive: true }, () => {
      const shared = new Error("a process that shares it holds it, or held it a moment ago");
      probe.close(() => resolve(shared));
    });
  });
}

/**
 * A port that is free now. uWebSockets.js sets SO_REUSEADDR on every port but 0; without it a
 * process that is started again on the port it had gets it only when its old connections have died
 * out.
 */
export function freePortOf(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen({ host, port: 0, exclusive: true }, () => {
      const address = probe.address();
      const port = typeof address === "object" ? (address?.port ?? 0) : 0;
      probe.close(() => resolve(port));
    });
  });
}
