/** Broadcasts kept for those who log in later, on their way to a connection and acknowledged. */
import type { Clock } from "../kit/clock.ts";
import type { Metrics } from "../kit/metrics.ts";
import { type EncodedBatch, LogNumber } from "../protocol/frame-batch.ts";
import type { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { Accepts } from "./accepts.ts";
import type { Acks } from "./acks.ts";
import type { Broadcast } from "./broadcast.ts";
import { Channel } from "./channel.ts";
import type { KeptHooks, KeptPart, KnownKept } from "./kept-log.ts";
import { decodeEntries, type LogEntry } from "./log-entry.ts";
import { type MailLog, mailOf } from "./mail-log.ts";
import type { Member, MemberList } from "./member-list.ts";
import { cutPiece } from "./piece.ts";

/** Undefined where logic tells nothing, or what cannot be read. */
export function toKnown(kept: goim.logic.IKept | null | undefined): KnownKept | undefined {
  if (kept == null) return undefined;
  const entries = decodeEntries(kept.entries ?? []);
  if (entries === undefined) return undefined;
  return { epoch: kept.epoch ?? "", offset: toNumber(kept.offset ?? 0), entries };
}

export interface KeptConfig {
  /** Bytes of one frame. */
  readonly frameBytes: number;
  /** Bytes of all that one connection is given; the newest win. */
  readonly bytesMax: number;
}

export interface KeptDeps {
  readonly broadcast: Pick<Broadcast, "kept">;
  readonly everybody: Pick<MemberList<Channel>, "add">;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

interface Frame {
  readonly frame: EncodedBatch;
  readonly sent: number;
}

/** Frames of one part for whoever stands at the same place and accepts the same. */
interface Made {
  readonly part: KeptPart;
  readonly cursor: number;
  readonly accepts: Accepts;
  readonly frames: readonly Frame[];
  /** Whoever has these has everything kept up to here. */
  readonly to: number;
}

/**
 * Gives what is kept to connections that log in. What is at or below the place where a connection
 * begins to get broadcasts live is held for it in front of those, all in one step, so that nothing
 * falls in between and nothing comes twice.
 */
export class KeptReplays {
  readonly #config: KeptConfig;
  readonly #deps: KeptDeps;
  /** The last one: those who log in together mostly lack the same. */
  #made: Made | undefined;
  readonly #stats = { logins: 0, entries: 0, unknown: 0, cut: 0 };

  constructor(config: KeptConfig, deps: KeptDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#measure(deps.metrics);
  }

  /** Undefined: logic and this comet do not meet at the moment, logic is to be asked again. */
  partOf(known: KnownKept): KeptPart | undefined {
    const part = this.#deps.broadcast.kept(known);
    if (part === undefined) this.#stats.unknown++;
    return part;
  }

  /** Logic has let the client in: `mails` has its log already, the auth reply is not out yet. */
  admit(channel: Channel, part: KeptPart, cursor: number): void {
    const log = mailOf(channel);
    if (log === undefined || log.mute) return;
    const { frames, to } = this.#framesFor(channel.acceptSet, part, cursor);
    for (const { frame, sent } of frames) {
      channel.deliver(frame, sent);
      this.#stats.entries += sent;
    }
    if (channel.closed) return;
    if (frames.length > 0) this.#stats.logins++;
    log.allLife = part.life;
    log.allTold = cursor;
    log.all = Math.max(cursor, to);
    this.#deps.everybody.add(channel);
  }

  #framesFor(accepts: Accepts, part: KeptPart, cursor: number): Made {
    const last = this.#made;
    if (last?.part === part && last.cursor === cursor && last.accepts === accepts) return last;
    const lacked = part.entries.filter(({ offset }) => offset > cursor);
    const now = this.#deps.clock.now();
    let rest = this.#newest(lacked.filter(({ op }) => accepts.has(op)));
    const frames: Frame[] = [];
    const to = lacked.at(-1)?.offset ?? cursor;
    const options = { log: LogNumber.All, frameBytes: this.#config.frameBytes, now };
    while (rest.length > 0) {
      const piece = cutPiece(rest, { ...options, end: to, open: false });
      rest = rest.slice(piece.entries.length);
      if (piece.frame !== undefined) frames.push({ frame: piece.frame, sent: piece.sent });
    }
    this.#made = { part, cursor, accepts, frames, to };
    return this.#made;
  }

  #newest(entries: readonly LogEntry[]): readonly LogEntry[] {
    let bytes = 0;
    const first = entries.findLastIndex(({ body }) => {
      bytes += body.length;
      return bytes > this.#config.bytesMax;
    });
    this.#stats.cut += first + 1;
    return entries.slice(first + 1);
  }

  #measure(metrics: Metrics): void {
    const stats = this.#stats;
    const name = (text: string) => `comet_kept_${text}_total`;
    metrics.countOf(name("logins"), "Logins given kept broadcasts", () => stats.logins);
    metrics.countOf(name("entries"), "Kept broadcasts given to them", () => stats.entries);
    metrics.countOf(name("unknown"), "Logins that logic was asked again for", () => stats.unknown);
    metrics.countOf(name("cut"), "Kept broadcasts too many for one login", () => stats.cut);
  }
}

/** What the broadcast asks, and tells, of connections when a kept entry goes out live. */
export function createKeptHooks(acks: Pick<Acks, "movedAll">): KeptHooks {
  return {
    has: (member, { life, offset }) => {
      const log = logOf(member);
      return log !== undefined && log.allLife === life && offset <= log.all;
    },
    passed: (member, { life, offset }) => {
      const log = logOf(member);
      // A connection from the life before says nothing: what came before this one it may lack.
      if (log === undefined || log.allLife !== life || log.channel.closed) return;
      log.all = Math.max(log.all, offset);
      acks.movedAll(log);
    },
  };
}

function logOf(member: Member): MailLog | undefined {
  return member instanceof Channel ? mailOf(member) : undefined;
}
