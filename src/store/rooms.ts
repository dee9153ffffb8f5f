/** Rooms that somebody declared, and their members: what is stored, and the store's contract. */

export type RoomJoin = "open" | "members" | "invite";

/** A declared room. It is never removed: what is closed stays closed until it is opened again. */
export interface RoomRecord {
  readonly type: string;
  readonly room: string;
  readonly state: "open" | "closed";
  readonly title: string;
  /** Mid, decimal text; "" = nobody. */
  readonly owner: string;
  readonly join: RoomJoin;
  /** Connections at once over all comets, about; 0 = no bound. */
  readonly capacity: number;
  /** Whether clients may page through what was said. */
  readonly history: "all" | "off";
  readonly metadata: Readonly<Record<string, string>>;
  /** Grows with everything that may take somebody out of the room. */
  readonly guard: number;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly changedAt: number;
}

export type MemberState = "member" | "invited" | "banned";

/** What a room has of a user. The owner is named by the room: its member here is an admin. */
export interface MemberRecord {
  readonly state: MemberState;
  readonly role: "member" | "admin";
  /** Unix milliseconds of the state. */
  readonly since: number;
  /** Mid of whoever did it, "" = the caller of the API. */
  readonly by: string;
  /** How far the member has read; none: nothing was ever told. */
  readonly cursor?: { readonly offset: number; readonly epoch: string };
}

/** A record with the revision to compare and set against. */
export interface Versioned<T> {
  readonly value: T;
  readonly revision: number;
}

export interface ListedMember extends MemberRecord {
  readonly mid: string;
}

export interface RoomName {
  readonly type: string;
  readonly room: string;
}

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; 0 = there is no more. */
  readonly cursor: number;
}

/**
 * Every write compares and sets: `revision` is the one that was read, undefined where there was
 * nothing; undefined (false) is answered when it has changed meanwhile. All fail with "invalid" for
 * names that are too long, and as a bucket does (bus.ts). Lists are in the order of the last
 * change: what is changed while somebody pages comes again, and nothing is left out.
 */
export interface RoomStore {
  /** Marks the type as one with policies, if it is not. */
  markType(type: string): Promise<void>;
  room(name: RoomName): Promise<Versioned<RoomRecord> | undefined>;
  putRoom(record: RoomRecord, revision: number | undefined): Promise<number | undefined>;
  rooms(type: string | undefined, after: number, limit: number): Promise<Page<RoomRecord>>;
  member(name: RoomName, mid: string): Promise<Versioned<MemberRecord> | undefined>;
  putMember(
    name: RoomName,
    mid: string,
    record: MemberRecord,
    revision: number | undefined,
  ): Promise<number | undefined>;
  removeMember(name: RoomName, mid: string, revision: number): Promise<boolean>;
  members(name: RoomName, after: number, limit: number): Promise<Page<ListedMember>>;
  /** Rooms that have a record of this user, be it a member, invited or banned. */
  roomsOf(mid: string, after: number, limit: number): Promise<Page<RoomName>>;
  close(): Promise<void>;
}
