/**
 * What makes a push safe to repeat: an id by which JetStream drops a second one within its window,
 * and a fingerprint by which a second one that is not the same is told from a repetition.
 */
import { createHash } from "node:crypto";
import type { HistoryReader } from "../bus/bus.ts";
import { GoimError, messageOf } from "../kit/errors.ts";
import { offsetOf } from "../protocol/offset.ts";

export interface Identity {
  /** The stream message's Nats-Msg-Id. */
  readonly id: string;
  /** Of everything the caller asked for besides the target. */
  readonly fingerprint: string;
}

/** Whose push it is, and what the caller calls it. */
export interface IdempotencyKey {
  /** Who is known to have sent it: two senders never meet in one key. "" while nobody is asked. */
  readonly sender: string;
  readonly key: string;
}

/** What two pushes must have in common to be the same. */
export interface Fingerprinted {
  readonly op: number;
  readonly body: Uint8Array;
  readonly speed?: number;
  /** As the caller asked for it: the moment itself differs between two tries. */
  readonly expiresInMs?: number;
  readonly transient?: boolean;
  readonly retain?: boolean;
  readonly exclude?: readonly string[];
}

const FINGERPRINT_HEADER = "Goim-Fingerprint";
/** Which publish of which process stored the message. */
const ATTEMPT_HEADER = "Goim-Attempt";

/**
 * The identity of a push to one target. `subject` names class and target; `target` the connection
 * key where the subject is only that key's shard, else "".
 */
export function identityOf(
  to: { readonly subject: string; readonly target: string },
  { sender, key }: IdempotencyKey,
  push: Fingerprinted,
): Identity {
  const { op, body, speed = 0, expiresInMs = 0, ...rest } = push;
  // A push that asks for nothing of the rest has the fingerprint that it had before there was any.
  const { transient = false, retain = false, exclude = [] } = rest;
  const more = transient || retain || exclude.length > 0 ? [transient, retain, exclude] : [];
  return {
    // JSON keeps the parts apart, whatever they hold.
    id: hash(JSON.stringify(["push", to.subject, to.target, sender, key])),
    fingerprint: hash(JSON.stringify([op, speed, expiresInMs, ...more]), body),
  };
}

function hash(text: string, bytes: Uint8Array = new Uint8Array(0)): string {
  return createHash("sha256").update(text).update("\n").update(bytes).digest("base64url");
}

export function identityHeaders(identity: Identity, attempt: string): Record<string, string> {
  return { [FINGERPRINT_HEADER]: identity.fingerprint, [ATTEMPT_HEADER]: attempt };
}

/** A publish that the server answered with "there is one with this id, at `sequence`". */
export interface Repeated {
  readonly identity: Identity;
  readonly attempt: string;
  readonly stream: string;
  readonly sequence: number;
  readonly epoch: string;
}

/**
 * Looks at what is stored under the id. False: this very publish, whose first try was stored and
 * its answer lost. True: the same push, asked for earlier. Fails with "conflict" when it is not
 * the same push or cannot be compared any more, "outcome_unknown" when it could not be looked at.
 */
export async function isOther(
  repeated: Repeated,
  reader: Pick<HistoryReader, "message">,
): Promise<boolean> {
  const { identity, attempt, stream, sequence, epoch } = repeated;
  const place = `offset ${offsetOf(sequence, 0)}, epoch ${epoch}`;
  const first = await reader.message(stream, sequence).catch((cause: unknown) => {
    const text = `a push with this key is stored (${place}), but could not be compared: `;
    throw new GoimError("outcome_unknown", text + messageOf(cause), { cause });
  });
  if (first === undefined) {
    const text = `a push with this key was stored (${place}) and is not kept any more`;
    throw new GoimError("conflict", `${text}, so it cannot be told whether it was the same`);
  }
  if (first.header(FINGERPRINT_HEADER) !== identity.fingerprint) {
    throw new GoimError("conflict", `another push with this key is stored (${place})`);
  }
  return first.header(ATTEMPT_HEADER) !== attempt;
}
