/** Decides about each message on its way to a room: who sends, how often, and what it says. */
import { createHash } from "node:crypto";
import { restrictionText, type Who } from "../../bus/restrictions.ts";
import type { Clock } from "../../kit/clock.ts";
import { GoimError, isGoimError } from "../../kit/errors.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { parseRoomId } from "../../protocol/room-id.ts";
import type { Audit } from "./audit.ts";
import { foldWord } from "./fold.ts";
import type { Limits, Spoken } from "./limits.ts";
import { isListed, linksIn } from "./links.ts";
import { NO_TEXT } from "./message-bytes.ts";
import type { MessageHook } from "./message-hook.ts";
import { type MessageText, textOf } from "./message-text.ts";
import type { Policy } from "./policy.ts";
import type { Rules } from "./rules.ts";
import type { Speech } from "./speech.ts";

export interface Passed {
  /** As it is to be stored. */
  readonly body: Uint8Array;
  /** Nobody but its sender gets it. */
  readonly shadow: boolean;
  /** To be told what became of it, once: until then it holds its place among the limits. */
  settled(fate: Fate): void;
}

/** stored: or nobody knows. duplicate: it was stored before. failed: it surely is not. */
export type Fate = "stored" | "duplicate" | "failed";

/** Owners and admins of rooms: limits do not hold for them. Rooms bring their own. */
export type CanModerate = (actor: Pick<Who, "mid" | "key">, room: string) => boolean;

/** A message that was let through and that somebody should look at. */
export interface Flagged extends Speech {
  readonly words: readonly string[];
  readonly dictionaries: readonly string[];
}

export interface Guard {
  /**
   * Of a client's message. Fails with "banned", "muted", "slow", "rate_limited", "blocked", or
   * "unavailable" where the hook has to answer and does not. `same` names the message with its id,
   * target and content, "" = it has no id.
   */
  speech(speech: Speech, body: Uint8Array, same: string): Promise<Passed>;
  /** Words and links only, for what comes over the push API. Fails with "blocked". */
  push(room: string, body: Uint8Array): Uint8Array;
}

export interface GuardDeps {
  readonly rules: Pick<Rules, "restrictions" | "policies" | "words">;
  readonly limits: Limits;
  /** Tells the other logics. */
  readonly tell: (spoken: Spoken) => void;
  readonly hook: MessageHook | undefined;
  readonly canModerate: CanModerate;
  readonly onFlagged: (flagged: Flagged) => void;
  readonly audit: Audit;
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly metrics: Metrics;
}

const HASH_CHARS = 16;

export function createGuard(deps: GuardDeps): Guard {
  const { rules, clock, metrics } = deps;
  const results = metrics.counter("moderation_total", "Messages by what became of them", [
    "result",
  ]);
  const took = metrics.histogram("moderation_seconds", "Time to decide, the hook not counted");

  const decide = (speech: Speech, body: Uint8Array, same: string) => {
    const startedMs = clock.monotonic();
    const { room } = speech;
    const now = clock.now();
    refuseRestricted(deps, speech, now);
    const policy = rules.policies.of(room, parseRoomId(room).type);
    const text = lazily(() => textOf(body));
    const hash = policy?.repeat === undefined ? "" : hashOf(text(), body);
    const spoken: Spoken = { sender: senderOf(speech), room, hash, same, at: now };
    const entry = policy && !deps.canModerate(speech, room) ? enter(deps, spoken, policy) : open;
    try {
      const said = screen(deps, { room, speech, policy, text, body });
      const shadow = rules.restrictions.find("shadow", speech, room, now) !== undefined;
      took.observe((clock.monotonic() - startedMs) / 1000);
      return { entry, shadow, ...said };
    } catch (error) {
      entry("failed");
      throw error;
    }
  };

  return {
    speech: async (speech, body, same) => {
      let entry = open;
      try {
        const decided = decide(speech, body, same);
        entry = decided.entry;
        const allowed = await (deps.hook?.(speech, decided.body) ?? decided.body);
        const { shadow, result } = decided;
        results.inc({ result: shadow ? "shadow" : result });
        return { body: allowed, shadow, settled: entry };
      } catch (error) {
        entry("failed");
        results.inc({ result: isGoimError(error) ? error.code : "internal" });
        throw error;
      }
    },
    push: (room, body) => {
      const policy = rules.policies.of(room, parseRoomId(room).type);
      const speech = { ...nobody, room };
      return screen(deps, { room, speech, policy, text: () => textOf(body), body }).body;
    },
  };
}

