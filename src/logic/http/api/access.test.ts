/** Every call that the OpenAPI document names, without a key and with one that may do nothing. */
import { describe, expect, it } from "vitest";
import type { KvBucket } from "../../../bus/bus.ts";
import { createRevocationWriter, watchRevocations } from "../../../bus/revocations.ts";
import { createSubjects } from "../../../bus/subjects.ts";
import { FakeClock } from "../../../kit/clock.fake.ts";
import { GoimError } from "../../../kit/errors.ts";
import { silentLog } from "../../../kit/log.ts";
import { createMetrics } from "../../../kit/metrics.ts";
import { apiKeySpec } from "../../auth/api-key-record.ts";
import { createApiKeyStore } from "../../auth/api-key-store.ts";
import { fakeBucket } from "../../auth/api-keys.fixture.ts";
import { createApiKeys } from "../../auth/api-keys.ts";
import { SCOPES, type Scope } from "../../auth/scopes.ts";
import { createHttpApp } from "../app.ts";

/** Anybody may ask where to connect and what there is; clients show their own token. */
const OPEN = ["get /goim/nodes/weighted", "get /openapi.json", "post /api/v1/me/publish"];

interface Call {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly scopes: readonly string[] | undefined;
}

/** Whatever a handler asks fails: who sees 401 or 403 was stopped before. */
function reached(): never {
  return new Proxy(() => {}, {
    get: (_, name) => (name === "then" ? undefined : reached()),
    apply: () => {
      throw new GoimError("internal", "let through");
    },
  }) as never;
}

async function setUp() {
  const clock = new FakeClock();
  const bucket = fakeBucket();
  const subjects = createSubjects("goim");
  const writing = { bucket: bucket as unknown as KvBucket, subjects, clock };
  const store = createApiKeyStore({ keysMax: 100 }, writing);
  const metrics = createMetrics();
  const apiKeys = createApiKeys({ required: false }, { bucket, clock, log: silentLog, metrics });
  await apiKeys.start();
  const revocations = await watchRevocations({ bucket: writing.bucket, clock, log: silentLog });
  const app = createHttpApp(
    {
      ...{ bodyBytesMax: 100, jsonBytesMax: 2_000, targetsMax: 3, batchMax: 3, pageMax: 10 },
      ...{ excludeMax: 2, waitMs: 5, waitMsMax: 9, auth: {} },
      presence: { midsMax: 3, pageMax: 10 },
      rooms: { pageMax: 10, midsMax: 3, metadataMax: 2 },
      moderation: { reportsMax: 10 },
    },
    {
      ...{ presence: reached(), roomParts: reached(), moderation: reached() },
      ...{ messageStates: reached(), apiPusher: reached(), history: reached() },
      ...{ pusher: reached(), online: reached(), nodes: reached() },
      ...{ apiKeys, apiKeyStore: store, revocations },
      revocationWriter: createRevocationWriter(writing),
      me: {
        identify: async () => {
          throw new GoimError("unauthorized", "no token");
        },
        clientPublish: reached(),
      },
      ...{ version: "1.2.3", clock, log: silentLog, metrics },
    },
  );
  const document = (await (await app.request("/openapi.json")).json()) as {
    paths: Record<string, Record<string, { security?: { bearer?: string[] }[] }>>;
  };
  const calls: Call[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({
      ...{ name: `${method} ${path}`, method, path: path.replaceAll(/\{\w+\}/g, "1") },
      scopes: security?.flatMap(({ bearer = [] }) => bearer),
    })),
  );
  const statusOf = async ({ method, path }: Call, key?: string, body?: string) => {
    const response = await app.request(path, {
      method: method.toUpperCase(),
      headers: {
        ...{ "Content-Type": "application/json" },
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      },
      ...(body === undefined || method === "get" ? {} : { body }),
    });
    return response.status;
  };
  const keyWith = async (scopes: readonly Scope[]) =>
    (await store.create(apiKeySpec.parse({ name: "n", scopes }))).secret;
  return { calls, statusOf, keyWith };
}

/** Scopes of goim's own calls, which the document keeps in goim's words. */
const goimScopes: Readonly<Record<string, Scope>> = {
  "post /goim/push/keys": "push:user",
  "post /goim/push/mids": "push:user",
  "post /goim/push/room": "push:room",
  "post /goim/push/all": "push:all",
  "get /goim/online/top": "read",
  "get /goim/online/room": "read",
  "get /goim/online/total": "read",
  "get /goim/nodes/instances": "read",
};
const BATCH = "post /api/v1/push/batch";

describe("the calls of the API", () => {
  it("say which scope they need; no more are open than those listed", async () => {
    const { calls } = await setUp();
    expect(calls.length).toBeGreaterThan(40);
    const open = calls.filter(({ name, scopes }) => {
      return scopes === undefined && goimScopes[name] === undefined && name !== BATCH;
    });
    expect(open.map(({ name }) => name).sort()).toEqual(OPEN);
    for (const { name, scopes } of calls) {
      for (const scope of scopes ?? []) expect(SCOPES, name).toContain(scope);
    }
  });

  it("are refused with 401 without a key, or with one that is not good", async () => {
    const { calls, statusOf, keyWith } = await setUp();
    const secret = await keyWith(["read"]);
    const forged = `${secret.slice(0, -2)}${secret.endsWith("A") ? "BB" : "AA"}`;
    const closed = calls.filter(({ name }) => !OPEN.includes(name));
    expect(closed.length).toBe(calls.length - OPEN.length);
    for (const call of closed) {
      for (const body of call.method === "get" ? [undefined] : [undefined, "{}", "[", "x"]) {
        expect(await statusOf(call, undefined, body), call.name).toBe(401);
        expect(await statusOf(call, "gk_x", body), call.name).toBe(401);
        expect(await statusOf(call, forged, body), call.name).toBe(401);
      }
    }
  });

  it("are refused with 403 for a key with every scope but theirs, and only then", async () => {
    const { calls, statusOf, keyWith } = await setUp();
    for (const scope of SCOPES) {
      const [others, own] = [
        await keyWith(SCOPES.filter((one) => one !== scope)),
        await keyWith([scope]),
      ];
      const needing = calls.filter(({ name, scopes }) => {
        return (goimScopes[name] ?? scopes?.[0]) === scope;
      });
      for (const call of needing) {
        expect(await statusOf(call, others, "{}"), `${call.name} ${scope}`).toBe(403);
        expect(await statusOf(call, own, "{}"), call.name).not.toBeOneOf([401, 403]);
      }
    }
  });

  it("refuse in a batch each item that the key is not for", async () => {
    const { calls, statusOf, keyWith } = await setUp();
    const batch = calls.find(({ name }) => name === BATCH) as Call;
    const items = [
      { to: "room", type: "live", room: "1", op: 1000, body: "x" },
      { to: "user", user: "7", op: 1000, body: "x" },
      { to: "all", op: 1000, body: "x" },
    ];
    const body = JSON.stringify({ items });
    expect(await statusOf(batch, await keyWith(["read", "moderate"]), body)).toBe(403);
  });
});
