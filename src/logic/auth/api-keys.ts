/** Who calls the HTTP API: the keys in memory, kept up to date by a watch. */
import type { KvBucket, KvChange, Subscription } from "../../bus/bus.ts";
import { watchAll } from "../../bus/watch-all.ts";
import type { Clock } from "../../kit/clock.ts";
import { GoimError, messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Service } from "../../kit/service.ts";
import { type ApiKeyRecord, idOfSecret, isSecretOf, parseRecord } from "./api-key-record.ts";
import { API_KEYS } from "./api-key-store.ts";
import { SCOPES, type Scope } from "./scopes.ts";

/** Who made a call. */
export interface Caller {
  /** Of the key; "" where no key is asked for. */
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Undefined: any type. */
  readonly roomTypes: ReadonlySet<string> | undefined;
}

/** Too many calls; nothing was done. */
export class RateLimited extends GoimError {
  /** Whole seconds after which there is room again. */
  readonly retryAfterS: number;

  constructor(retryAfterS: number, text = "this key has made as many calls as it may") {
    super("busy", text);
    this.name = "RateLimited";
    this.retryAfterS = retryAfterS;
  }
}

export interface ApiKeys extends Service {
  /** Whether calls without a key are taken: on loopback, as long as there never was a key. */
  readonly open: boolean;
  /** Keys that are good now. */
  readonly usable: number;
  /** Whose secret it is. Fails with "unauthorized". */
  identify(secret: string): Caller;
  /** Takes `calls` from what the caller may do now. Fails with RateLimited. */
  charge(caller: Caller, calls: number): void;
}

export interface ApiKeysDeps {
  readonly bucket: Pick<KvBucket, "watch">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Everybody, where no key is asked for. */
export const ANYBODY: Caller = { id: "", scopes: new Set(SCOPES), roomTypes: undefined };

interface Known {
  readonly record: ApiKeyRecord;
  readonly caller: Caller;
  /** Calls that may be made now, and since when: a token bucket. */
  tokens: number;
  at: number;
}

export function createApiKeys(
  config: { /** Even without any key none is let in. */ readonly required: boolean },
  deps: ApiKeysDeps,
): ApiKeys {
  return new WatchedKeys(config.required, deps);
}

class WatchedKeys implements ApiKeys {
  readonly name = "api keys";
  readonly #deps: ApiKeysDeps;
  readonly #known = new Map<string, Known>();
  #required: boolean;
  #watch: Subscription | undefined;
  #refused = 0;
  #limited = 0;

  constructor(required: boolean, deps: ApiKeysDeps) {
    this.#required = required;
    this.#deps = deps;
    const { metrics } = deps;
    metrics.levelOf("api_keys", "Keys of the HTTP API that are good", () => this.usable);
    const refused = "Calls whose key is not known, revoked or over";
    metrics.countOf("api_keys_refused_total", refused, () => this.#refused);
    const limited = "Calls above the rate of their key";
    metrics.countOf("api_keys_limited_total", limited, () => this.#limited);
  }

  get open(): boolean {
    return !this.#required;
  }

  get usable(): number {
    const now = this.#deps.clock.now();
    let count = 0;
    for (const { record } of this.#known.values()) if (isGood(record, now)) count++;
    return count;
  }

  async start(): Promise<void> {
    const onChange = (change: KvChange) => this.#take(change);
    const { watch, ready } = await watchAll(this.#deps.bucket, `${API_KEYS}.*`, onChange);
    this.#watch = watch;
    await ready;
  }

  async stop(): Promise<void> {
    this.#watch?.unsubscribe();
  }

  identify(secret: string): Caller {
    const now = this.#deps.clock.now();
    const id = idOfSecret(secret);
    const known = id === undefined ? undefined : this.#known.get(id);
    if (
      id !== undefined &&
      isSecretOf(known?.record, secret, now) &&
      known !== undefined &&
      isGood(known.record, now)
    ) {
      return known.caller;
    }
    this.#refused++;
    throw new GoimError("unauthorized", "the API key is not known, or not any more");
  }

  charge({ id }: Caller, calls: number): void {
    const known = this.#known.get(id);
    if (known === undefined || known.record.ratePerSecond === 0) return;
    const { ratePerSecond } = known.record;
    const most = mostOf(known.record);
    const now = this.#deps.clock.monotonic();
    known.tokens = Math.min(most, known.tokens + ((now - known.at) / 1000) * ratePerSecond);
    known.at = now;
    // A batch that is larger than what can ever be there goes when the bucket is full.
    const needed = Math.min(calls, most);
    if (known.tokens < needed) {
      this.#limited++;
      throw new RateLimited(Math.ceil((needed - known.tokens) / ratePerSecond));
    }
    known.tokens -= calls;
  }

  #take({ key, value }: KvChange): void {
    const id = key.slice(API_KEYS.length + 1);
    if (value === undefined) {
      // The API does not open when keys get lost.
      this.#known.delete(id);
      return;
    }
    this.#required = true;
    try {
      const record = parseRecord(value);
      const roomTypes = record.roomTypes.length === 0 ? undefined : new Set(record.roomTypes);
      const caller = { id, scopes: new Set(record.scopes), roomTypes };
      const before = this.#known.get(id);
      const at = before?.at ?? this.#deps.clock.monotonic();
      const tokens = before?.tokens ?? mostOf(record);
      this.#known.set(id, { record, caller, tokens, at });
    } catch (error) {
      this.#known.delete(id);
      this.#deps.log.error({ id, error: messageOf(error) }, "an API key is void");
    }
  }
}

function isGood({ revokedAt, expiresAt }: ApiKeyRecord, now: number): boolean {
  return revokedAt === 0 && (expiresAt === 0 || now < expiresAt);
}

function mostOf({ burst, ratePerSecond }: ApiKeyRecord): number {
  return burst > 0 ? burst : Math.max(1, ratePerSecond);
}
