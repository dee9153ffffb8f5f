import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Address, addressText } from "../../kit/config.ts";
import { GoimError } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Service } from "../../kit/service.ts";
import { answer, requestOf, useLightResponses } from "./light.ts";

export interface HttpServerOptions {
  readonly address: Address;
  readonly headerBytesMax: number;
  readonly connectionsMax: number;
  /** Times in milliseconds. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAlive: number;
}

export interface HttpServer extends Service {
  /** Where it listens, port 0 resolved. Only after start. */
  readonly address: Address;
}

export interface HttpServerDeps {
  /** `env.remoteAddress`: who called, as the socket tells it. */
  readonly fetch: (
    request: Request,
    env: { readonly remoteAddress: string },
  ) => Response | Promise<Response>;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** An IPv4 address as a socket of both kinds tells it. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

/** The socket under the app. Draining, it takes no new connection and finishes what it began. */
export function createHttpServer(options: HttpServerOptions, deps: HttpServerDeps): HttpServer {
  const { log, metrics } = deps;
  let inFlight = 0;
  let draining = false;
  let bound: Address | undefined;
  let closed: Promise<void> | undefined;

  useLightResponses();
  const server = createServer(
    {
      maxHeaderSize: options.headerBytesMax,
      headersTimeout: options.headersTimeout,
      requestTimeout: Math.max(options.requestTimeout, options.headersTimeout),
      keepAliveTimeout: options.keepAlive,
    },
    (request: IncomingMessage, response: ServerResponse) => {
      inFlight++;
      response.on("close", () => {
        inFlight--;
        if (draining) setImmediate(() => server.closeIdleConnections());
      });
      void handle(request, response, deps, () => draining);
    },
  );
  server.maxConnections = options.connectionsMax;
  let connections = 0;
  server.on("connection", (socket) => {
    connections++;
    socket.once("close", () => connections--);
  });
  metrics.levelOf("http_connections", "Open connections", () => connections);
  metrics.levelOf("http_in_flight", "Requests being answered", () => inFlight);

  const close = () => {
    closed ??= new Promise<void>((resolve) => server.close(() => resolve()));
    return closed;
  };

  return {
    name: "http",
    get address() {
      if (bound === undefined) throw new Error("the HTTP server has not started");
      return bound;
    },
    start: async () => {
      bound = await listen(server, options.address);
      // A connection that cannot be accepted (no file descriptor left) must not end the process.
      server.on("error", (error) => log.warn({ error: error.message }, "HTTP server"));
      log.info({ listen: "http", address: addressText(bound) }, "listening");
    },
    drain: async () => {
      draining = true;
      await close();
    },
    stop: async () => {
      const ended = close();
      server.closeAllConnections();
      await ended;
    },
  };
}

/** Never rejects. `last` tells, when it is answered, whether the connection takes no other. */
async function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { fetch, log }: HttpServerDeps,
  last: () => boolean,
): Promise<void> {
  try {
    const request = requestIn(incoming);
    const remoteAddress = incoming.socket.remoteAddress?.replace(MAPPED, "") ?? "";
    const response = request === undefined ? unreadable() : await fetch(request, { remoteAddress });
    if (last()) outgoing.setHeader("Connection", "close");
    const sent = answer(outgoing, response);
    if (sent !== undefined) await sent;
  } catch (error) {
    log.error({ err: error }, "bug in the HTTP server");
    outgoing.destroy();
  }
}

/** Undefined when its target or Host is no URL. */
function requestIn(incoming: IncomingMessage): Request | undefined {
  try {
    return requestOf(incoming);
  } catch {
    return undefined;
  }
}

function unreadable(): Response {
  return new Response(null, { status: 400 });
}

function listen(server: Server, address: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) => {
      const text = addressText(address);
      const why = cause.code === "EADDRINUSE" ? "is in use by another process" : cause.message;
      reject(new GoimError("unavailable", `${text} (httpServer.addr): ${why}`, { cause }));
    };
    server.once("error", failed);
    server.listen(address.port, address.host, () => {
      server.off("error", failed);
      const { port } = server.address() as AddressInfo;
      resolve({ host: address.host, port });
    });
  });
}
