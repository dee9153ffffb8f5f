/** What a login is allowed, kept by comet as long as the connection lives. */
import type { RoomRule } from "../../protocol/room-rules.ts";
import type { Token } from "./token.ts";

export interface Grant {
  /** Who it is, and what the connection begins with. */
  readonly token: Token;
  /** Undefined: any room. */
  readonly rooms: readonly RoomRule[] | undefined;
  /** Bounds by name, below those of the comet: `rooms`. */
  readonly limits: Readonly<Record<string, number>>;
  /** "" = it has none, and can only be revoked by mid or key. */
  readonly tokenId: string;
  /** Name of the key that it was signed with (kid); "" = none, or it was not signed. */
  readonly keyId: string;
  /** Unix milliseconds; 0 = not known. */
  readonly issuedAt: number;
  /** Unix milliseconds; 0 = never. */
  readonly expiresAt: number;
}

/** One login as comet tells it. */
export interface AuthRequest {
  readonly comet: string;
  /** Body of the auth packet. */
  readonly token: Uint8Array;
  readonly cookie: string;
  readonly origin: string;
  readonly clientIp: string;
  /** "ws" or "tcp". */
  readonly transport: string;
  readonly version: number;
  /** The comet can be reached from other machines, so nothing unsigned is believed. */
  readonly signedOnly: boolean;
}

/** The grant of goim's own token: everything. */
export function unlimited(token: Token): Grant {
  const anonymous = { tokenId: "", keyId: "", issuedAt: 0, expiresAt: 0 };
  return { token, rooms: undefined, limits: {}, ...anonymous };
}
