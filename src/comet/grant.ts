/** What a connection's token allows, as long as the connection lives. */
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { READER, type RoomRule, roleIn } from "../protocol/room-rules.ts";

export interface Grant {
  /** Undefined: any room. */
  readonly rooms: readonly RoomRule[] | undefined;
  readonly limits: Readonly<Record<string, number>>;
  readonly tokenId: string;
  /** Name of the key that the token was signed with; "" = none. */
  readonly keyId: string;
  /** Unix milliseconds; 0 = not known. */
  readonly issuedAt: number;
  /** Unix milliseconds; 0 = never. */
  readonly expiresAt: number;
  /** The same as clock.monotonic() tells it; Infinity = never. */
  readonly endsAt: number;
}

/** Whoever has a grant; undefined allows everything, for ever. */
export interface Granted {
  readonly grant: Grant | undefined;
}

export function grantOf(
  told: goim.logic.IGrant | null | undefined,
  clock: Pick<Clock, "now" | "monotonic">,
): Grant | undefined {
  if (told == null) return undefined;
  const rules = (told.rooms ?? []).map(({ pattern, role }) => {
    return { pattern: pattern ?? "", role: role ?? "" };
  });
  const expiresAt = toNumber(told.expiresAt ?? 0);
  const left = expiresAt - clock.now();
  return {
    rooms: told.roomsLimited ? rules : undefined,
    limits: told.limits ?? {},
    tokenId: told.tokenId ?? "",
    keyId: told.keyId ?? "",
    issuedAt: toNumber(told.issuedAt ?? 0),
    expiresAt,
    endsAt: expiresAt === 0 ? Number.POSITIVE_INFINITY : clock.monotonic() + left,
  };
}

/** Whether it may be in the room, and see what is and was said there. */
export function mayEnter({ grant }: Granted, roomId: string): boolean {
  return grant?.rooms === undefined || roleIn(grant.rooms, roomId) !== undefined;
}

export function mayPublish({ grant }: Granted, roomId: string): boolean {
  if (grant?.rooms === undefined) return true;
  const role = roleIn(grant.rooms, roomId);
  return role !== undefined && role !== READER;
}

/** The comet's own bound, or a lower one. */
export function limitOf({ grant }: Granted, name: string, most: number): number {
  const own = grant?.limits[name];
  return own === undefined ? most : Math.min(own, most);
}

export function forbiddenRoom(): GoimError {
  return new GoimError("forbidden", "the token does not allow this room");
}
