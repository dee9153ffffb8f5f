import { describe, expect, it } from "vitest";
import { parseAck, parseAnswer } from "./js-api.ts";

function codeOf(code: number, number: number): unknown {
  const error = { code, err_code: number, description: "text" };
  try {
    parseAnswer(new TextEncoder().encode(JSON.stringify({ error })), "STREAM.INFO.S");
    return undefined;
  } catch (thrown) {
    return (thrown as { code: unknown }).code;
  }
}

describe("what JetStream says to a message", () => {
  const parsed = (text: string) => parseAck(new TextEncoder().encode(text), "s");

  it("is where it is stored", () => {
    expect(parsed('{"stream":"KV_GOIM","seq":17}')).toEqual({
      ...{ stream: "KV_GOIM", seq: 17, duplicate: false },
    });
    expect(parsed('{"stream":"S", "seq":4}')).toMatchObject({ stream: "S", seq: 4 });
    expect(parsed('{"stream":"S","domain":"hub","seq":3,"duplicate":true}')).toMatchObject({
      ...{ stream: "S", seq: 3, duplicate: true },
    });
    expect(() => parsed('{"error":{"code":503,"err_code":10077,"description":"full"}}')).toThrow();
    expect(() => parsed('{"stream":"S","seq":1} and more')).toThrow();
  });
});

describe("errors of JetStream", () => {
  it.each([
    ["a stream whose server is away", 500, 10118],
    ["a consumer whose server is away", 500, 10119],
    ["no peers for a stream with replicas", 400, 10005],
    ["a cluster that has no leader yet", 500, 10009],
    ["JetStream not up yet", 503, 10008],
  ])("%s passes by itself", (_, code, number) => {
    expect(codeOf(code, number)).toBe("unavailable");
  });

  it.each([
    ["storage", 500, 10047],
    ["memory", 500, 10028],
    ["requests", 429, 10167],
    ["stream is full", 503, 10077],
  ])("out of %s is busy", (_, code, number) => {
    expect(codeOf(code, number)).toBe("busy");
  });

  it("what somebody has to mend stays an error", () => {
    expect(codeOf(500, 10074)).toBe("internal");
    expect(codeOf(400, 10058)).toBe("invalid");
    expect(codeOf(404, 10059)).toBe("not_found");
    expect(codeOf(400, 10054)).toBe("too_large");
  });
});
