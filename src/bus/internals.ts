/**
 * The few things about a connection that the NATS client knows and does not tell. Kept in one file,
 * each with its reason, to be looked at when the client's version changes.
 */
import type { Socket } from "node:net";
import type { NatsConnection } from "@nats-io/nats-core";
import type { NatsConnectionImpl } from "@nats-io/nats-core/internal";

/**
 * Whether the client would hand a message to a server now. While it dials it keeps what is
 * published and sends it after the connection is up; we do not want that.
 */
export function isUp(connection: NatsConnection): boolean {
  return (connection as NatsConnectionImpl).protocol.connected;
}

/** Bytes handed to the client that the kernel has not taken yet. */
export function outboundBytes(connection: NatsConnection): number {
  const { outbound } = (connection as NatsConnectionImpl).protocol;
  return outbound.size() + (socketOf(connection)?.writableLength ?? 0);
}

/**
 * Ends the socket at once. For a connection whose pings stay unanswered the client first waits for
 * its last write; a server that is stopped with a full socket would keep it waiting for ever.
 */
export function cut(connection: NatsConnection): void {
  socketOf(connection)?.destroy();
}

/**
 * What is published in one turn of the event loop goes out in one write. The client by itself
 * writes after every few promises, and a write costs more than what is in it.
 */
export class Gathered {
  #socket: Socket | undefined;

  /** To be called before something is published. */
  begin(connection: NatsConnection): void {
    const socket = socketOf(connection);
    if (socket === undefined || socket === this.#socket) return;
    this.#socket = socket;
    socket.cork();
    setImmediate(() => {
      if (this.#socket === socket) this.#socket = undefined;
      socket.uncork();
    });
  }
}

function socketOf(connection: NatsConnection): Socket | undefined {
  const { transport } = (connection as NatsConnectionImpl).protocol;
  return (transport as { socket?: Socket } | undefined)?.socket;
}
