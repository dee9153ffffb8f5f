/** A key that is for some types of rooms, at every call that the OpenAPI document names. */
import { beforeAll, describe, expect, it } from "vitest";
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
import { SCOPES } from "../../auth/scopes.ts";
import type { Act } from "../../moderation/audit.ts";
import { createHttpApp } from "../app.ts";

/**
 * type: the path or the query names one. said: the body does, below. list: shows those of the types
 * only. closed: about more than rooms of a type. free: about no room, the scope decides. client:
 * no key at all. A call that is new has to find its place here.
 */
const RULES: Readonly<Record<string, "type" | "said" | "list" | "closed" | "free" | "client">> = {
  "post /goim/push/keys": "free",
  "post /goim/push/mids": "free",
  "post /goim/push/room": "type",
  "post /goim/push/all": "free",
  "get /goim/online/top": "type",
  "get /goim/online/room": "type",
  "get /goim/online/total": "free",
  "get /goim/nodes/weighted": "client",
  "get /goim/nodes/instances": "free",
  "get /openapi.json": "client",
  "post /api/v1/push/room": "said",
  "post /api/v1/push/user": "free",
  "post /api/v1/push/users": "free",
  "post /api/v1/push/keys": "free",
  "post /api/v1/push/all": "free",
  "post /api/v1/push/batch": "said",
  "get /api/v1/messages/{offset}": "free",
  "get /api/v1/presence/{mid}": "free",
  "post /api/v1/presence": "free",
  "get /api/v1/presence": "free",
  "post /api/v1/keys": "closed",
  "get /api/v1/keys": "closed",
  "post /api/v1/keys/{id}/rotate": "closed",
  "delete /api/v1/keys/{id}": "closed",
  "post /api/v1/revocations": "closed",
  "get /api/v1/revocations": "closed",
  "delete /api/v1/revocations/{kind}/{value}": "closed",
  "post /api/v1/me/publish": "client",
  "post /api/v1/register": "client",
  "post /api/v1/login": "client",
  "post /api/v1/me/password": "client",
  "post /api/v1/tokens": "said",
  "post /api/v1/users": "closed",
  "get /api/v1/users": "closed",
  "get /api/v1/users/{mid}": "closed",
  "patch /api/v1/users/{mid}": "closed",
  "post /api/v1/users/{mid}/activate": "closed",
  "post /api/v1/users/{mid}/disable": "closed",
  "put /api/v1/users/{mid}/password": "closed",
  "get /api/v1/users/{mid}/rooms": "list",
  "get /api/v1/roles": "closed",
  "put /api/v1/roles/{role}": "closed",
  "delete /api/v1/roles/{role}": "closed",
  "post /api/v1/rooms": "said",
  "get /api/v1/rooms": "list",
  "get /api/v1/moderation": "list",
  "put /api/v1/moderation/words/{id}": "said",
  "get /api/v1/moderation/words/{id}": "said",
  "delete /api/v1/moderation/words/{id}": "said",
  "put /api/v1/moderation/limits": "said",
  "get /api/v1/moderation/limits": "list",
  "post /api/v1/moderation/limits/delete": "said",
  "get /api/v1/moderation/restrictions": "list",
  "post /api/v1/moderation/restrictions/{kind}": "said",
  "post /api/v1/moderation/restrictions/{kind}/lift": "said",
  "post /api/v1/moderation/kick": "said",
  "post /api/v1/moderation/recall": "said",
  "post /api/v1/moderation/reports": "said",
  "get /api/v1/moderation/reports": "list",
  "post /api/v1/moderation/reports/{id}/close": "said",
  "get /api/v1/audit": "said",
};

/** Whatever a handler asks fails: who sees 403 was stopped before. */
function reached(): never {
  return new Proxy(() => {}, {
    get: (_, name) => (name === "then" ? undefined : reached()),
    apply: () => {
      throw new GoimError("internal", "let through");
    },
  }) as never;
}

