/** How far one device has its user's log. */
export interface DeviceCursor {
  readonly device: string;
  /** Everything up to here was acknowledged by the device; 0 = nothing. */
  readonly acked: number;
  /** Everything up to here was handed to its socket. */
  readonly handed: number;
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
}

/**
 * How far each device of each user has its user's log: per (mid, device), growing only. Written by
 * logic. Two implementations, cursors.kv.ts and cursors.redis.ts, pass one suite
 * (test/contract/cursors.ts). Offsets belong to one life of GOIM_USER: a cursor of another epoch
 * counts as none. A user has at most `devicesMax` of them: the one whose session is oldest goes.
 */
export interface CursorStore {
  /**
   * Where each device stands when it logs in: its own cursor; for a new device the furthest one of
   * its user, 0 for a user without any. It is stored at once, so that what comes later waits for
   * the device, however far others are by then. Becomes the device's newest session: from now on
   * moves of older ones are refused. A result per login, same order.
   */
  open(epoch: string, logins: readonly CursorLogin[]): Promise<PromiseSettledResult<number>[]>;
  /**
   * Moves cursors forward; a lower offset changes nothing. Resolves to false where a newer session
   * of the device is known: nothing moved. Creates the cursor of a device that has none.
   */
  advance(epoch: string, moves: readonly CursorMove[]): Promise<PromiseSettledResult<boolean>[]>;
  /** The devices of each mid, in the order asked. */
  devices(epoch: string, mids: readonly string[]): Promise<DeviceCursor[][]>;
  close(): Promise<void>;
}
