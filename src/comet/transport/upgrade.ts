import type { Arrival, ArrivalFault, ArrivalGate, Connection } from "./transport.ts";
import type { HttpRequest, HttpResponse } from "./uws.ts";

/** The path goim's clients connect to. A query is allowed and not looked at. */
export const SOCKET_PATH = "/sub";

/** An HTTP answer instead of a socket. */
export interface Refusal {
  readonly status: string;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** goim closes the connection without a word; a person with a browser or curl deserves one. */
export function refusalOf(request: HttpRequest): Refusal {
  if (request.getUrl() !== SOCKET_PATH) {
    return { status: "404 Not Found", reason: `WebSocket clients connect to ${SOCKET_PATH}` };
  }
  if (request.getMethod() !== "get") {
    return {
      status: "405 Method Not Allowed",
      reason: "a WebSocket upgrade is a GET request",
      headers: { Allow: "GET" },
    };
  }
  return upgradeFault(request) ?? { status: "400 Bad Request", reason: "Sec-WebSocket-Key is bad" };
}

/**
 * Why a request that reached the socket path is no upgrade of version 13; undefined = it is one.
 */
export function upgradeFault(request: HttpRequest): Refusal | undefined {
  if (request.getHeader("upgrade").toLowerCase() !== "websocket") {
    return {
      status: "426 Upgrade Required",
      reason: "this address speaks WebSocket only",
      headers: { Upgrade: "websocket" },
    };
  }
  if (request.getHeader("sec-websocket-version") !== "13") {
    return {
      status: "426 Upgrade Required",
      reason: "only version 13 of WebSocket is spoken",
      headers: { Upgrade: "websocket", "Sec-WebSocket-Version": "13" },
    };
  }
  return undefined;
}

/** Why a page may not connect; undefined = it may, or it is none. */
export function originFault(origin: string, allowed: readonly string[] = []): Refusal | undefined {
  if (origin === "" || allowed.length === 0) return undefined;
  const given = origin.toLowerCase();
  if (allowed.some((pattern) => isOrigin(given, pattern.toLowerCase()))) return undefined;
  return { status: "403 Forbidden", reason: "pages of this origin may not connect" };
}

/** `https://*.example.com` is any name below example.com, and not example.com itself. */
function isOrigin(origin: string, pattern: string): boolean {
  const [scheme, rest] = pattern.split("://*.");
  if (rest === undefined) return origin === pattern;
  if (!origin.startsWith(`${scheme}://`) || !origin.endsWith(`.${rest}`)) return false;
  const labels = origin.slice(`${scheme}://`.length, -rest.length - 1);
  return /^[a-z0-9.-]+$/.test(labels);
}

/** Seconds after which somebody may try again who came when too many did. */
const RETRY_AFTER_S = "2";

const faults: Readonly<Record<ArrivalFault, Refusal>> = {
  crowded: late("503 Service Unavailable", "too many connections are being made"),
  limited: late("429 Too Many Requests", "the address has or makes too many connections"),
  ending: late("503 Service Unavailable", "this server is going away"),
};

function late(status: string, reason: string): Refusal {
  return { status, reason, headers: { "Retry-After": RETRY_AFTER_S } };
}

/** An upgrade that is not answered yet. */
export class WaitingUpgrade implements Arrival {
  readonly connection: Connection;
  gone = false;
  readonly #response: HttpResponse;
  readonly #upgrade: () => void;
  readonly #onRefused: () => void;
  #aborted = false;

  constructor(
    connection: Connection,
    response: HttpResponse,
    deps: {
      readonly arrivals: ArrivalGate;
      readonly upgrade: () => void;
      readonly onRefused: () => void;
    },
  ) {
    this.connection = connection;
    this.#response = response;
    this.#upgrade = deps.upgrade;
    this.#onRefused = deps.onRefused;
    // The response must not be touched after that.
    response.onAborted(() => {
      this.gone = true;
      this.#aborted = true;
      deps.arrivals.left(this);
    });
  }

  take(): void {
    this.gone = true;
    this.#response.cork(this.#upgrade);
  }

  refuse(fault: ArrivalFault): void {
    this.gone = true;
    this.#onRefused();
    setImmediate(() => {
      if (!this.#aborted) answer(this.#response, faults[fault]);
    });
  }
}

/**
 * Answers and closes the connection, when what came with the request has been read: uWebSockets.js
 * ends a connection that sends another request before the answer. Behind one it would read on, and
 * believe a PROXY header there, which is the client's and not the balancer's.
 */
export function refuse(response: HttpResponse, refusal: Refusal): void {
  let aborted = false;
  response.onAborted(() => {
    aborted = true;
  });
  setImmediate(() => {
    if (!aborted) answer(response, refusal);
  });
}

function answer(response: HttpResponse, { status, reason, headers = {} }: Refusal): void {
  response.cork(() => {
    response.writeStatus(status);
    for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value);
    response.writeHeader("Content-Type", "text/plain; charset=utf-8");
    response.end(`${reason}\n`, true);
  });
}