const scopes = [
  { kind: "all" },
  { kind: "type", type: "live" },
  { kind: "type", type: "club" },
  { kind: "room", room: "live://1" },
  { kind: "room", room: "club://1" },
] as const;
/** Names of dictionaries and reports, each of one of these places. */
const ID = "00000000-0000-4000-8000-00000000000";
const reports = ["", "live://1", "club://1"].map((room, at) => ({ id: `${ID}${at}`, room }));
const places = [{ room: "" }, { room: "live://1" }, { room: "club://1" }];
const types = [{ type: "live" }, { type: "club" }, { type: "livestream" }];

function moderation(acts: Act[]) {
  const store = {
    dictionary: async (id: string) => {
      const scope = scopes[Number(id)];
      return scope === undefined ? undefined : { head: { scope }, revision: 1 };
    },
    putDictionary: async () => 1,
    deleteDictionary: async () => true,
    words: async () => [],
    putPolicy: async () => 1,
    deletePolicy: async () => true,
    putRestriction: async () => 1,
    deleteRestriction: async () => true,
  };
  const texts = ["all", "type live", "type club", "room live://1", "room club://1"];
  const rules = {
    words: { states: () => scopes.map((scope, at) => ({ id: String(at), scope })) },
    policies: { all: () => texts.map((text) => [text, {}]) },
    restrictions: { all: () => places.map((place) => ["", place]), size: 3 },
  };
  return {
    ...{ store, rules, recalls: { size: 0, recall: async () => ({}) }, now: () => 0 },
    audit: (act: Act) => void acts.push(act),
    auditLog: { page: async () => ({ acts: [] }) },
    kick: async () => 1,
    reports: {
      add: async (report: object) => report,
      page: async () => ({ reports, cursor: 3, more: false }),
      close: async (
        id: string,
        _: string,
        { mayClose }: { mayClose: (report: object) => void },
      ) => {
        const report = reports.find((one) => one.id === id);
        mayClose(report ?? {});
        return report;
      },
    },
  };
}

function rest() {
  return { open: async (wish: object) => wish, close: async (name: object) => name };
}

function users() {
  return { disable: async () => user, setPassword: async () => user };
}

const roomParts = {
  rooms: { list: async () => ({ items: types, cursor: 0 }), get: reached(), ...rest() },
  members: {
    roomsOf: async () => ({ items: types.map((room) => ({ room, member: {} })), cursor: 0 }),
    ...{ ban: async () => {}, unban: async () => {}, remove: async () => {} },
  },
  unread: {},
};

const online = (tops: string[]) => ({
  room: () => 1,
  totals: () => ({ connections: 0, ips: 0 }),
  top: (prefix: string) => {
    tops.push(prefix);
    return [];
  },
});

