/** How far one device has its user's log, and what is kept of the pushes to everybody. */
export interface DeviceCursor {
  readonly device: string;
  /** Everything up to here was acknowledged by the device; 0 = nothing. */
  readonly acked: number;
  /** Everything up to here was handed to its socket. */
  readonly handed: number;
  /** Every kept broadcast up to here was handed to it; in the life of GOIM_ALL stored last. */
  readonly all: number;
  /** Newest session of the device, and when it was stored (Unix milliseconds). */
  readonly session: string;
  readonly since: number;
}

/** A login of a device. */
export interface CursorLogin {
  readonly mid: string;
  readonly device: string;
  /** Names the session; it never repeats. */
  readonly session: string;
  /** Unix milliseconds at which it was stored. */
  readonly since: number;
}

export interface CursorMove {
  readonly mid: string;
  readonly device: string;
  readonly session: string;
  readonly since: number;
  readonly acked: number;
  readonly handed: number;
  /** Kept broadcasts up to here were handed over; left out or 0: nothing is said about them. */
  readonly all?: number;
}

/** The lives of the two streams that positions belong to: GOIM_USER and GOIM_ALL. */
export interface CursorLives {
  readonly user: string;
  /** "" = not known; nothing is read or moved then. */
  readonly all: string;
}

/** Where a device stands. */
export interface CursorPlace {
  readonly acked: number;
  readonly all: number;
}

/**
 * How far each device of each user has its user's log, and the kept broadcasts: per (mid, device),
 * growing only. Written by logic. Two implementations, cursors.kv.ts and cursors.redis.ts, pass one
 * suite (test/contract/cursors.ts). Offsets belong to one life of their stream: a position of
 * another epoch counts as none, without touching the one in the other stream. A user has at most
 * `devicesMax` of them: the one whose session is oldest goes.
 */
export interface CursorStore {
  /**
   * Where each device stands when it logs in: its own cursor; for a new device of a known user the
   * furthest one of that user; 0 for a user without any. It is stored at once, so that what comes
   * later waits for this device, however far others get. Becomes the device's newest session: from
   * now on moves of older ones are refused. A result per login, same order.
   */
  open(
    lives: CursorLives,
    logins: readonly CursorLogin[],
  ): Promise<PromiseSettledResult<CursorPlace>[]>;
  /**
   * Moves cursors forward; a lower offset changes nothing. Resolves to false where a newer session
   * of the device is known: nothing moved. Creates the cursor of a device that has none.
   */
  advance(
    lives: CursorLives,
    moves: readonly CursorMove[],
  ): Promise<PromiseSettledResult<boolean>[]>;
  /** The devices of each mid, in the order asked. `epoch`: life of GOIM_USER. */
  devices(epoch: string, mids: readonly string[]): Promise<DeviceCursor[][]>;
  close(): Promise<void>;
}
