import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Address, addressText } from "./config-values.ts";
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Service } from "./service.ts";

/**
 * Why something is not ready, in a few words; undefined when it is. Cheap: asked by every probe.
 */
export type Check = () => string | undefined;

/** The operators' view of a process: what its parts report to. */
export interface Admin {
  /** Adds a line to /readyz. A name is given once. */
  addCheck(name: string, check: Check): void;
}

export type Phase = "starting" | "ready" | "draining";

/** The server behind it, which only process.ts holds. */
export interface AdminServer extends Admin, Service {
  /** /readyz says no in every phase but "ready". */
  setPhase(phase: Phase): void;
  /** Where it listens, port 0 resolved. Only after start. */
  readonly address: Address;
}

/** Probes and scrapes are short; a client that stalls is cut off. */
const requestTimeoutMs = 5_000;

/**
 * GET /healthz (the process turns), /readyz (it can do its work) and /metrics (Prometheus text).
 */
export function createAdmin(
  options: { readonly address: Address },
  deps: { readonly log: Log; readonly metrics: Metrics },
): AdminServer {
  const checks = new Map<string, Check>();
  let phase: Phase = "starting";
  let bound: Address | undefined;

  const readiness = () => {
    const failing: Record<string, string> = {};
    if (phase !== "ready") failing.process = phase;
    for (const [name, check] of checks) {
      const reason = reasonOf(check);
      if (reason !== undefined) failing[name] = reason;
    }
    return { ready: Object.keys(failing).length === 0, failing };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD") {
      send(response, 405, "text/plain", "only GET\n");
    } else if (path === "/healthz") {
      send(response, 200, "text/plain", "ok\n");
    } else if (path === "/readyz") {
      const state = readiness();
      send(response, state.ready ? 200 : 503, "application/json", `${JSON.stringify(state)}\n`);
    } else if (path === "/metrics") {
      const { registry } = deps.metrics;
      send(response, 200, registry.contentType, await registry.metrics());
    } else {
      send(response, 404, "text/plain", "here are /healthz, /readyz and /metrics\n");
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      deps.log.error({ error: messageOf(error), url: request.url }, "admin request failed");
      send(response, 500, "text/plain", "internal error\n");
    });
  });
  server.requestTimeout = requestTimeoutMs;
  server.headersTimeout = requestTimeoutMs;

  return {
    name: "admin",
    addCheck(name, check) {
      if (checks.has(name)) throw new Error(`readiness check ${name} is there already`);
      checks.set(name, check);
    },
    setPhase(next) {
      phase = next;
    },
    get address() {
      if (bound === undefined) throw new Error("the admin server is not listening");
      return bound;
    },
    async start() {
      bound = await listen(server, options.address);
      // A connection that cannot be accepted (no file descriptor left) must not end the process.
      server.on("error", (error) => deps.log.warn({ error: messageOf(error) }, "admin server"));
      deps.log.info({ listen: "admin", address: addressText(bound) }, "listening");
    },
    stop: () => close(server),
  };
}

function reasonOf(check: Check): string | undefined {
  try {
    return check();
  } catch (error) {
    return messageOf(error);
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(body);
}

function listen(server: Server, address: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Each worker of a supervisor has its own.
    server.listen({ ...address, exclusive: true }, () => {
      server.off("error", reject);
      resolve({ host: address.host, port: (server.address() as AddressInfo).port });
    });
  });
}

function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
