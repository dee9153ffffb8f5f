/** A room as pushes name it: goim's `type://room`. */
export interface RoomName {
  readonly type: string;
  readonly room: string;
}

/** The id of a room, as clients send it in auth and change room. */
export function roomId(type: string, room: string): string {
  return `${type}://${room}`;
}

/**
 * Splits an id at the first `://`. Any other text is a room of type "": clients may join it as in
 * goim, where `type://name` is a convention that only push and online use.
 */
export function parseRoomId(id: string): RoomName {
  const at = id.indexOf("://");
  return at < 0 ? { type: "", room: id } : { type: id.slice(0, at), room: id.slice(at + 3) };
}
