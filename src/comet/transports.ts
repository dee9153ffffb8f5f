import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { Proxies } from "../kit/proxies.ts";
import { BODY_BYTES_MAX } from "../protocol/frame.ts";
import type { CometConfig } from "./config.ts";
import { createTcpTransport } from "./transport/tcp.ts";
import type { Transport } from "./transport/transport.ts";
import { createWebSocketTransport } from "./transport/websocket.ts";

/**
 * A transport drops and resets at its own limit; the channel's bound has to come first, and a
 * single large message to a client that reads well must fit as well.
 */
const HARD_LIMIT_FACTOR = 4;
const HARD_LIMIT_BYTES_MIN = 8 << 20;

/** The transports that the configuration asks for, WebSocket first. */
export function createTransports(
  config: CometConfig,
  deps: { readonly log: Log; readonly clock: Clock },
): Transport[] {
  const { tcp, websocket } = config;
  const sendBytesMax = Math.max(
    config.channel.sendBytesMax * HARD_LIMIT_FACTOR,
    HARD_LIMIT_BYTES_MIN,
  );
  const { proxies, proxyProtocol, forwardedFor } = config.admission;
  const behind = { proxies: new Proxies(proxies), proxyProtocol, forwardedFor };
  const headerTimeoutMs = config.protocol.handshakeTimeout;
  // Workers share their addresses: WebSocket in the kernel, TCP through the supervisor, in turn.
  const exclusive = config.workers === 1;
  const common = { bodyBytesMax: BODY_BYTES_MAX, sendBytesMax, exclusive, behind };
  const transports: Transport[] = [];
  if (websocket.bind.length > 0) {
    const { bind, frameBytesMax, closeLinger, origins } = websocket;
    const own = { bind, messageBytesMax: frameBytesMax, stopLingerMs: closeLinger, origins };
    transports.push(createWebSocketTransport({ ...common, ...own }, deps));
  }
  if (tcp.bind.length > 0) {
    const { bind, keepalive, keepaliveDelay, noDelay, backlog, closeLinger } = tcp;
    const own = { bind, noDelay, backlog, closeLingerMs: closeLinger, headerTimeoutMs };
    const keepAliveMs = keepalive ? keepaliveDelay : 0;
    transports.push(createTcpTransport({ ...common, ...own, keepAliveMs }, deps));
  }
  return transports;
}
