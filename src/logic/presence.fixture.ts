/** What tests of presence stand on: sessions in a list, comets in a set, events in an array. */
import type { CometDirectory, CometInfo } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { hasConnection, renewOwner, sameConnection } from "../store/owners.ts";
import type { Session, SessionStore, UserPage } from "../store/sessions.ts";
import type { Event, Events } from "./events.ts";
import { createPresenceEvents, type PresenceEvent } from "./presence-events.ts";

export const NOW = 1_795_255_325_000;

export function makeSession(changes: Partial<Session> = {}): Session {
  return {
    ...{ mid: "7", key: "k", comet: "c1", incarnation: "i1", conn: 9, platform: "web" },
    ...{ device: "d1", since: NOW - 5000, ...changes },
  };
}

/** The sessions of all, as a store without a place to lie. */
export class MemorySessions
  implements Pick<SessionStore, "byKeys" | "byMids" | "remove" | "renew" | "scan" | "users">
{
  all: Session[] = [];
  /** Called before each of these; may change `all`, or throw. */
  before: { remove?: () => void; byKeys?: () => void; scan?: () => void } = {};

  async byKeys(keys: readonly string[]): Promise<Session[][]> {
    this.before.byKeys?.();
    return keys.map((key) => this.all.filter((one) => one.key === key));
  }

  async byMids(mids: readonly string[]): Promise<Session[][]> {
    return mids.map((mid) => this.all.filter((one) => one.mid === mid));
  }

  async remove(sessions: readonly Session[]): Promise<boolean[]> {
    this.before.remove?.();
    return sessions.map((session) => {
      const rest = this.all.filter(
        (one) => one.key !== session.key || !sameConnection(one, session),
      );
      const was = rest.length < this.all.length;
      this.all = rest;
      return was;
    });
  }

  async renew(sessions: readonly Session[], onRestored?: (session: Session) => void) {
    return sessions.map((session) => {
      const owners = this.all.filter(({ key }) => key === session.key);
      const next = renewOwner(owners, session, 1);
      if (next === undefined) return false;
      if (!hasConnection(owners, session)) onRestored?.(session);
      this.all = [...this.all.filter(({ key }) => key !== session.key), ...next];
      return true;
    });
  }

  async *scan(): AsyncGenerator<readonly Session[]> {
    this.before.scan?.();
    for (const session of [...this.all]) yield [session];
  }

  async users(): Promise<UserPage> {
    const mids = [...new Set(this.all.map(({ mid }) => mid))];
    const users = mids.map((mid) => ({ mid, sessions: this.all.filter((s) => s.mid === mid) }));
    return { users, cursor: "5" };
  }
}

type Change = { joined?: CometInfo; left?: CometInfo };

/** Comets that live, as `<id>/<incarnation>`. */
export class FakeDirectory implements Pick<CometDirectory, "alive" | "onChange"> {
  readonly living: Set<string>;
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(...living: string[]) {
    this.living = new Set(living);
  }

  alive(id: string, incarnation: string): boolean {
    return this.living.has(`${id}/${incarnation}`);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  change(change: { left?: string; joined?: string }): void {
    if (change.left !== undefined) this.living.delete(change.left);
    if (change.joined !== undefined) this.living.add(change.joined);
    const info = (name: string) => {
      const [id, incarnation] = name.split("/");
      return { id, incarnation } as CometInfo;
    };
    const told = {
      ...(change.left === undefined ? {} : { left: info(change.left) }),
      ...(change.joined === undefined ? {} : { joined: info(change.joined) }),
    };
    for (const listener of this.#listeners) listener(told);
  }
}

/** Events as the stream has them: an id once. */
export class FakeEvents implements Pick<Events, "publish"> {
  readonly stored: Event[] = [];
  failing = false;
  /** Awaited before an event is stored. */
  gate: (event: Event) => Promise<void> = async () => {};

  async publish(event: Event): Promise<boolean> {
    await this.gate(event);
    if (this.failing) return false;
    if (!this.stored.some(({ id }) => id === event.id)) this.stored.push(event);
    return true;
  }

  get ids(): string[] {
    return this.stored.map(({ id }) => id);
  }

  get bodies(): PresenceEvent[] {
    return this.stored.map(({ data }) => JSON.parse(Buffer.from(data).toString()));
  }
}

export function setUpPresence(options: { presence?: boolean; anonymous?: boolean } = {}) {
  const clock = new FakeClock(NOW);
  const subjects = createSubjects("goim");
  const events = new FakeEvents();
  const config = { presence: true, anonymous: false, ...options };
  const presence = createPresenceEvents(config, { events, subjects, clock });
  return { clock, subjects, events, presence, store: new MemorySessions() };
}

/** Lets promise chains go on, however long they are in these tests. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}
