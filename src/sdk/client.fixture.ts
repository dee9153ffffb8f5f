import { FakeClock } from "../kit/clock.fake.ts";
import { createClient, type GoimClient } from "./client.ts";
import type { GoimClientError } from "./errors.ts";
import type { ClientOptions } from "./options.ts";
import { FakeServer } from "./server.fixture.ts";

/** Promises that are due, then time, a millisecond at a time. */
export async function run(clock: FakeClock, ms = 20): Promise<void> {
  for (let at = 0; at <= ms; at++) {
    for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    if (at < ms) clock.advance(1);
  }
}

/** A client with its server, its clock, and what it said. */
export class Bench {
  readonly clock = new FakeClock();
  readonly server = new FakeServer(this.clock);
  readonly client: GoimClient;
  readonly states: string[] = [];
  readonly errors: GoimClientError[] = [];

  constructor(options: Partial<ClientOptions> = {}) {
    this.client = createClient({
      ...(options.nodes === undefined ? { url: "ws://one:3102/sub" } : {}),
      token: { mid: 1, key: "k", device: "d" },
      WebSocket: this.server.WebSocket,
      clock: this.clock,
      random: () => 0.5,
      network: null,
      ...options,
    });
    this.client.on("state", (state) => this.states.push(state.name));
    this.client.on("error", (error) => this.errors.push(error));
  }

  run(ms?: number): Promise<void> {
    return run(this.clock, ms);
  }

  /** Throws when a timer or a socket is left. */
  async close(): Promise<void> {
    const closed = this.client.close();
    await this.run(5);
    await closed;
    const { sockets } = this.server;
    if (this.clock.pending > 0 || sockets.size > 0) {
      throw new Error(`${this.clock.pending} timers and ${sockets.size} sockets are left`);
    }
  }

  async online(): Promise<void> {
    this.client.connect();
    await this.run();
  }
}
