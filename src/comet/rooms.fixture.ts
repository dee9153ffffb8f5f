import { historySection, slowSection } from "./history-config.ts";
import { roomSection } from "./room-config.ts";
import type { RoomsConfig } from "./rooms.ts";

/** Keys of `[room]`, and of the sections beside it in `history` and `slow`. */
export function roomsConfig(written: Readonly<Record<string, unknown>>): RoomsConfig {
  const { history = {}, slow = {}, ...room } = written;
  return {
    room: roomSection.parse(room),
    history: historySection.parse(history),
    slow: slowSection.parse(slow),
  };
}
