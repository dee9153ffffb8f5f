/** Creates, lists, rotates and revokes keys of the HTTP API in their bucket. */
import type { KvBucket } from "../../bus/bus.ts";
import type { Subjects } from "../../bus/subjects.ts";
import type { Clock } from "../../kit/clock.ts";
import { GoimError } from "../../kit/errors.ts";
import {
  type ApiKey,
  type ApiKeyRecord,
  type ApiKeySpec,
  encodeRecord,
  hashOf,
  newKeyId,
  newSecret,
  parseRecord,
  shown,
} from "./api-key-record.ts";

/** First part of the keys in the bucket. */
export const API_KEYS = "apikey";
/** Tries to write a record that somebody else writes, too. */
const TRIES_MAX = 5;

/** A key with its secret, which is shown this once. */
export interface NewApiKey {
  readonly key: ApiKey;
  readonly secret: string;
}

export interface ApiKeyStore {
  /** Fails with "busy" when there are as many as there may be. */
  create(spec: ApiKeySpec): Promise<NewApiKey>;
  /** Revoked ones, too; oldest first. */
  list(): Promise<ApiKey[]>;
  /**
   * A new secret; the old one is good for `overlapMs` more. Fails with "not_found", and with
   * "conflict" for a revoked one.
   */
  rotate(id: string, overlapMs: number): Promise<NewApiKey>;
  /** Void from now on. Fails with "not_found". Doing it twice changes nothing. */
  revoke(id: string): Promise<ApiKey>;
}

export interface ApiKeyStoreDeps {
  readonly bucket: Pick<KvBucket, "get" | "create" | "update" | "entries">;
  readonly subjects: Pick<Subjects, "kv">;
  readonly clock: Pick<Clock, "now">;
}

export function createApiKeyStore(
  config: { readonly keysMax: number },
  { bucket, subjects, clock }: ApiKeyStoreDeps,
): ApiKeyStore {
  const nameOf = (id: string) => subjects.kv(API_KEYS, id);
  const list = async () => {
    const records = new Map<string, ApiKeyRecord>();
    for await (const { value } of bucket.entries(`${API_KEYS}.*`)) {
      const record = parseRecord(value);
      records.set(record.id, record);
    }
    return [...records.values()].sort((a, b) => a.createdAt - b.createdAt).map(shown);
  };

  const change = async (id: string, edit: (record: ApiKeyRecord) => ApiKeyRecord) => {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const entry = await bucket.get(nameOf(id));
      if (entry === undefined) throw new GoimError("not_found", "there is no such key");
      const record = edit(parseRecord(entry.value));
      const revision = await bucket.update(nameOf(id), encodeRecord(record), entry.revision);
      if (revision !== undefined) return shown(record);
    }
    throw new GoimError("busy", "somebody else is changing this key");
  };

  return {
    list,
    create: async (spec) => {
      if ((await list()).length >= config.keysMax) {
        throw new GoimError("busy", `there are ${config.keysMax} keys already (auth.keysMax)`);
      }
      const id = newKeyId();
      const secret = newSecret(id);
      const times = { createdAt: clock.now(), rotatedAt: 0, revokedAt: 0 };
      const record = { ...spec, id, hash: hashOf(secret), ...times };
      const revision = await bucket.create(nameOf(id), encodeRecord(record));
      if (revision === undefined) throw new GoimError("busy", "try again: the id is taken");
      return { key: shown(record), secret };
    },
    rotate: async (id, overlapMs) => {
      const secret = newSecret(id);
      const key = await change(id, ({ previous: _, ...record }) => {
        if (record.revokedAt > 0) throw new GoimError("conflict", "the key is revoked");
        const rotatedAt = clock.now();
        const previous = { hash: record.hash, until: rotatedAt + overlapMs };
        const kept = overlapMs > 0 ? { previous } : {};
        return { ...record, hash: hashOf(secret), rotatedAt, ...kept };
      });
      return { key, secret };
    },
    revoke: (id) =>
      change(id, ({ previous: _, ...record }) => ({
        ...record,
        revokedAt: record.revokedAt === 0 ? clock.now() : record.revokedAt,
      })),
  };
}
