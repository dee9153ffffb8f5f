import type { Token } from "./auth/token.ts";

/**
 * What a client's cursors and its events know it by: the token's `device`, else the key if the
 * client chose one, else the platform, which all of a user's clients on it then share.
 */
export function deviceOf(
  token: Pick<Token, "key" | "platform"> & { readonly device?: string },
): string {
  if (token.device !== undefined && token.device !== "") return token.device;
  return token.key === "" ? token.platform : token.key;
}
