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
   * session whose key a newer connection owns (and leaves it alone).
   */
  renew(sessions: readonly Session[]): Promise<boolean[]>;
  /**
   * Removes exactly these connections: a newer one with the same key stays. Resolves to whether
   * each was there.
   */
  remove(sessions: readonly Session[]): Promise<boolean[]>;
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
