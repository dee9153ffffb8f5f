/** A system whose rooms have policies, and what its tests ask of it. */
import { Operation } from "../../src/protocol/operation.ts";
import type { RemovedBody, RoomFailure, RoomPlace } from "../../src/protocol/v2.ts";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { connectV2, jsonOf, type V2Client } from "../harness/client-v2.ts";
import { type System, type SystemOptions, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";

export interface Answer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

/** What a client is told about a room. */
export interface ToldEvent {
  readonly event: string;
  readonly room: string;
  readonly by?: string;
  readonly mids?: readonly string[];
}

export class RoomsSystem {
  readonly system: System;
  readonly #clients: TestClient[] = [];

  private constructor(system: System) {
    this.system = system;
  }

  static async start(options: SystemOptions = {}): Promise<RoomsSystem> {
    const env = { GOIM_ROOMS_DECLARED_ONLY: "vip", ...options.env };
    return new RoomsSystem(await startSystem({ comets: 2, logics: 2, ...options, env }));
  }

  /** One call of /api/v1; `n` is the logic that is asked. */
  async api(method: string, path: string, body?: object, n = 0): Promise<Answer> {
    const logic = this.system.logics[n] ?? this.system.logics[0];
    const response = await fetch(`${logic.http}/api/v1/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { "Content-Type": "application/json" },
    });
    return { status: response.status, json: (await response.json()) as Answer["json"] };
  }

  /** The same, and it has to succeed. */
  async done(method: string, path: string, body?: object, n = 0): Promise<Answer["json"]> {
    const { status, json } = await this.api(method, path, body, n);
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  /** A logged-in client of version 2. */
  async v2(mid: number, n = 0, token: object = {}): Promise<V2Client> {
    const client = await connectV2({ url: (this.system.comets[n] ?? this.system.comets[0]).ws });
    this.#clients.push(client.client);
    await client.auth({ mid, key: `k${mid}-${this.#clients.length}`, accepts: [100], ...token });
    return client;
  }

  /** A logged-in client of version 1. */
  async v1(mid: number, room: string, n = 0): Promise<TestClient> {
    const url = (this.system.comets[n] ?? this.system.comets[0]).ws;
    const token = { mid, key: `k${mid}-${this.#clients.length}`, room_id: room };
    const client = await connectAndAuth({ url, token });
    this.#clients.push(client);
    return client;
  }

  async push(type: string, room: string, body: string): Promise<number> {
    const { offset } = await this.done("POST", "push/room", { type, room, op: 1000, body });
    return offset as number;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.system.stop();
  }
}

/** The code of a refused room, "" for one that was entered. */
export function codeOf(place: RoomPlace | RoomFailure | undefined): string {
  return place !== undefined && "error" in place ? place.error.code : "";
}

export function eventsOf(client: TestClient): ToldEvent[] {
  return client.messages
    .filter(({ op }) => op === Operation.RoomEvent)
    .map(({ text }) => JSON.parse(text) as ToldEvent);
}

/** The rooms that the server took the connection out of. */
export function removedFrom({ client }: V2Client): RemovedBody[] {
  return client.replies
    .filter(({ op }) => op === Operation.Removed)
    .map((packet) => jsonOf<RemovedBody>(packet));
}

/** Within a second, as is promised. */
export async function soon(condition: () => unknown, what: string): Promise<void> {
  await waitFor(() => (condition() ? true : undefined), { timeoutMs: 1000, describe: what });
}
