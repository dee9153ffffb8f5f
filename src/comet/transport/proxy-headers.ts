import type { Socket } from "node:net";
import type { Clock, Timer } from "../../kit/clock.ts";
import { PROXY_HEADER_BYTES_MAX, readProxyHeader } from "./proxy-protocol.ts";

/** The address that the header names, if it names one, and what came behind it. */
type OnHeader = (address: string | undefined, rest: Buffer) => void;

interface Waiting {
  readonly timer: Timer;
  readonly stop: () => void;
}

/** TCP connections of balancers, from the accept to the end of their PROXY header. */
export class ProxyHeaders {
  readonly #timeoutMs: number;
  readonly #deps: { readonly clock: Clock; readonly onRefused: (text: string) => void };
  readonly #waiting = new Map<Socket, Waiting>();

  constructor(
    timeoutMs: number,
    deps: { readonly clock: Clock; readonly onRefused: (text: string) => void },
  ) {
    this.#timeoutMs = timeoutMs;
    this.#deps = deps;
  }

  /** Calls `onHeader` once, with no listener of ours left; or cuts the connection. */
  wait(socket: Socket, onHeader: OnHeader): void {
    let seen: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      const header = readProxyHeader(seen);
      if (header.kind === "more" && seen.length <= PROXY_HEADER_BYTES_MAX) return;
      if (header.kind !== "header") {
        this.#refuse(socket, header.kind === "bad" ? header.text : "the PROXY header is too long");
        return;
      }
      this.#forget(socket);
      onHeader(header.address, seen.subarray(header.bytes));
    };
    const onGone = () => this.#refuse(socket, "the balancer closed before its PROXY header");
    const { clock } = this.#deps;
    const timer = clock.setTimeout(() => {
      this.#refuse(socket, "the balancer sent no PROXY header in time");
    }, this.#timeoutMs);
    const stop = () => {
      socket.off("data", onData).off("end", onGone).off("error", onGone).off("close", onGone);
    };
    this.#waiting.set(socket, { timer, stop });
    socket.on("data", onData).on("end", onGone).on("error", onGone).on("close", onGone);
  }

  /** Cuts all that still wait. */
  stop(): void {
    for (const socket of [...this.#waiting.keys()]) this.#refuse(socket, "the server is stopping");
  }

  #refuse(socket: Socket, text: string): void {
    if (!this.#forget(socket)) return;
    // A reset that comes now must find a listener.
    socket.on("error", () => undefined);
    socket.destroy();
    this.#deps.onRefused(text);
  }

  #forget(socket: Socket): boolean {
    const waiting = this.#waiting.get(socket);
    if (waiting === undefined) return false;
    this.#waiting.delete(socket);
    this.#deps.clock.clearTimeout(waiting.timer);
    waiting.stop();
    return true;
  }
}
