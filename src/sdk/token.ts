/** Who connects: the body of the auth packet. */
import { GoimClientError } from "./errors.ts";
import { globalOf } from "./platform.ts";

/** What the server is told of the client; all of it may be left out. */
export interface Token {
  /** Signed by the app's server; what it says of the user counts. */
  readonly token?: string;
  /** The user. 0 or left out: nobody in particular. A text keeps all 64 bits. */
  readonly mid?: number | bigint | string;
  /**
   * This client's name for keyed pushes. Without it the server makes one at each connect; without
   * a user the client makes one, because the server tells repeated publishes by it.
   */
  readonly key?: string;
  /** A room to join from the start. */
  readonly roomId?: string;
  readonly platform?: string;
  /** Operations that pushes to the user, the key and everybody must have. */
  readonly accepts?: readonly number[];
  /**
   * Lasting name of this device: the mailbox knows by it what was handled. In a browser one is made
   * and kept in localStorage; elsewhere the app should give one.
   */
  readonly device?: string;
}

/** A text goes to the server as it is. */
export type AnyToken = Token | string;
export type TokenSource = AnyToken | (() => AnyToken | Promise<AnyToken>);

const DEVICE_KEY = "goim.device";
/** A decimal int64. */
const MID = /^\d{1,19}$/;

/** The token of this connect. */
export async function resolveToken(source: TokenSource): Promise<AnyToken> {
  return typeof source === "function" ? await source() : source;
}

/** What the client adds to its token: operations from sub and unsub, and a name for nobody. */
export interface TokenAddition {
  readonly anonymousKey: string;
  readonly added: ReadonlySet<number>;
  readonly removed: ReadonlySet<number>;
}

/**
 * The body of the auth packet. The room is not in it: the client joins it itself, because a room
 * that the login joins cannot be resumed.
 */
export function tokenBody(token: AnyToken, addition: TokenAddition): string {
  if (typeof token === "string") return token;
  const accepts = new Set(token.accepts ?? []);
  for (const op of addition.added) accepts.add(op);
  for (const op of addition.removed) accepts.delete(op);
  const mid = String(token.mid ?? 0);
  if (!MID.test(mid)) throw new GoimClientError("unauthorized", `the mid is no number: ${mid}`);
  const rest = {
    key: token.key ?? (/^0+$/.test(mid) ? addition.anonymousKey : undefined),
    platform: token.platform ?? defaultPlatform(),
    accepts: [...accepts],
    device: token.device ?? browserDevice(),
    token: token.token,
  };
  // As a number of JavaScript a large mid would lose its last digits.
  return `{"mid":${mid},${JSON.stringify(rest).slice(1)}`;
}

/** What /goim/nodes/weighted is asked for. */
export function platformOf(token: AnyToken): string {
  return (typeof token === "string" ? undefined : token.platform) ?? defaultPlatform() ?? "";
}

function defaultPlatform(): string | undefined {
  return globalOf("document") === undefined ? undefined : "web";
}

interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/**
 * Kept over reloads. A name that does not last would be a new device each time, and what came
 * meanwhile would count as had; so without storage there is none.
 */
function browserDevice(): string | undefined {
  if (globalOf("document") === undefined) return undefined;
  try {
    const storage = globalOf<Storage>("localStorage");
    if (storage === undefined) return undefined;
    const known = storage.getItem(DEVICE_KEY);
    if (known !== null) return known;
    const made = randomId();
    storage.setItem(DEVICE_KEY, made);
    return made;
  } catch {
    // Storage is switched off or full.
    return undefined;
  }
}

/** 32 hexadecimal digits. `randomUUID` is missing on pages without TLS; this is not. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
