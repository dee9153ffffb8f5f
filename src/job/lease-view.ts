import { decodeLease, decodePresence, type LeaseValue } from "./lease-value.ts";
import type { ShardSpec } from "./shard-spec.ts";

/** Who this job is. */
export interface JobIdentity {
  readonly id: string;
  /** New for every start. */
  readonly incarnation: string;
}

/** A change of the bucket GOIM_LEASES. */
export interface LeaseChange {
  readonly key: string;
  /** Undefined = deleted. */
  readonly value: Uint8Array | undefined;
  readonly revision: number;
}

/** What is known of a lease. */
export interface LeaseEntry {
  /** Undefined when there never was one, or none that can be read. */
  readonly value: LeaseValue | undefined;
  /** To compare and set against; undefined when the key has no value at all. */
  readonly revision: number | undefined;
  readonly changedAt: number;
}

export interface Peer {
  readonly id: string;
  incarnation: string;
  /** Its presence in the bucket, to delete it when it is dead for long. */
  presence: { readonly key: string; readonly revision: number } | undefined;
  /** Last sign of life: a change of its presence or of a lease that it owns. */
  seenAt: number;
  /** Nobody serves its subject: it is gone, until the next sign of life. */
  gone: boolean;
  /** It took its presence away to end: it takes nothing more, though it may hold leases yet. */
  left: boolean;
}

/** Presence keys begin with this; no stream is called so. */
export const PRESENCE_PREFIX = "job.";

/**
 * Time for judging others: runs only while NATS is connected, and a pause of this process counts as
 * a moment, because what the others wrote meanwhile has not been read yet.
 */
export class WatchTime {
  readonly #stepMax: number;
  #elapsedMs = 0;
  #last: number;

  constructor(nowMs: number, stepMaxMs: number) {
    this.#last = nowMs;
    this.#stepMax = stepMaxMs;
  }

  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** To be called every quarter of a second or so with the monotonic clock. */
  advance(nowMs: number, connected: boolean): void {
    const step = Math.min(this.#stepMax, Math.max(0, nowMs - this.#last));
    this.#last = nowMs;
    if (connected) this.#elapsedMs += step;
  }
}

/** All leases and jobs of the system as this job sees them, aged by its own watch time. Pure. */
export class LeaseView {
  readonly #me: JobIdentity;
  readonly #silenceMs: number;
  readonly #leases = new Map<string, LeaseEntry>();
  readonly #peers = new Map<string, Peer>();

  constructor(me: JobIdentity, silenceMs: number, specs: readonly ShardSpec[]) {
    this.#me = me;
    this.#silenceMs = silenceMs;
    for (const { key } of specs) {
      this.#leases.set(key, { value: undefined, revision: undefined, changedAt: 0 });
    }
  }

  lease(key: string): LeaseEntry {
    return this.#leases.get(key) ?? { value: undefined, revision: undefined, changedAt: 0 };
  }

  apply(change: LeaseChange, nowMs: number): void {
    if (this.#leases.has(change.key)) this.#applyLease(change, nowMs);
    else if (change.key.startsWith(PRESENCE_PREFIX)) this.#applyPresence(change, nowMs);
  }

  /** Other jobs that live as far as is known. */
  livePeers(nowMs: number): Peer[] {
    return [...this.#peers.values()].filter((peer) => this.#lives(peer, nowMs));
  }

  /** Forgets jobs without a sign of life for `afterMs`; what presence they left in the bucket. */
  sweep(nowMs: number, afterMs: number): { readonly key: string; readonly revision: number }[] {
    const left: { readonly key: string; readonly revision: number }[] = [];
    for (const peer of this.#peers.values()) {
      if (nowMs - peer.seenAt <= afterMs) continue;
      this.#peers.delete(peer.id);
      if (peer.presence !== undefined && !peer.left) left.push(peer.presence);
    }
    return left;
  }

  /** Nobody serves the subject of that job. */
  markGone(id: string, incarnation: string): void {
    const peer = this.#peers.get(id);
    if (peer?.incarnation === incarnation) peer.gone = true;
  }

  /** The lease's owner may still be alive: then it is left alone. */
  owned(key: string, nowMs: number): boolean {
    const { value, changedAt } = this.lease(key);
    if (value === undefined || value.job === "") return false;
    if (value.job === this.#me.id) return value.incarnation === this.#me.incarnation;
    if (nowMs - changedAt >= this.#silenceMs) return false;
    const peer = this.#peers.get(value.job);
    if (peer === undefined) return true;
    // The same name with a newer incarnation is a new process: the owner is dead.
    return peer.incarnation === value.incarnation && !peer.gone;
  }

  #lives(peer: Peer, nowMs: number): boolean {
    return !peer.gone && !peer.left && nowMs - peer.seenAt < this.#silenceMs;
  }

  #applyLease({ key, value, revision }: LeaseChange, nowMs: number): void {
    const known = this.#leases.get(key);
    // After a reconnect the watch tells everything again: the same revision is no sign of life.
    if (known?.revision === revision && value !== undefined) return;
    // No job deletes a lease: the bucket was lost. Its owner writes it again; if that is dead too,
    // what is known here is all that is left of the position.
    const decoded = value === undefined ? known?.value : decodeLease(value);
    this.#leases.set(key, {
      value: decoded,
      revision: value === undefined ? undefined : revision,
      changedAt: nowMs,
    });
    if (value !== undefined && decoded !== undefined && decoded.job !== "") {
      this.#seen(decoded.job, decoded.incarnation, nowMs);
    }
  }

  #applyPresence({ key, value, revision }: LeaseChange, nowMs: number): void {
    if (value === undefined) {
      for (const peer of this.#peers.values()) {
        if (peer.presence?.key === key) peer.left = true;
      }
      return;
    }
    const presence = decodePresence(value);
    if (presence === undefined || presence.job === this.#me.id) return;
    if (this.#peers.get(presence.job)?.presence?.revision === revision) return;
    const peer = this.#seen(presence.job, presence.incarnation, nowMs);
    if (peer === undefined) return;
    peer.presence = { key, revision };
    peer.left = false;
  }

  #seen(id: string, incarnation: string, nowMs: number): Peer | undefined {
    if (id === this.#me.id) return undefined;
    const known = this.#peers.get(id);
    if (known === undefined) {
      const peer = {
        id,
        incarnation,
        presence: undefined,
        seenAt: nowMs,
        gone: false,
        left: false,
      };
      this.#peers.set(id, peer);
      return peer;
    }
    known.incarnation = incarnation;
    known.seenAt = nowMs;
    known.gone = false;
    return known;
  }
}