const userParts = (minted: object[]) => ({
  ...{ users: users(), roles: reached(), registrations: reached(), clientIpOf: () => "" },
  logins: {
    mint: async (claims: object) => {
      minted.push(claims);
      return {};
    },
  },
});

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
  const acts: Act[] = [];
  const tops: string[] = [];
  const minted: object[] = [];
  const app = createHttpApp(
    {
      ...{ bodyBytesMax: 100, jsonBytesMax: 2_000, targetsMax: 3, batchMax: 3, pageMax: 10 },
      ...{ excludeMax: 2, waitMs: 5, waitMsMax: 9, auth: {} },
      users: { pageMax: 10, logicUrl: "", tokenLife: 1000, tokenLifeMax: 2000 },
      presence: { midsMax: 3, pageMax: 10 },
      rooms: { pageMax: 10, midsMax: 3, metadataMax: 2 },
      moderation: { reportsMax: 10 },
    },
    {
      ...{ presence: reached(), moderation: moderation(acts) as never },
      roomParts: roomParts as never,
      ...{ messageStates: reached(), apiPusher: reached(), history: reached() },
      ...{ pusher: reached(), nodes: { weighted: () => ({}) } as never },
      ...{ online: online(tops) as never, userParts: userParts(minted) as never },
      ...{ apiKeys, apiKeyStore: store, revocations },
      revocationWriter: createRevocationWriter(writing),
      me: { identify: reached(), clientPublish: reached() },
      ...{ version: "1.2.3", clock, log: silentLog, metrics },
    },
  );
  const keyOf = async (roomTypes: readonly string[]) =>
    store.create(apiKeySpec.parse({ name: "n", scopes: SCOPES, roomTypes }));
  const live = await keyOf(["live"]);
  const any = await keyOf([]);
  const call = async (line: string, body?: unknown, { secret } = live) => {
    const [method = "", path = ""] = line.split(" ");
    const response = await app.request(path, {
      method: method.toUpperCase(),
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${secret}` },
      ...(method === "get" ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    const json = (await response.json()) as Record<string, never>;
    return { status: response.status, json };
  };
  const document = (await (await app.request("/openapi.json")).json()) as {
    paths: Record<string, object>;
  };
  const names = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  return { call, keyOf, names, live, any, acts, tops, minted, secrets: [live.secret, any.secret] };
}

const user = { mid: "7", name: "ann", state: "active", roles: [], permissions: {} };

const ruleOf = (name: string) =>
  name.includes("/rooms/{type}") ? "type" : (RULES[name] ?? "missing");
const filled = (name: string, type: string) =>
  name.replace("{type}", type).replaceAll(/\{\w+\}/g, "1");

describe("a key for rooms of the type live", () => {
  let api: Awaited<ReturnType<typeof setUp>>;
  beforeAll(async () => {
    api = await setUp();
  });
  const named = (rule: string) => api.names.filter((name) => ruleOf(name) === rule);

  it("has a rule for every call", () => {
    expect(named("missing")).toEqual([]);
    expect(Object.keys(RULES).filter((name) => !api.names.includes(name))).toEqual([]);
    expect(named("type").length).toBeGreaterThan(15);
  });

  it("reaches a room of its type, and none of another, wherever the path names one", async () => {
    const query = "operation=1&room=1&rooms=1&limit=5";
    for (const name of named("type")) {
      const line = (type: string) => `${filled(name, type)}?${query}&type=${type}`;
      const plain = (type: string) => (name.includes("/goim/") ? line(type) : filled(name, type));
      expect((await api.call(plain("club"))).status, name).toBe(403);
      expect((await api.call(plain("livestream"))).status, name).toBe(403);
      expect((await api.call(plain("live"))).status, name).not.toBe(403);
      expect((await api.call(plain("club"), {}, api.any)).status, name).not.toBe(403);
    }
    // goim's top takes all types that begin alike.
    expect(new Set(api.tops)).toEqual(new Set(["live://", "club"]));
  });

  it("is refused what is about more than that, and let to what is about no room", async () => {
    for (const name of named("closed")) {
      expect((await api.call(filled(name, "")))?.status, name).toBe(403);
      expect((await api.call(filled(name, ""), {}, api.any)).status, name).not.toBe(403);
    }
    for (const name of named("free")) {
      expect((await api.call(filled(name, ""))).status, name).not.toBe(403);
    }
  });

  it("is shown what is of its type in lists", async () => {
    const at = "get /api/v1";
    const shown = async (path: string, list: string, key = api.live) =>
      ((await api.call(`${at}/${path}`, {}, key)).json[list] as unknown as object[]).length;
    const lists: [string, string, number, number][] = [
      ["rooms", "rooms", 1, 3],
      ["users/7/rooms", "rooms", 1, 3],
      ["moderation", "dictionaries", 2, 5],
      ["moderation/limits", "policies", 2, 5],
      ["moderation/restrictions", "restrictions", 1, 3],
      ["moderation/reports", "reports", 1, 3],
    ];
    expect(lists.length).toBe(named("list").length);
    for (const [path, list, own, all] of lists) {
      expect(await shown(path, list), path).toBe(own);
      expect(await shown(path, list, api.any), path).toBe(all);
    }
    expect((await api.call(`${at}/rooms?type=club`)).status).toBe(403);
    expect((await api.call(`${at}/rooms?type=live`)).status).toBe(200);
  });

  it("may say rooms of its type only: no other, not all, not none", async () => {
    const words = (scope: object) => ({ scope, action: "block", words: ["x"] });
    const by = { by: "user", value: "7" };
    const push = { op: 1000, body: "x", room: "1" };
    const report = { by: "ann", reason: "rude" };
    const base = "post /api/v1/moderation";
    const [all, live, club, room, other] = scopes;
    const cases: [string, unknown, boolean][] = [
      ["post /api/v1/push/room", { ...push, type: "club" }, false],
      ["post /api/v1/rooms", { type: "club", room: "1" }, false],
      ["post /api/v1/rooms", { type: "live", room: "1" }, true],
      ...[all, club, other].map((scope): [string, unknown, boolean] => {
        return ["put /api/v1/moderation/words/9", words(scope), false];
      }),
      ["put /api/v1/moderation/words/9", words(live), true],
      ["put /api/v1/moderation/words/9", words(room), true],
      // What stands there counts as well as what is to stand there.
      ...[0, 2, 4].flatMap((id): [string, unknown, boolean][] => [
        [`put /api/v1/moderation/words/${id}`, words(live), false],
        [`get /api/v1/moderation/words/${id}`, {}, false],
        [`delete /api/v1/moderation/words/${id}`, {}, false],
      ]),
      ...[1, 3].flatMap((id): [string, unknown, boolean][] => [
        [`put /api/v1/moderation/words/${id}`, words(live), true],
        [`get /api/v1/moderation/words/${id}`, {}, true],
        [`delete /api/v1/moderation/words/${id}`, {}, true],
      ]),
      ...scopes.flatMap((scope): [string, unknown, boolean][] => [
        [
          "put /api/v1/moderation/limits",
          { scope, policy: {} },
          [live, room].includes(scope as never),
        ],
        [`${base}/limits/delete`, { scope }, [live, room].includes(scope as never)],
      ]),
      ...["", "live://1", "club://1", "bare"].flatMap((one): [string, unknown, boolean][] => [
        [`${base}/restrictions/ban`, { ...by, room: one }, one === "live://1"],
        [`${base}/restrictions/ban/lift`, { ...by, room: one }, one === "live://1"],
      ]),
      [`${base}/kick`, { user: "7" }, false],
      [`${base}/recall`, { room: "club://1", offset: 5000 }, false],
      [`${base}/recall`, { user: "7", offset: 5000 }, false],
      [`${base}/recall`, { all: true, offset: 5000 }, false],
      [`${base}/recall`, { room: "live://1", offset: 5000 }, true],
      [`${base}/reports`, { ...report, user: "7" }, false],
      [`${base}/reports`, { ...report, room: "club://1" }, false],
      [`${base}/reports`, { ...report, room: "live://1" }, true],
      [`${base}/reports/${ID}0/close`, { outcome: "x" }, false],
      [`${base}/reports/${ID}1/close`, { outcome: "x" }, true],
      [`${base}/reports/${ID}2/close`, { outcome: "x" }, false],
      ["get /api/v1/audit", {}, false],
      ["get /api/v1/audit?room=club%3A%2F%2F1", {}, false],
      ["get /api/v1/audit?room=live%3A%2F%2F1", {}, true],
    ];
    for (const [line, body, good] of cases) {
      const text = `${line} ${JSON.stringify(body)}`;
      const { status, json } = await api.call(line, body);
      expect(status, `${text} ${JSON.stringify(json)}`).toBe(good ? 200 : 403);
    }
    const items = [{ ...push, to: "room", type: "club" }];
    expect((await api.call("post /api/v1/push/batch", { items })).status).toBe(403);
  });

  it("makes tokens for rooms of its type only", async () => {
    const mint = async (more: object, key = api.live) =>
      (await api.call("post /api/v1/tokens", { mid: "7", ...more }, key)).status;
    for (const rooms of [
      ...[undefined, { "*": "owner" }, { "live*": "member" }, { "live:*": "member" }],
      ...[{ "club://1": "reader" }, { "live://*": "member", "club://*": "reader" }, { bare: "x" }],
      { "livestream://*": "member" },
    ]) {
      expect(await mint({ rooms }), JSON.stringify(rooms)).toBe(403);
      expect(await mint({ rooms }, api.any)).toBe(201);
    }
    const before = api.minted.length;
    expect(await mint({ rooms: { "live://*": "m" }, room_id: "club://1" })).toBe(403);
    expect(api.minted.length).toBe(before);
    expect(await mint({ rooms: { "live://*": "m", "live://1": "owner" } })).toBe(201);
    // Rooms without a type have one, too; their names begin like those of any other.
    const bare = await api.keyOf([""]);
    expect(await mint({ rooms: { lobby: "m" } }, bare)).toBe(201);
    for (const rooms of [{ "*": "m" }, { "l*": "m" }, { "live://1": "m" }]) {
      expect(await mint({ rooms }, bare), JSON.stringify(rooms)).toBe(403);
    }
  });
});

describe("acts", () => {
  it("are noted with who ordered them and by which key, and no secret", async () => {
    const { call, any, acts, secrets } = await setUp();
    const act = async (line: string, body: unknown = {}) => {
      acts.length = 0;
      const { status, json } = await call(line, body, any);
      expect(status, `${line} ${JSON.stringify(json)}`).toBeLessThan(300);
      expect(acts, line).toHaveLength(1);
      expect(acts[0], line).toMatchObject({ apiKey: any.key.id });
      expect(JSON.stringify(acts)).not.toContain("hidden");
      return { act: acts[0] as Act, json: json as Record<string, unknown> };
    };
    const by = "?actor=anna";
    const words = `delete /api/v1/moderation/words/1${by}`;
    expect((await act(words)).act).toMatchObject({ action: "words", by: "anna", does: "deleted" });
    const member = "/api/v1/rooms/live/1/members/7";
    const about = { by: "9", about: "user", value: "7", room: "live://1" };
    const ban = await act(`post ${member}/ban`, { by: "9" });
    expect(ban.act).toMatchObject({ ...about, action: "ban" });
    const unban = await act(`post ${member}/unban`, { by: "9" });
    expect(unban.act).toMatchObject({ ...about, action: "unban" });
    expect((await act(`delete ${member}?by=9`)).act).toMatchObject({ ...about, action: "remove" });
    const opened = await act("post /api/v1/rooms", { type: "live", room: "1", by: "9" });
    expect(opened.act).toMatchObject({ action: "room", by: "9", does: "opened", room: "live://1" });
    const disabled = await act(`post /api/v1/users/7/disable${by}`);
    expect(disabled.act).toMatchObject({ action: "user", by: "anna", does: "disabled", mid: "7" });
    const password = await act(`put /api/v1/users/7/password${by}`, { password: "hidden word" });
    expect(password.act).toMatchObject({ action: "user", does: "password", by: "anna" });
    const revoked = { kind: "mid", value: "7" };
    const added = await act(`post /api/v1/revocations${by}`, revoked);
    expect(added.act).toMatchObject({
      action: "revocation",
      by: "anna",
      does: "added",
      ...revoked,
    });
    const lifted = await act(`delete /api/v1/revocations/mid/7${by}`);
    expect(lifted.act).toMatchObject({ action: "revocation", does: "lifted", ...revoked });
    const made = await act(`post /api/v1/keys${by}`, { name: "n", scopes: ["read"] });
    const { key, secret } = made.json as { key: { id: string }; secret: string };
    expect(made.act).toMatchObject({ action: "key", by: "anna", does: "created", key: key.id });
    expect(JSON.stringify(made.act)).not.toContain(secret.slice(16));
    const rotated = await act(`post /api/v1/keys/${key.id}/rotate${by}`);
    expect(rotated.act).toMatchObject({ action: "key", by: "anna", does: "rotated" });
    const gone = await act(`delete /api/v1/keys/${key.id}${by}`);
    expect(gone.act).toMatchObject({ action: "key", by: "anna", does: "revoked", key: key.id });
    for (const one of secrets) expect(JSON.stringify(gone.act)).not.toContain(one.slice(16));
  });
});