/** Of whom no limit holds. */
const open = (_fate: Fate): void => {};

/** A message takes its place among the limits; what is called with its fate. */
function enter({ limits, tell }: GuardDeps, spoken: Spoken, policy: Policy): (fate: Fate) => void {
  const known = limits.knows(spoken);
  const place = known ? undefined : limits.enter(spoken, policy);
  return (fate) => {
    if (fate !== "stored") {
      place?.giveBack();
      return;
    }
    // One that is known and stored nevertheless: what was known of was not.
    if (place === undefined) limits.take(spoken, policy);
    else place.keep();
    tell(spoken);
  };
}

const nobody = { mid: "", key: "", device: "", platform: "", ip: "", op: 0, id: "" };

function refuseRestricted({ rules }: GuardDeps, speech: Speech, now: number): void {
  const { restrictions } = rules;
  const ban = restrictions.find("ban", speech, speech.room, now);
  if (ban !== undefined) throw new GoimError("banned", restrictionText(ban));
  const mute = restrictions.find("mute", speech, speech.room, now);
  if (mute !== undefined) throw new GoimError("muted", restrictionText(mute));
}

interface Screened {
  readonly room: string;
  readonly speech: Speech;
  readonly policy: Policy | undefined;
  readonly text: () => MessageText;
  readonly body: Uint8Array;
}

/** What it says: words, then links. */
function screen(deps: GuardDeps, message: Screened) {
  const { rules, audit, onFlagged } = deps;
  const { room, speech, policy, text, body } = message;
  const { mid, key, op } = speech;
  const about = { by: "rules", mid, key, room, op };
  const watched = rules.words.size > 0 || (policy?.links ?? "allow") !== "allow";
  const texts = watched ? text() : undefined;
  if (texts === undefined) return { body, result: "passed" };
  const hosts = linkBlocked(texts.texts, policy);
  if (hosts !== undefined) {
    audit({ action: "blocked", ...about, hosts });
    throw new GoimError("blocked", "links are not allowed here");
  }
  const verdict = rules.words.check(room, texts.texts);
  const { action, words, dictionaries } = verdict;
  if (action === "pass") return { body, result: "passed" };
  if (action === "block") {
    audit({ action: "blocked", ...about, words, dictionaries });
    throw new GoimError("blocked", "the message has words that are not allowed here");
  }
  if (action === "flag") {
    audit({ action: "flagged", ...about, words, dictionaries });
    onFlagged({ ...speech, words, dictionaries });
    return { body, result: "flagged" };
  }
  audit({ action: "masked", ...about, words, dictionaries });
  return { body: texts.replaced(verdict.texts, verdict.spans), result: "masked" };
}

/** Hosts that may not be linked to; undefined where there is none. */
function linkBlocked(
  texts: readonly string[],
  policy: Policy | undefined,
): readonly string[] | undefined {
  const { links = "allow", linkHosts = [] } = policy ?? {};
  if (links === "allow") return undefined;
  const bad = texts
    .flatMap(hostsIn)
    .filter((host) => links === "deny" || !isListed(host, linkHosts));
  return bad.length === 0 ? undefined : bad.slice(0, 8);
}

/** Bytes that are no text are shown as a sign of their own, or left out. */
function hostsIn(text: string): string[] {
  const hosts = linksIn(text);
  return text.includes(NO_TEXT) ? [...hosts, ...linksIn(text.replaceAll(NO_TEXT, ""))] : hosts;
}

/** Two senders never count as one: an anonymous one is known by its key. */
function senderOf({ mid, key }: Speech): string {
  return mid === "0" || mid === "" ? `k${key}` : `m${mid}`;
}

/** What has no letters is told from other such by its bytes. */
function hashOf(text: MessageText, body: Uint8Array): string {
  const folded = foldWord(text.texts.join("\n"));
  const said = folded === "" ? body : folded;
  return createHash("sha1").update(said).digest("base64").slice(0, HASH_CHARS);
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
