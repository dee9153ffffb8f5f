import { describe, expect, it } from "vitest";
import { identityOf } from "./identity.ts";

const to = { subject: "goim.push.room.live.1.live.1", target: "" };
const by = { sender: "", key: "k" };
const push = { op: 1, body: Buffer.from("hello") };

describe("the identity of a push", () => {
  it("is the same for the same push", () => {
    const again = { op: 1, body: new TextEncoder().encode("hello"), speed: 0 };
    expect(identityOf(to, by, again)).toEqual(identityOf(to, by, push));
  });

  it("has an id of its own per target, sender and key, whatever they hold", () => {
    const ids = [
      identityOf(to, by, push),
      identityOf({ ...to, subject: "other" }, by, push),
      identityOf({ ...to, target: "k" }, by, push),
      identityOf(to, { sender: "k", key: "" }, push),
      identityOf(to, { sender: "", key: 'k","' }, push),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has a fingerprint of everything asked for, and one id for all of these", () => {
    const all = [
      push,
      { ...push, op: 2 },
      { ...push, body: Buffer.from("hello ") },
      { ...push, speed: 5 },
      { ...push, expiresInMs: 5 },
    ].map((one) => identityOf(to, by, one));
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(all.length);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  });
});
