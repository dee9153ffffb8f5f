/** Who may do what in a room. */
import { GoimError } from "../../kit/errors.ts";
import type { MemberRecord, RoomRecord } from "../../store/rooms.ts";

/** Everybody may do what those below may. */
export const Rank = { Nobody: 0, Member: 1, Admin: 2, Owner: 3 } as const;
export type Rank = (typeof Rank)[keyof typeof Rank];

export type Role = "owner" | "admin" | "member";

/** Only the room says who owns it, so that a transfer is one write. */
export function roleOf(
  room: Pick<RoomRecord, "owner">,
  mid: string,
  record: Pick<MemberRecord, "role">,
): Role {
  return room.owner === mid ? "owner" : record.role;
}

export function rankOf(
  room: Pick<RoomRecord, "owner">,
  mid: string,
  record: Pick<MemberRecord, "state" | "role"> | undefined,
): Rank {
  if (mid !== "" && room.owner === mid) return Rank.Owner;
  if (record?.state !== "member") return Rank.Nobody;
  return record.role === "admin" ? Rank.Admin : Rank.Member;
}

/** Fails with "forbidden". `by` "" = the caller of the API itself, who may do anything. */
export function requireRank(by: string, rank: Rank, least: Rank, what: string): void {
  if (by === "" || rank >= least) return;
  const names = ["anybody", "a member", "an admin", "the owner"];
  throw new GoimError("forbidden", `${what}: only ${names[least]} of the room may`);
}

/** Somebody acts on somebody else: that takes a higher rank than the other one has. */
export function requireAbove(by: string, rank: Rank, other: Rank, what: string): void {
  if (by === "" || rank > other) return;
  throw new GoimError("forbidden", `${what}: the other one's rank is not below yours`);
}
