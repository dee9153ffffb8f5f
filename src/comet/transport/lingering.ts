import type { Socket } from "node:net";
import type { Clock, Timer } from "../../kit/clock.ts";

/**
 * Closed sockets that still send what waited. All have the same time, so they stand in the order of
 * their deadlines and one timer serves them all; who is not done by then loses what still waits
 * here.
 */
export class Lingering {
  readonly #lingerMs: number;
  readonly #clock: Clock;
  readonly #deadlines = new Map<Socket, number>();
  #timer: Timer | undefined;
  #waiting: (() => void)[] = [];

  constructor(lingerMs: number, clock: Clock) {
    this.#lingerMs = lingerMs;
    this.#clock = clock;
  }

  get size(): number {
    return this.#deadlines.size;
  }

  add(socket: Socket): void {
    if (socket.destroyed) return;
    this.#deadlines.set(socket, this.#clock.monotonic() + this.#lingerMs);
    socket.once("close", () => this.#remove(socket));
    this.#arm(this.#lingerMs);
  }

  /** Resolves when none is left; `lingerMs` is the bound. */
  empty(): Promise<void> {
    if (this.#deadlines.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #arm(delayMs: number): void {
    this.#timer ??= this.#clock.setTimeout(() => this.#sweep(), delayMs);
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (const [socket, deadline] of this.#deadlines) {
      if (deadline > now) {
        this.#arm(deadline - now);
        return;
      }
      socket.destroy();
      this.#remove(socket);
    }
  }

  #remove(socket: Socket): void {
    this.#deadlines.delete(socket);
    if (this.#deadlines.size > 0) return;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
