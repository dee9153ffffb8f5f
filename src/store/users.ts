/** Users that the system keeps itself, and their roles: what is stored, and the contract. */
import type { Subscription } from "../bus/bus.ts";
import type { Page, Versioned } from "./rooms.ts";

/** What somebody may do; it travels as claims of the token. */
export interface Permissions {
  /** Room ids, or beginnings of them with `*` behind, and the role there. None: says nothing. */
  readonly rooms?: Readonly<Record<string, string>> | undefined;
  /** Bounds by name, as in a token: `rooms`. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
}

/** pending: registered and not yet activated. Only who is active may log in. */
export type UserState = "pending" | "active" | "disabled";

export interface UserRecord {
  /** Decimal text, above 0. */
  readonly mid: string;
  /** What he logs in with, in its one form. */
  readonly name: string;
  readonly state: UserState;
  /** Of the password, with its parameters and salt. */
  readonly hash: string;
  readonly roles: readonly string[];
  readonly permissions: Permissions;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly changedAt: number;
  /** Unix milliseconds: the store forgets him then. None: never. */
  readonly expiresAt?: number | undefined;
}

export interface RoleRecord extends Permissions {
  readonly role: string;
  /** Unix milliseconds. */
  readonly changedAt: number;
}

/** A secret that tokens are signed with, under the name that they bear. */
export interface SigningKey {
  readonly kid: string;
  readonly secret: string;
  /** Unix milliseconds: it signs from then on. */
  readonly from: number;
  /** Unix milliseconds: what it signed is good until then. None: it is the newest. */
  readonly until?: number | undefined;
}

export interface NameWish {
  /** Of who has it up to now; none: nobody has. */
  readonly revision?: number | undefined;
  /** Unix milliseconds: free again some time after it. None: never. */
  readonly expiresAt?: number | undefined;
}

/** Only the name of a secret. */
export interface VoidedKey {
  readonly kid: string;
  /** Unix milliseconds: what it signed is over by then in any case. */
  readonly until: number;
}

export interface SigningRecord {
  /** The newest first. */
  readonly keys: readonly SigningKey[];
  /** Those made void, until when connections that they let in are to be closed. */
  readonly voided?: readonly VoidedKey[] | undefined;
}

/**
 * Every write compares and sets: `revision` is the one that was read, undefined where there was
 * nothing; undefined (false) is answered when it has changed meanwhile. All fail as a bucket does
 * (bus.ts). Lists are in the order of the last change.
 */
export interface UserStore {
  user(mid: string): Promise<Versioned<UserRecord> | undefined>;
  putUser(record: UserRecord, revision: number | undefined): Promise<number | undefined>;
  removeUser(mid: string, revision: number): Promise<boolean>;
  users(after: number, limit: number): Promise<Page<UserRecord>>;
  /** Mid of who has this name. */
  midOf(name: string): Promise<string | undefined>;
  /** The same, to compare and set. */
  holder(name: string): Promise<Versioned<string> | undefined>;
  /** False where `revision` is not that of its holder. */
  takeName(name: string, mid: string, wish?: NameWish): Promise<boolean>;
  role(role: string): Promise<Versioned<RoleRecord> | undefined>;
  putRole(record: RoleRecord, revision: number | undefined): Promise<number | undefined>;
  removeRole(role: string, revision: number): Promise<boolean>;
  roles(): Promise<readonly RoleRecord[]>;
  signing(): Promise<Versioned<SigningRecord> | undefined>;
  putSigning(record: SigningRecord, revision: number | undefined): Promise<number | undefined>;
  /** Tells what is there, then every change, over all interruptions. */
  watchSigning(onChange: (record: SigningRecord) => void): Promise<Subscription>;
  close(): Promise<void>;
}
