import { hash32 } from "../../src/kit/hash.ts";
import type { WhenFull } from "../../src/store/owners.ts";
import type { Session, SessionStore } from "../../src/store/sessions.ts";

export interface SpaceOptions {
  readonly expireMs?: number;
  readonly maxPerKey?: number;
  readonly whenFull?: WhenFull;
  readonly maxPerMid?: number;
}

/** An empty store of its own; every `open` is one more process that uses it. */
export interface SessionsSpace {
  open(): Promise<SessionStore>;
  /** Everything in it is lost, as after the loss of a disk. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

/** A real server on which the spaces lie. */
export interface SessionsServer {
  space(options: SpaceOptions): Promise<SessionsSpace>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Whether the sessions outlive a killed server. */
  readonly durable: boolean;
}

/** How a group of tests opens stores on the server of its suite. */
export interface SessionsFixture {
  openSpace(options?: SpaceOptions): Promise<SessionsSpace>;
  openStore(options?: SpaceOptions): Promise<SessionStore>;
  /** Two processes' stores in one space. */
  openTwo(options?: SpaceOptions): Promise<readonly [SessionStore, SessionStore]>;
}

export const minute = 60_000;
let conns = 0;

export function session(over: Partial<Session> = {}): Session {
  conns++;
  return {
    mid: "7001",
    key: `key-${conns}`,
    comet: "comet-1",
    incarnation: "i1",
    conn: conns,
    platform: "web",
    device: `device-${conns}`,
    since: 1_795_255_325_000 + conns,
    ...over,
  };
}

/** The results of a put that has to succeed. */
export async function put(store: SessionStore, ...sessions: Session[]): Promise<Session[][]> {
  const outcomes = await store.put(sessions);
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

export function sorted(sessions: readonly Session[]): string[] {
  return sessions.map((item) => JSON.stringify(item, Object.keys(item).sort())).sort();
}

export async function oneKey(store: SessionStore, key: string): Promise<Session[]> {
  return (await store.byKeys([key]))[0] ?? [];
}

export async function oneMid(store: SessionStore, mid: string): Promise<Session[]> {
  return (await store.byMids([mid]))[0] ?? [];
}

/** A connection belongs to one user for its whole life. */
export function midOf(item: Omit<Session, "mid">): string {
  return String(hash32(`${item.key} ${item.comet} ${item.incarnation} ${item.conn}`) % 3);
}

/** What every session store promises (src/store/sessions.ts), against a real server. */
