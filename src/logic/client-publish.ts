/**
 * Messages of clients to the rooms they are in, and to users. Comet has checked that the sender has
 * joined.
 */
import type { Clock } from "../kit/clock.ts";
import { GoimError, isGoimError } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";
import { type Identity, identityOf } from "./identity.ts";
import type { Guard } from "./moderation/guard.ts";
import { EXPIRED, type Published, type Publisher, type Push } from "./publish.ts";
import { mayHaveSessions, roomTarget, type TargetDeps, userTarget } from "./push-target.ts";

export interface ClientMessage {
  /** Decimal text, "0" = anonymous. As logic verified it at login. */
  readonly mid: string;
  readonly key: string;
  readonly device: string;
  readonly platform: string;
  /** Address of the client. */
  readonly ip: string;
  /** What a connection without a mid is known by where only it is to get something. */
  readonly viewer?: string;
  /** "" = to a user. */
  readonly room: string;
  /** Mid of the user it is for; "" or none = to a room. */
  readonly user?: string;
  readonly op: number;
  readonly body: Uint8Array;
  /** The client's own name of the message: stored once per name and sender. "" = none. */
  readonly id: string;
  readonly excludeSelf: boolean;
}

export interface ClientPublishConfig {
  /** "joined": into rooms the connection has joined. "off": clients do not publish. */
  readonly publish: "joined" | "off";
  /** "users": who has a mid may write to users. "off": nobody. */
  readonly toUsers: "users" | "off";
  readonly bodyBytesMax: number;
}

export interface ClientPublishDeps extends TargetDeps {
  readonly publisher: Pick<Publisher, "publish">;
  /** Fails where the room does not let this user send; none: every room does. */
  readonly mayPublish?: (room: string, mid: string) => Promise<void>;
  readonly guard: Pick<Guard, "speech">;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * Stores a client's message. Fails as Publisher does, "outcome_unknown" in place of "timeout"; with
 * "forbidden" where clients may not publish, "invalid" or "too_large" for what nobody may, and as
 * the guard of moderation does.
 */
export type ClientPublish = (message: ClientMessage) => Promise<Published>;

/** Below are the operations of the protocol itself: other clients would take them for replies. */
const OP_MIN = 1000;
const OP_MAX = 2 ** 31 - 1;
const ID_CHARS_MAX = 128;
/** Of a hash in base64: 132 bits. */
const SAME_CHARS = 22;
/** No viewer: they are mids, or have a dot. */
const NOBODY = "-";

export function createClientPublish(
  config: ClientPublishConfig,
  deps: ClientPublishDeps,
): ClientPublish {
  const { clock, metrics } = deps;
  const results = metrics.counter("client_publish_total", "Messages of clients", ["result"]);
  const took = metrics.histogram("client_publish_seconds", "Time until it is stored or refused");
  return async (message) => {
    const startedMs = clock.monotonic();
    let result = "internal";
    try {
      check(message, config);
      await deps.mayPublish?.(message.room, message.mid);
      const published = await store(message, deps);
      result = published.duplicate ? "duplicate" : "stored";
      return published;
    } catch (error) {
      if (isGoimError(error)) result = error.code;
      throw error;
    } finally {
      results.inc({ result });
      took.observe((clock.monotonic() - startedMs) / 1000);
    }
  };
}

function check(message: ClientMessage, config: ClientPublishConfig): void {
  const { room, user = "", key, op, body, id } = message;
  const { publish, bodyBytesMax } = config;
  if (publish === "off") throw new GoimError("forbidden", "clients may not publish here");
  if (user !== "") checkUser(message, config);
  else if (room === "") throw new GoimError("invalid", "room: missing");
  if (key === "") throw new GoimError("invalid", "the sender has no key");
  if (op < OP_MIN || op > OP_MAX) {
    throw new GoimError("invalid", `op: clients publish operations from ${OP_MIN} on`);
  }
  if (body.length > bodyBytesMax) {
    throw new GoimError("too_large", `the message is larger than ${bodyBytesMax} bytes`);
  }
  if (id.length > ID_CHARS_MAX) {
    throw new GoimError("invalid", `id: at most ${ID_CHARS_MAX} characters`);
  }
}

function checkUser({ mid, user = "" }: ClientMessage, { toUsers }: ClientPublishConfig): void {
  if (toUsers === "off") throw new GoimError("forbidden", "clients may not write to users here");
  if (mid === "0") throw new GoimError("forbidden", "only who has a mid may write to users");
  if (!mayHaveSessions(user)) throw new GoimError("invalid", "user: a mid is above 0");
}

async function store(message: ClientMessage, deps: ClientPublishDeps): Promise<Published> {
  const { mid, key, room, user = "", op, body, id } = message;
  const target = user === "" ? roomTarget(deps, room) : userTarget(deps, user);
  const { device, platform, ip } = message;
  // The same id means the same message as the client wrote it, whatever was made of it here.
  const asked = { op, body, ...(message.excludeSelf ? { exclude: [key] } : {}) };
  // Two senders never meet in one id, nor one with a caller of the push API, whose sender is "".
  const sender = mid === "0" ? `key ${key}` : `mid ${mid}`;
  const to = { subject: target.subject, target: "" };
  const identity = id === "" ? undefined : identityOf(to, { sender, key: id }, asked);
  const speech = { mid, key, device, platform, ip, room, op, id };
  const passed = await deps.guard.speech(speech, body, sameOf(identity));
  const push: Push = {
    ...{ ...asked, body: passed.body, sender: mid },
    ...(identity === undefined ? {} : { identity }),
    ...(passed.shadow ? shadowOf(message) : {}),
  };
  try {
    const published = await deps.publisher.publish(target, push);
    passed.settled(published.duplicate ? "duplicate" : "stored");
    return published;
  } catch (error) {
    passed.settled(mayBeStored(error) ? "stored" : "failed");
    if (!isGoimError(error, "timeout")) throw error;
    const advice = id === "" ? "" : "; the same again with the same id is stored once";
    throw new GoimError("outcome_unknown", `${error.message}${advice}`, { cause: error });
  }
}

/** The message with its id, target and content, in few characters; "" = it has no id. */
function sameOf(identity: Identity | undefined): string {
  if (identity === undefined) return "";
  const { id, fingerprint } = identity;
  return `${id.slice(0, SAME_CHARS)}${fingerprint.slice(0, SAME_CHARS)}`;
}

/** What is not known to have failed counts as stored. */
function mayBeStored(error: unknown): boolean {
  if (!isGoimError(error)) return true;
  return error.code === "timeout" || error.code === "outcome_unknown";
}

/**
 * Of a sender whose messages nobody else is to see: it is stored where any other would be, so the
 * answer is what any other's is, and whoever follows the log passes over it. In a room its sender
 * gets it, live and from history. To another user it is gone at once, as one's own message to
 * another user never comes back.
 */
function shadowOf({ mid, viewer = "", user = "" }: ClientMessage): Partial<Push> {
  if (user === mid) return {};
  if (user !== "") return { transient: true, expiresAt: EXPIRED };
  if (mid !== "0") return { only: mid };
  // Anybody may come with its key: without a connection it is for nobody.
  return { only: viewer === "" ? NOBODY : viewer };
}
