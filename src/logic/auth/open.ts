/** Opens what decides about logins and calls: keys, revocations, the authorizer. */
import type { Bus, KvBucket } from "../../bus/bus.ts";
import {
  createRevocationWriter,
  type Revocations,
  type RevocationWriter,
  watchRevocations,
} from "../../bus/revocations.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Address } from "../../kit/config.ts";
import { isLoopback } from "../../kit/config-values.ts";
import { GoimError } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { type ApiKeyStore, createApiKeyStore } from "./api-key-store.ts";
import { type ApiKeys, createApiKeys } from "./api-keys.ts";
import { type Authorizer, createAuthorizer, type OwnTokens } from "./authorizer.ts";
import type { AuthConfig } from "./config.ts";

export interface AuthParts {
  readonly authorizer: Authorizer;
  readonly apiKeys: ApiKeys;
  readonly apiKeyStore: ApiKeyStore;
  readonly revocations: Revocations;
  readonly revocationWriter: RevocationWriter;
}

export interface OpenAuthDeps {
  readonly bus: Bus;
  /** The bucket GOIM_RULES. */
  readonly rules: KvBucket;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
  readonly own?: OwnTokens | undefined;
}

/**
 * Fails, before anything listens, where the HTTP API could be called by anybody from elsewhere: it
 * is reachable, and there is no key.
 */
export async function openAuth(
  config: {
    readonly auth: AuthConfig;
    readonly httpServer: { readonly addr: Address };
  },
  deps: OpenAuthDeps,
): Promise<{ readonly parts: AuthParts; close(): void }> {
  const { bus, rules: bucket, clock, log, metrics } = deps;
  const { subjects } = bus;
  const revocations = await watchRevocations({ bucket, clock, log });
  const size = "Mids, keys and tokens that are revoked";
  metrics.levelOf("revocations", size, () => revocations.size);
  const required = !config.auth.insecure && !isLoopback(config.httpServer.addr);
  const apiKeys = createApiKeys({ required }, { bucket, clock, log, metrics });
  await apiKeys.start();
  const close = () => {
    revocations.stop();
    void apiKeys.stop();
  };
  if (required && apiKeys.usable === 0) {
    close();
    throw new GoimError(
      "forbidden",
      "the HTTP API can be reached from other machines, and there is no key for it: create one " +
        "with `goim key create`, or set auth.insecure = true",
    );
  }
  if (apiKeys.open) log.warn("the HTTP API is open to everybody on this machine: no key exists");
  const writing = { bucket, subjects, clock };
  const parts = {
    authorizer: await createAuthorizer(config.auth, { ...deps, revocations }),
    apiKeys,
    apiKeyStore: createApiKeyStore(config.auth, writing),
    revocations,
    revocationWriter: createRevocationWriter(writing),
  };
  return { parts, close };
}
