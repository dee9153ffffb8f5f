/** Which types of rooms have policies: the small part of GOIM_ROOMS that every process watches. */
import type { Clock } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Bus, Subscription } from "./bus.ts";
import { type OpenBucket, openBucket } from "./kv.ts";

/** Key of a type in GOIM_ROOMS: `t.<type>`. */
export const ROOM_TYPE_KEY = "t";

export interface RoomTypes {
  /** Whether joins of rooms of this type are decided by logic. */
  has(type: string): boolean;
  /** Resolves when what was there at the start is known. Never rejects. */
  readonly ready: Promise<void>;
  /** Types known. */
  readonly size: number;
  close(): void;
}

export interface RoomTypesDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Watches the types that have policies. Does not create the bucket: where nobody has, no type has
 * a policy, and the watch begins when it is there. A type never loses its mark.
 */
export function watchRoomTypes(onType: (type: string) => void, deps: RoomTypesDeps): RoomTypes {
  const { bus, clock, log } = deps;
  const types = new Set<string>();
  const abort = new AbortController();
  let bucket: OpenBucket | undefined;
  let watch: Subscription | undefined;
  let markReady = () => {};
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });

  const open = async () => {
    const name = bus.subjects.bucket("rooms");
    bucket = await openBucket(bus, { name, create: false, clock, log, signal: abort.signal });
    const onChange = ({ key, value }: { key: string; value: Uint8Array | undefined }) => {
      const type = bus.subjects.unescape(key.slice(ROOM_TYPE_KEY.length + 1));
      if (type === undefined || value === undefined || types.has(type)) return;
      types.add(type);
      onType(type);
    };
    watch = await bucket.watch(`${ROOM_TYPE_KEY}.*`, onChange, markReady);
    if (abort.signal.aborted) watch.unsubscribe();
  };
  open().catch((error: unknown) => {
    if (!abort.signal.aborted) log.error({ error: messageOf(error) }, "room types not watched");
  });

  return {
    has: (type) => types.has(type),
    ready,
    get size() {
      return types.size;
    },
    close: () => {
      abort.abort();
      watch?.unsubscribe();
      bucket?.close();
    },
  };
}
