import type { ChaosClient, ClientOptions } from "./client.ts";
import { type Sdk, SdkChaosClient } from "./client-sdk.ts";
import { Version1Client } from "./client-v1.ts";
import { Version2Client } from "./client-v2.ts";
import { Connection } from "./connection.ts";
import { EVENTS_MAX, type Messages } from "./history.ts";
import type { Random } from "./random.ts";

export interface FleetOptions {
  readonly random: Random;
  readonly messages: Messages;
  readonly urls: Readonly<Record<"ws" | "tcp", readonly string[]>>;
  readonly rooms: readonly string[];
  readonly mids: readonly string[];
  readonly version1: number;
  readonly version2: number;
  /** Most clients of version 2 use it, if there is one; the others speak the bare protocol. */
  readonly sdk: Sdk | undefined;
}

export interface Fleet {
  readonly clients: readonly ChaosClient[];
  /** Events written down by all of them. */
  readonly events: () => number;
}

const ROOMS_MAX = 4;
const CHANGE_MS = 25_000;
const ONLINE_MS = 30_000;

/**
 * Both versions on both transports. Some have no mid, some share one; a part comes and goes, a part
 * changes rooms, a part never acknowledges.
 */
export function createFleet(options: FleetOptions): Fleet {
  let events = 0;
  const budget = () => {
    events += 1;
    return events <= EVENTS_MAX;
  };
  const base = (name: string, n: number): ClientOptions => {
    const random = options.random.fork(name);
    const mid = n % 10 === 9 ? "" : (options.mids[n % options.mids.length] ?? "");
    return {
      ...{ name, mid, random, budget, rooms: options.rooms, messages: options.messages },
      urls: options.urls[random.chance(0.5) ? "ws" : "tcp"],
      onlineMs: random.chance(0.3) ? ONLINE_MS : 0,
      roomsMs: random.chance(0.5) ? CHANGE_MS : 0,
    };
  };
  const clients: ChaosClient[] = [];
  for (let n = 0; n < options.version1; n++) clients.push(new Version1Client(base(`a${n}`, n)));
  for (let n = 0; n < options.version2; n++) {
    const own = base(`b${n}`, n);
    const roomsMax = 1 + own.random.below(ROOMS_MAX);
    const mine = { ...own, roomsMax, silent: own.random.chance(0.1) };
    const { sdk } = options;
    if (sdk === undefined || n % 4 === 0) clients.push(new Version2Client(mine));
    else clients.push(new SdkChaosClient(sdk, { ...mine, urls: options.urls.ws }));
  }
  return { clients, events: () => events };
}

/** Whether the system answers a login of version 2 as one. */
export async function speaksVersion2(url: string): Promise<boolean> {
  const connection = await Connection.open({
    ...{ url, version: 2, timeoutMs: 10_000 },
    ...{ onPush: () => {}, onClosed: () => {}, onFault: () => {} },
  });
  try {
    const reply = await connection.request(7, "{}");
    return reply.body.length > 0;
  } finally {
    connection.destroy();
  }
}
