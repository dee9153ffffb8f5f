import { describe, expect, it } from "vitest";
import {
  decodeLease,
  decodePresence,
  encodeLease,
  encodePresence,
  type LeaseValue,
} from "./lease-value.ts";

const lease: LeaseValue = {
  ...{ job: "a", incarnation: "a1", term: 4 },
  ...{ epoch: "e", checkpoint: 10, warm: 8 },
};
const presence = { job: "a", incarnation: "a1", beat: 7 };
const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

describe("a lease in the bucket", () => {
  it("is JSON that a person can read, also without an owner", () => {
    expect(JSON.parse(new TextDecoder().decode(encodeLease(lease)))).toEqual(lease);
    const given = { ...lease, job: "", incarnation: "" };
    for (const value of [lease, given]) expect(decodeLease(encodeLease(value))).toEqual(value);
  });

  it.each(Object.keys(lease))("without %s is none", (name) => {
    expect(decodeLease(bytes({ ...lease, [name]: undefined }))).toBeUndefined();
  });

  it.each(["term", "checkpoint", "warm"])("with a %s that is no whole number is none", (name) => {
    for (const value of [-1, 0.5, "1", null]) {
      expect(decodeLease(bytes({ ...lease, [name]: value }))).toBeUndefined();
    }
    expect(decodeLease(bytes({ ...lease, [name]: 0 }))).toMatchObject({ [name]: 0 });
  });

  it("is none where it is no JSON, or of something else", () => {
    for (const value of ["", "{", "null", "[]", presence]) {
      expect(decodeLease(bytes(value))).toBeUndefined();
    }
    expect(decodeLease(new Uint8Array([0xff, 0xfe]))).toBeUndefined();
  });
});

describe("a job's sign of life", () => {
  it("comes back as it was written", () => {
    expect(decodePresence(encodePresence(presence))).toEqual(presence);
  });

  it("is of a job with a name, and counts", () => {
    const wrong = [{ ...presence, job: "" }, { ...presence, beat: -1 }, { job: "a" }, lease, "x"];
    for (const value of wrong) expect(decodePresence(bytes(value))).toBeUndefined();
  });
});
