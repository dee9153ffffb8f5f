/** The body of an auth packet where tokens are signed, or somebody else's. */
import { GoimError } from "../../kit/errors.ts";
import { jsonMembers } from "./raw-json.ts";
import { parseToken, type Token } from "./token.ts";

export interface AuthBody {
  /** The credential: the body itself, or the member "token" of goim's JSON. */
  readonly credential: string;
  /** What the client wishes besides, where the body is goim's JSON. */
  readonly asked: Token;
}

const NOTHING: Token = { mid: "0", key: "", roomId: "", platform: "", accepts: [], device: "" };

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Fails with GoimError "unauthorized". JSON without a member "token" has the credential "". */
export function parseAuthBody(bytes: Uint8Array): AuthBody {
  const text = textOf(bytes).trim();
  if (!text.startsWith("{")) return { credential: text, asked: NOTHING };
  const asked = parseToken(bytes);
  const raw = jsonMembers(text).findLast(({ name }) => name === "token")?.raw;
  const credential: unknown = raw === undefined ? "" : JSON.parse(raw);
  if (typeof credential !== "string") throw refused('"token" must be a text');
  return { credential, asked };
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw refused("the token is not UTF-8", cause);
  }
}

function refused(text: string, cause?: unknown): GoimError {
  return new GoimError("unauthorized", text, cause === undefined ? {} : { cause });
}
