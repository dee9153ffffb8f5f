import { type BackoffValues, DEFAULT_BACKOFF } from "./backoff.ts";
import { type ClientClock, systemClock } from "./clock.ts";
import { GoimClientError } from "./errors.ts";
import type { FetchLike } from "./nodes.ts";
import { globalOf } from "./platform.ts";
import type { TokenSource } from "./token.ts";

/** As much of a WebSocket as is used; a browser's and the one of the package `ws` both fit. */
export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  /** `ws` has it: ends the connection without waiting for the peer. */
  terminate?(): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** Says when the network comes and goes: a browser's window. */
export interface NetworkEvents {
  addEventListener(type: "online" | "offline", listener: () => void): void;
  removeEventListener(type: "online" | "offline", listener: () => void): void;
}

/** Bounds of what the client holds in memory. */
export interface ClientLimits {
  /** Publishes that wait for their answer; the next one is refused. */
  readonly pendingPublishes: number;
  /** Calls to services that wait for their answer; the next one is refused. */
  readonly pendingCalls: number;
  /** Calls on their way at once; keep it at or below the server's `upstream.callsPerConnection`. */
  readonly callsInFlight: number;
  /** Messages of one room that an iterator holds for a slow loop; then it ends with `overflow`. */
  readonly bufferedMessages: number;
  /**
   * User, key and broadcast messages that wait for their handler. When full, broadcasts and keyed
   * messages are dropped (`dropped` event); user messages come again from the mailbox.
   */
  readonly inbox: number;
  /** User messages that are handed over, and not acknowledged, before no further ones are. */
  readonly unacknowledged: number;
}

/** All in milliseconds. */
export interface ClientTiming {
  /** Address, token, socket and login together. */
  readonly connect: number;
  /** Between heartbeats; the server's value when that is shorter. */
  readonly heartbeat: number;
  /** From a heartbeat to any packet; then the connection counts as dead. */
  readonly heartbeatAnswer: number;
  /** Online for this long: the next loss starts with the shortest wait again. */
  readonly stable: number;
  /** history, sub, unsub, leave. */
  readonly request: number;
  /** A publish is repeated until then. The server knows a repetition for two minutes. */
  readonly publish: number;
  /** A call to a service; the server gives up after `upstream.callTimeout` (5 s). */
  readonly call: number;
  /** Acknowledgements are gathered for this long. */
  readonly acknowledge: number;
  /** An orderly close; then the socket is dropped. */
  readonly close: number;
}

export interface ClientOptions {
  /** A fixed address: `ws://host:3102/sub`. Either this or `nodes`. */
  readonly url?: string;
  /** Logic's HTTP address, `http://host:3111`: it names the servers and how to come back. */
  readonly nodes?: string;
  /** Who connects; a function is asked anew at each connect. */
  readonly token?: TokenSource;
  /** Default: the global one. Node 20 has none: pass that of `ws`. */
  readonly WebSocket?: WebSocketConstructor;
  readonly fetch?: FetchLike;
  /** Acknowledge user messages when their handlers are done. Default true. */
  readonly autoAck?: boolean;
  readonly limits?: Partial<ClientLimits>;
  readonly timing?: Partial<ClientTiming>;
  /** Over the server's values. */
  readonly backoff?: Partial<BackoffValues>;
  readonly clock?: ClientClock;
  /** 0 to 1, for the waits. */
  readonly random?: () => number;
  /** Default: the browser's window; null for none. */
  readonly network?: NetworkEvents | null;
}

/** The options with every default in place. */
export interface Settings {
  readonly url: string | undefined;
  readonly nodes: string | undefined;
  readonly token: TokenSource;
  readonly WebSocket: WebSocketConstructor;
  readonly fetch: FetchLike;
  readonly autoAck: boolean;
  readonly limits: ClientLimits;
  readonly timing: ClientTiming;
  readonly backoff: Partial<BackoffValues>;
  readonly clock: ClientClock;
  readonly random: () => number;
  readonly network: NetworkEvents | undefined;
}

const LIMITS: ClientLimits = {
  pendingPublishes: 256,
  pendingCalls: 1024,
  callsInFlight: 16,
  bufferedMessages: 1000,
  inbox: 1000,
  unacknowledged: 4096,
};

const TIMING: ClientTiming = {
  connect: 10_000,
  heartbeat: 30_000,
  heartbeatAnswer: 10_000,
  stable: 10_000,
  request: 10_000,
  publish: 30_000,
  call: 10_000,
  acknowledge: 200,
  close: 2_000,
};

/** Below the server's window of two minutes: later, a repetition could be stored twice. */
const PUBLISH_MAX_MS = 100_000;

/** Throws GoimClientError `invalid` where the options cannot work. */
export function settingsOf(options: ClientOptions): Settings {
  if ((options.url === undefined) === (options.nodes === undefined)) {
    throw new GoimClientError("invalid", "give either url or nodes");
  }
  const socket = options.WebSocket ?? globalOf<WebSocketConstructor>("WebSocket");
  if (socket === undefined) {
    throw new GoimClientError(
      "invalid",
      "there is no global WebSocket here: pass one (of ws, say)",
    );
  }
  const timing = { ...TIMING, ...options.timing };
  if (timing.publish > PUBLISH_MAX_MS) {
    throw new GoimClientError("invalid", `timing.publish is at most ${PUBLISH_MAX_MS}`);
  }
  return {
    url: options.url,
    nodes: options.nodes,
    token: options.token ?? {},
    WebSocket: socket,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    autoAck: options.autoAck ?? true,
    limits: { ...LIMITS, ...options.limits },
    timing,
    backoff: options.backoff ?? {},
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    network: options.network === undefined ? browserWindow() : (options.network ?? undefined),
  };
}

/** The waits: this client's own values, else the server's, else the defaults. */
export function backoffFor(settings: Settings, server: Partial<BackoffValues>): BackoffValues {
  return { ...DEFAULT_BACKOFF, ...server, ...settings.backoff };
}

function browserWindow(): NetworkEvents | undefined {
  return globalOf<NetworkEvents>("window");
}
