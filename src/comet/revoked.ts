/**
 * Closes connections whose user, key or token, or what that was signed with, is revoked, within a
 * second of the revocation.
 */
import type { Revocation, Revocations } from "../bus/revocations.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import type { Metrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import type { Bucket } from "./bucket.ts";
import type { Channel } from "./channel.ts";

/** Opens the watch; comet.ts cannot, because what is revoked is told from the start on. */
export type WatchRevocations = (
  onRevoked: (revocation: Revocation) => void,
) => Promise<Pick<Revocations, "find" | "size" | "stop">>;

export interface RevokedDeps {
  readonly bucket: Pick<Bucket, "byMid" | "byKey" | "olderByKey" | "channels">;
  readonly watch: WatchRevocations | undefined;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Tokens have no index: those revoked within this time are looked for in one pass. */
const GATHER_MS = 100;
/** Connections closed before others have their turn: a secret may have signed for all of them. */
const SLICE = 500;

export class Revoked {
  readonly #deps: RevokedDeps;
  readonly #tokens = new Set<string>();
  readonly #kids = new Set<string>();
  #revocations: Pick<Revocations, "find" | "size" | "stop"> | undefined;
  #timer: Timer | undefined;
  #closed = 0;

  constructor(deps: RevokedDeps) {
    this.#deps = deps;
    const { metrics } = deps;
    const closed = "Connections closed because of a revocation";
    metrics.countOf("comet_revoked_total", closed, () => this.#closed);
    const size = "Revocations that this comet knows";
    metrics.levelOf("comet_revocations", size, () => this.#revocations?.size ?? 0);
  }

  /** Resolves when every revocation of the past is known. */
  async start(): Promise<void> {
    this.#revocations = await this.#deps.watch?.((revocation) => this.#onRevoked(revocation));
  }

  stop(): void {
    this.#revocations?.stop();
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
  }

  /**
   * Closes the channel when it is revoked by now: logic may have looked before the revocation came.
   */
  check(channel: Channel): void {
    if (channel.closed || this.#revocations === undefined) return;
    const { mid, key, grant } = channel;
    const { tokenId = "", keyId = "", issuedAt = 0 } = grant ?? {};
    const found = this.#revocations.find({ mid, key, tokenId, keyId, issuedAt });
    if (found === undefined) return;
    this.#closed++;
    channel.close(CloseCode.Revoked, `revoked: the ${found.kind}`);
  }

  #onRevoked({ kind, value }: Revocation): void {
    const { bucket, clock } = this.#deps;
    if (kind === "token" || kind === "kid") {
      (kind === "token" ? this.#tokens : this.#kids).add(value);
      this.#timer ??= clock.setTimeout(() => this.#sweep(), GATHER_MS);
      return;
    }
    if (kind === "mid") {
      this.#checkAll(bucket.byMid(value));
      return;
    }
    const newest = bucket.byKey(value);
    this.#checkAll([...bucket.olderByKey(value), ...(newest === undefined ? [] : [newest])]);
  }

  #sweep(): void {
    this.#timer = undefined;
    const found = [...this.#deps.bucket.channels()].filter(({ grant }) => {
      if (grant === undefined) return false;
      return this.#tokens.has(grant.tokenId) || this.#kids.has(grant.keyId);
    });
    this.#tokens.clear();
    this.#kids.clear();
    this.#checkSlices(found, 0);
  }

  #checkSlices(channels: readonly Channel[], from: number): void {
    this.#checkAll(channels.slice(from, from + SLICE));
    const next = from + SLICE;
    if (next < channels.length) this.#deps.clock.yield(() => this.#checkSlices(channels, next));
  }

  #checkAll(channels: readonly Channel[]): void {
    for (const channel of channels) this.check(channel);
  }
}
