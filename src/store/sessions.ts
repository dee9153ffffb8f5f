/** One connection of a client, as the session store knows it. */
export interface Session {
  /** Decimal text; "0" = anonymous, not found by mid. */
  readonly mid: string;
  readonly key: string;
  /** Comet id, its incarnation and the connection's id within that: together they never repeat. */
  readonly comet: string;
  readonly incarnation: string;
  readonly conn: number;
  readonly platform: string;
  /** What its user's cursors know the client by; "" where an older version wrote the session. */
  readonly device: string;
  /**
   * Unix milliseconds, by logic's clock, at which it was stored first; 0 as above. Kept when its
   * comet asks again for the connection or carries it over to a new incarnation.
   */
  readonly since: number;
}

/** Names a session in events, cursors and ids of messages: it never repeats. */
export function sessionText({ comet, incarnation, conn }: Session): string {
  return `${comet}/${incarnation}/${conn}`;
}

/** Some of the users who have sessions. */
export interface UserPage {
  readonly users: readonly { readonly mid: string; readonly sessions: readonly Session[] }[];
  /** Where the next page begins; "" = there is no more. */
  readonly cursor: string;
}

/**
 * Who is connected where. Two implementations, sessions.kv.ts and sessions.redis.ts, pass one suite
 * (test/contract/sessions.ts). Logic writes, job reads. A session lives `expire` (30 min) after its
 * last put. Failures are GoimError "unavailable" or "timeout".
 */
export interface SessionStore extends SessionReader {
  /**
   * Stores sessions. The newest put owns a key: resolves, per session, to the sessions that it
   * displaced beyond `maxPerKey` (default 1), to be kicked; the same connection again displaces
   * nothing. With `whenFull` "refuse-newest" it displaces nobody alive: one beyond `maxPerKey` is
   * a GoimError "conflict". Each result stands alone: one failure does not fail the others.
   */
  put(sessions: readonly Session[]): Promise<PromiseSettledResult<Session[]>[]>;
  /**
   * Extends the life of sessions and writes back what the store has lost. Resolves to false for a
   * session whose key a newer connection owns (and leaves it alone). `onRestored` is told of each
   * connection that was not there any more, under no incarnation of its comet.
   */
  renew(sessions: readonly Session[], onRestored?: (session: Session) => void): Promise<boolean[]>;
  /**
   * Removes exactly these connections: a newer one with the same key stays. Resolves to whether
   * each was there.
   */
  remove(sessions: readonly Session[]): Promise<boolean[]>;
  /**
   * Every session, in no order, a part at a time. One that is there all the time is not left out,
   * unless its key is written twice meanwhile; one may come twice.
   */
  scan(): AsyncIterable<readonly Session[]>;
  /**
   * Users with sessions, a page after the other: begin with the cursor "" and go on with that of
   * the last page. Who is there all the time is in one of them at least; a page has about `limit`
   * users, or fewer, or none. A text that is no cursor is GoimError "invalid".
   */
  users(cursor: string, limit: number): Promise<UserPage>;
  /**
   * Sessions of a key as this process itself stored them at most `ageMs` ago; undefined where it
   * did not. Others may have changed them since.
   */
  written?(key: string, ageMs: number): readonly Session[] | undefined;
  /** Why calls would fail now; undefined while the store can be reached. Cheap. */
  notReady(): string | undefined;
  close(): Promise<void>;
}

export interface SessionReader {
  /**
   * Life of the store: changes when its content was lost. Known after the first successful call.
   */
  epoch(): Promise<string>;
  /** Sessions of each key, in the order asked; empty = not online. Read from the leader. */
  byKeys(keys: readonly string[]): Promise<Session[][]>;
  /** Sessions of each mid, in the order asked. Read from the leader. */
  byMids(mids: readonly string[]): Promise<Session[][]>;
}
