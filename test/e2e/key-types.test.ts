/** A key for one type of rooms over the running system, what it may not undo, and who did what. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectAndAuth } from "../harness/client.ts";
import { waitFor } from "../harness/wait.ts";
import { UsersSystem } from "./users-system.ts";

const run = promisify(execFile);

interface Made {
  readonly key: { readonly id: string };
  readonly secret: string;
}

describe("a key for rooms of one type", () => {
  let system: UsersSystem;
  let admin: Made;
  let live: Made;
  beforeAll(async () => {
    system = await UsersSystem.start();
    const env = { ...process.env, GOIM_NATS_URL: system.system.nats.url };
    const words = ["key", "create", "--name", "admin", "--scopes", "all"];
    const bin = ["--import", "tsx", "src/bin/goim.ts"];
    admin = JSON.parse((await run(process.execPath, [...bin, ...words], { env })).stdout) as Made;
    await waitFor(async () => (await call("GET", "keys")).status === 200);
    const spec = { name: "live", scopes: ["read", "moderate", "rooms:write", "users:write"] };
    const made = await call("POST", "keys?actor=anna", { ...spec, roomTypes: ["live"] });
    live = made.json as unknown as Made;
    await waitFor(async () => (await call("GET", "rooms", undefined, live)).status === 200);
  }, 60_000);
  afterAll(() => system?.system.stop());

  const call = (method: string, path: string, body?: object, { secret } = admin) =>
    system.api(method, path, body, { bearer: secret });
  const statusOf = async (method: string, path: string, body?: object, key = live) =>
    (await call(method, path, body, key)).status;

  it("moderates, lists and makes tokens for that type, and nothing else", async () => {
    const words = (kind: string, more = {}) => ({
      ...{ scope: { kind, ...more }, action: "block", match: "word", words: ["verboten"] },
    });
    const [all, own] = [words("all"), words("type", { type: "live" })];
    expect(await statusOf("PUT", "moderation/words/everywhere", all)).toBe(403);
    expect(await statusOf("PUT", "moderation/words/everywhere", all, admin)).toBe(200);
    expect(await statusOf("PUT", "moderation/words/everywhere", own)).toBe(403);
    expect(await statusOf("DELETE", "moderation/words/everywhere")).toBe(403);
    expect(await statusOf("PUT", "moderation/words/own", own)).toBe(200);
    const ban = { by: "user", value: "70" };
    expect(await statusOf("POST", "moderation/restrictions/ban", ban)).toBe(403);
    const [club, room] = ["club", "live"].map((type) => ({ ...ban, room: `${type}://1` }));
    expect(await statusOf("POST", "moderation/restrictions/ban", club)).toBe(403);
    expect(await statusOf("POST", "moderation/restrictions/ban", club, admin)).toBe(200);
    expect(await statusOf("POST", "moderation/restrictions/ban", room)).toBe(200);
    expect(await statusOf("POST", "moderation/kick", { user: "70" })).toBe(403);
    for (const type of ["club", "live", "livestream"]) {
      expect(await statusOf("POST", "rooms", { type, room: "1" }, admin)).toBe(200);
    }
    expect(await statusOf("GET", "rooms/club/1/members")).toBe(403);
    const rooms = (await call("GET", "rooms", undefined, live)).json.rooms as { type: string }[];
    expect(rooms.map(({ type }) => type)).toEqual(["live"]);
    const logic = system.system.logics[0].http;
    const client = await connectAndAuth({
      url: system.at(),
      token: { mid: 5, room_id: "livestream://1" },
    });
    const online = async (path: string, secret: string) => {
      const headers = { "X-Api-Key": secret };
      return (await (await fetch(`${logic}/goim/online/${path}`, { headers })).json()) as {
        code: number;
        data: unknown;
      };
    };
    const top = "top?type=live&limit=5";
    await waitFor(async () => {
      return ((await online(top, admin.secret)).data as unknown[] | null)?.length === 1;
    });
    expect(await online(top, live.secret)).toMatchObject({ code: 0, data: [] });
    expect((await online("room?type=livestream&rooms=1", live.secret)).code).not.toBe(0);
    await client.close();
    const token = (rooms?: object) => ({ mid: "7", ...(rooms === undefined ? {} : { rooms }) });
    for (const wide of [undefined, { "*": "owner" }, { "live*": "member" }]) {
      expect(await statusOf("POST", "tokens", token(wide))).toBe(403);
    }
    expect(await statusOf("POST", "tokens", token({ "live://*": "member" }))).toBe(201);
  }, 60_000);

  it("a revocation that stands is not ended by a shorter one", async () => {
    const user = { name: "ann", password: "the password of ann", mid: 7 };
    expect(await statusOf("POST", "users", user, admin)).toBe(201);
    const token = await system.token("ann");
    expect(await system.outcome(token)).toBe("in");
    expect(await statusOf("POST", "users/7/disable", undefined, admin)).toBe(200);
    await waitFor(async () => (await system.outcome(token)) === 4503);
    const short = { kind: "mid", value: "7", seconds: 1 };
    const { status, json } = await call("POST", "revocations", short);
    expect(status).toBe(201);
    expect(Number(json.until)).toBeGreaterThan(Date.now() + 160 * 3_600_000);
    // Past what was asked for: NATS itself has dropped a revocation of such a life by then.
    const over = Number(json.at) + 3_500;
    await waitFor(() => Date.now() > over);
    expect(await system.outcome(token)).toBe(4503);
    // Let in again, he is it at once: the moment of the revocation lay a little ahead.
    expect(await statusOf("POST", "users/7/activate", undefined, admin)).toBe(200);
    expect(await system.outcome(await system.token("ann"))).toBe("in");
    expect(await system.outcome(token)).toBe(4503);
    const long = await call("POST", "revocations", { kind: "token", value: "some id" });
    expect(Number(long.json.until) - Number(long.json.at)).toBeGreaterThanOrEqual(168 * 3_600_000);
  }, 60_000);

  it("and every other leaves in the audit stream what it did", async () => {
    expect(await statusOf("DELETE", "moderation/words/own?actor=ben")).toBe(200);
    const member = "rooms/live/1/members/70";
    expect(await statusOf("POST", `${member}/ban`, {})).toBe(200);
    const lift = "revocations/token/some%20id?actor=anna";
    expect(await statusOf("DELETE", lift, undefined, admin)).toBe(200);
    const acts = async () =>
      (await call("GET", "audit?limit=1000")).json.acts as Record<string, unknown>[];
    await waitFor(async () => (await acts()).some(({ does }) => does === "lifted"));
    const all = await acts();
    const byKey = { apiKey: admin.key.id };
    for (const act of [
      { action: "key", does: "created", key: admin.key.id, by: expect.stringContaining("@") },
      { action: "key", does: "created", key: live.key.id, by: "anna", ...byKey },
      { action: "words", dictionary: "own", does: "deleted", by: "ben", apiKey: live.key.id },
      { action: "ban", value: "70", room: "live://1", apiKey: live.key.id },
      { action: "user", does: "registered", mid: "7", ...byKey },
      { action: "user", does: "disabled", mid: "7", ...byKey },
      { action: "user", does: "activated", mid: "7", ...byKey },
      { action: "revocation", does: "added", kind: "mid", value: "7", ...byKey },
      { action: "revocation", does: "lifted", kind: "token", by: "anna", ...byKey },
      { action: "room", does: "opened", room: "club://1", ...byKey },
    ]) {
      expect(all).toContainEqual(expect.objectContaining(act));
    }
    const text = JSON.stringify(all);
    for (const hidden of [admin.secret, live.secret]) expect(text).not.toContain(hidden.slice(16));
    expect(text).not.toContain("the password of ann");
  }, 60_000);
});
