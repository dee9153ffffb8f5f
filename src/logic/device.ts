import { DEVICE_CHARS_MAX, type Token } from "./auth/token.ts";

/**
 * What keeps a client's place in its mailbox: the name it gave itself, else the key it chose, else
 * its platform, which all its connections from there share.
 */
export function deviceOf({
  device,
  key,
  platform,
}: Pick<Token, "device" | "key" | "platform">): string {
  if (device !== "") return device;
  // A platform has no bound of its own; what is cut off only makes more connections share.
  return key === "" ? [...platform].slice(0, DEVICE_CHARS_MAX).join("") : key;
}
