/** The names by which mailboxes, cursors and events know a client and its connection. */
import type { Session } from "../store/sessions.ts";
import { DEVICE_CHARS_MAX, type Token } from "./auth/token.ts";

/**
 * What keeps a client's place in its mailbox: the name it gave itself, else the key it chose, else
 * its platform, which all its connections from there share.
 */
export function deviceOf({ device, key, platform }: Token): string {
  if (device !== "") return device;
  // A platform has no bound of its own; what is cut off only makes more connections share.
  return key === "" ? [...platform].slice(0, DEVICE_CHARS_MAX).join("") : key;
}

/** Names a session for ever: no two have the same. */
export function sessionName(session: Pick<Session, "comet" | "incarnation" | "conn">): string {
  return `${session.comet}/${session.incarnation}/${session.conn}`;
}
