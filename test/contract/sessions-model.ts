import type { WhenFull } from "../../src/store/owners.ts";
import type { Session } from "../../src/store/sessions.ts";

/** The naive session store: one list, newest last, walked for every question. */
export class SessionsModel {
  readonly #maxPerKey: number;
  readonly #whenFull: WhenFull;
  #all: Session[] = [];

  constructor(maxPerKey: number, whenFull: WhenFull) {
    this.#maxPerKey = maxPerKey;
    this.#whenFull = whenFull;
  }

  byKey(key: string): Session[] {
    return this.#all.filter((item) => item.key === key);
  }

  byMid(mid: string): Session[] {
    return mid === "0" ? [] : this.#all.filter((item) => item.mid === mid);
  }

  has({ key, comet, conn }: Session): boolean {
    return this.byKey(key).some((item) => item.comet === comet && item.conn === conn);
  }

  all(): readonly Session[] {
    return this.#all;
  }

  /** Undefined when it is refused. */
  put(session: Session): Session[] | undefined {
    const at = this.#find(session);
    if (at >= 0) {
      this.#replace(at, session);
      return [];
    }
    const dead = this.#all.filter((item) => this.#isDead(item, session)).length;
    const full = this.byKey(session.key).length - dead >= this.#maxPerKey;
    if (full && this.#whenFull === "refuse-newest") return undefined;
    const displaced = this.#dropDead(session);
    this.#all.push(session);
    while (this.byKey(session.key).length > this.#maxPerKey) {
      const [oldest] = this.byKey(session.key);
      if (oldest === undefined) break;
      displaced.push(oldest);
      this.#drop(oldest);
    }
    return displaced;
  }

  renew(session: Session): boolean {
    const at = this.#find(session);
    if (at >= 0) {
      this.#replace(at, session);
      return true;
    }
    const before = this.#all.findIndex(
      (item) => this.#isDead(item, session) && item.conn === session.conn,
    );
    if (before >= 0) {
      this.#replace(before, session);
      this.#dropDead(session);
      return true;
    }
    const dead = this.#all.filter((item) => this.#isDead(item, session));
    if (this.byKey(session.key).length - dead.length >= this.#maxPerKey) return false;
    this.#dropDead(session);
    this.#all.unshift(session);
    return true;
  }

  remove(session: Session): boolean {
    const at = this.#find(session);
    if (at < 0) return false;
    this.#all.splice(at, 1);
    return true;
  }

  /** A connection that goes on is as old as it was. */
  #replace(at: number, session: Session): void {
    const since = this.#all[at]?.since || session.since;
    this.#all[at] = { ...session, since };
  }

  #find(session: Session): number {
    return this.#all.findIndex(
      (item) =>
        item.key === session.key &&
        item.comet === session.comet &&
        item.incarnation === session.incarnation &&
        item.conn === session.conn,
    );
  }

  #isDead(item: Session, session: Session): boolean {
    const sameComet = item.key === session.key && item.comet === session.comet;
    return sameComet && item.incarnation !== session.incarnation;
  }

  #dropDead(session: Session): Session[] {
    const dead = this.#all.filter((item) => this.#isDead(item, session));
    for (const item of dead) this.#drop(item);
    return dead;
  }

  #drop(session: Session): void {
    this.#all = this.#all.filter((item) => item !== session);
  }
}
