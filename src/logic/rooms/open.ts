import type { Bus } from "../../bus/bus.ts";
import { type RoomTypes, watchRoomTypes } from "../../bus/room-types.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Log } from "../../kit/log.ts";
import { createKvRooms } from "../../store/rooms.kv.ts";
import type { RoomStore } from "../../store/rooms.ts";

export interface OpenRooms {
  readonly roomStore: RoomStore;
  readonly roomTypes: RoomTypes;
  close(): Promise<void>;
}

/** Opens the bucket of rooms, and marks the types whose joins comets have to ask about. */
export async function openRooms(
  config: {
    readonly rooms: { readonly declaredOnly: readonly string[] };
    readonly hooks: { readonly join: { readonly types: readonly string[] } };
    readonly streams: { readonly replicas: number };
  },
  deps: {
    readonly bus: Bus;
    readonly clock: Clock;
    readonly log: Log;
    readonly signal: AbortSignal;
  },
): Promise<OpenRooms> {
  const roomStore = await createKvRooms({ replicas: config.streams.replicas }, deps);
  for (const type of [...config.rooms.declaredOnly, ...config.hooks.join.types])
    await roomStore.markType(type);
  const roomTypes = watchRoomTypes(() => {}, deps);
  await roomTypes.ready;
  return {
    ...{ roomStore, roomTypes },
    close: async () => {
      roomTypes.close();
      await roomStore.close();
    },
  };
}
