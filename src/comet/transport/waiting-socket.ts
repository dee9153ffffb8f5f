import type { Socket } from "node:net";
import type { Arrival, ArrivalGate, Connection } from "./transport.ts";

export interface WaitingSocketDeps {
  readonly arrivals: ArrivalGate;
  /** Where it is found while it waits. */
  readonly waiting: Set<WaitingSocket>;
  readonly begin: () => void;
  readonly onRefused: () => void;
}

/**
 * An accepted TCP connection that waits for its turn. It is not read: what its client sends stays
 * in the kernel, so that the client has gone is mostly found out when its turn has come.
 */
export class WaitingSocket implements Arrival {
  readonly connection: Connection;
  gone = false;
  readonly #socket: Socket;
  readonly #deps: WaitingSocketDeps;
  readonly #onGone: () => void;

  constructor(connection: Connection, socket: Socket, deps: WaitingSocketDeps) {
    this.connection = connection;
    this.#socket = socket;
    this.#deps = deps;
    this.#onGone = () => {
      if (!this.#end()) return;
      socket.destroy();
      deps.arrivals.left(this);
    };
    deps.waiting.add(this);
    socket.pause();
    socket.on("error", this.#onGone).on("close", this.#onGone);
  }

  take(): void {
    if (!this.#end()) return;
    this.#socket.off("error", this.#onGone).off("close", this.#onGone);
    this.#deps.begin();
  }

  /** The connection has no version yet, and version 1 has no words for it: it is cut. */
  refuse(): void {
    if (!this.#end()) return;
    this.#deps.onRefused();
    this.#socket.destroy();
  }

  #end(): boolean {
    if (this.gone) return false;
    this.gone = true;
    this.#deps.waiting.delete(this);
    return true;
  }
}
