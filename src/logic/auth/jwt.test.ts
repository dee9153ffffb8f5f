import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hs256, inSeconds } from "../../../test/harness/tokens.ts";
import { FakeClock } from "../../kit/clock.fake.ts";
import { createJwtVerifier, type JwtConfig } from "./jwt.ts";

const base: JwtConfig = {
  ...{ hs256: "", jwksFile: "", jwksUrl: "", jwksMaxAge: 60_000, jwksCooldown: 1 },
  ...{
    jwksTimeout: 1_000,
    issuer: "",
    audience: "",
    clockSkew: 0,
    clientKeys: false,
    maxTokenLife: 0,
  },
};

type Alg = "RS256" | "ES256" | "EdDSA";
interface Pair {
  readonly jwk: JWK;
  sign(claims?: object, header?: object): Promise<string>;
}

async function pair(alg: Alg, kid: string): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid };
  const sign = (claims: object = {}, header: object = {}) =>
    new SignJWT({ mid: 7, exp: inSeconds(60), ...claims })
      .setProtectedHeader({ alg, kid, ...header })
      .sign(privateKey);
  return { jwk, sign };
}

const bytes = (text: string) => Buffer.from(text);
const clock = { now: () => Date.now() };
const secret = "0123456789abcdef0123456789abcdef";
const oct = { kty: "oct", kid: "s1", k: Buffer.from(secret).toString("base64url") };

describe("keys in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "jwks-"));
  const file = join(folder, "keys.json");
  const pairs: Record<Alg, Pair> = {} as Record<Alg, Pair>;
  beforeAll(async () => {
    for (const alg of ["RS256", "ES256", "EdDSA"] as const) pairs[alg] = await pair(alg, alg);
    writeFileSync(
      file,
      JSON.stringify({ keys: [...Object.values(pairs).map(({ jwk }) => jwk), oct] }),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const open = (more: Partial<JwtConfig> = {}) =>
    createJwtVerifier({ ...base, jwksFile: file, ...more }, { clock });

  it("are told apart by kid, for each algorithm", async () => {
    const verify = await open();
    for (const { sign, jwk } of Object.values(pairs)) {
      const { token, keyId } = await verify(bytes(await sign()));
      expect([token.mid, keyId]).toEqual(["7", jwk.kid]);
      // With one key of that algorithm the kid may be left out.
      expect((await verify(bytes(await sign({}, { kid: undefined })))).token.mid).toBe("7");
    }
    const shared = hs256({ mid: 8 }, { kid: "s1" }, secret);
    expect((await verify(bytes(shared))).token.mid).toBe("8");
  });

  it("are never used for another algorithm than their own", async () => {
    const verify = await open();
    // The well-known trick: the public key as the secret of HS256.
    const { jwk } = pairs.RS256;
    for (const stolen of [JSON.stringify(jwk), jwk.n ?? ""]) {
      const forged = hs256({ mid: 1 }, { kid: "RS256" }, stolen);
      await expect(verify(bytes(forged))).rejects.toMatchObject({ code: "unauthorized" });
    }
    const crossed = await pairs.ES256.sign({}, { kid: "RS256" });
    await expect(verify(bytes(crossed))).rejects.toMatchObject({ code: "unauthorized" });
    const unknown = await pairs.ES256.sign({}, { kid: "gone" });
    await expect(verify(bytes(unknown))).rejects.toMatchObject({ code: "unauthorized" });
    const stranger = await pair("ES256", "ES256");
    await expect(verify(bytes(await stranger.sign()))).rejects.toMatchObject({
      message: "the signature is not good",
    });
  });

  it("must be readable", async () => {
    writeFileSync(`${file}.bad`, '{"keys":[{"kty":"EC","crv":"P-521","kid":"x"}]}');
    await expect(open({ jwksFile: `${file}.bad` })).rejects.toThrow("no kind that is taken");
    await expect(open({ jwksFile: `${file}.none` })).rejects.toThrow("jwksFile");
  });
});

describe("keys at an address", () => {
  let server: Server;
  let keys: JWK[] = [];
  let reads = 0;
  let down = false;
  beforeAll(async () => {
    server = createServer((_, response) => {
      reads++;
      response.writeHead(down ? 500 : 200, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ keys }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => server.close());
  const open = async () => {
    const { port } = server.address() as AddressInfo;
    const jwksUrl = `http://127.0.0.1:${port}/jwks.json`;
    return await createJwtVerifier({ ...base, jwksUrl, jwksCooldown: 100 }, { clock });
  };

  it("are kept, and read again for a kid that is new", async () => {
    const [one, two] = [await pair("ES256", "one"), await pair("EdDSA", "two")];
    keys = [one.jwk];
    const verify = await open();
    reads = 0;
    for (let n = 0; n < 5; n++) await verify(bytes(await one.sign()));
    expect(reads).toBe(1);
    keys = [two.jwk];
    await expect
      .poll(async () => (await verify(bytes(await two.sign()))).token.mid, { timeout: 5_000 })
      .toBe("7");
    await expect(verify(bytes(await one.sign()))).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("that do not answer are no fault of the token", async () => {
    const one = await pair("ES256", "one");
    down = true;
    const verify = await open();
    await expect(verify(bytes(await one.sign()))).rejects.toMatchObject({ code: "unavailable" });
    down = false;
    keys = [one.jwk];
    await expect
      .poll(async () => (await verify(bytes(await one.sign()))).token.mid, { timeout: 5_000 })
      .toBe("7");
  });
});

describe("claims", () => {
  const fake = new FakeClock();
  const now = Math.floor(fake.now() / 1000);
  const open = (more: Partial<JwtConfig> = {}) =>
    createJwtVerifier({ ...base, hs256: secret, ...more }, { clock: fake });
  const token = (claims: object) => bytes(hs256({ mid: 7, ...claims }, {}, secret));

  it("become the grant", async () => {
    const verify = await open({ clockSkew: 2_000 });
    const grant = await verify(
      token({
        ...{ key: "k", room_id: "live://1", platform: "web", device: "d", accepts: [1000, -1] },
        ...{ rooms: ["live://*", { room: "video://1", role: "reader" }], limits: { rooms: 3 } },
        ...{ jti: "id", iat: now - 1, exp: now + 1 },
      }),
    );
    expect(grant).toEqual({
      token: {
        ...{ mid: "7", key: "k", roomId: "live://1", platform: "web", device: "d" },
        accepts: [1000, -1],
      },
      rooms: [
        { pattern: "live://*", role: "member" },
        { pattern: "video://1", role: "reader" },
      ],
      limits: { rooms: 3 },
      ...{ tokenId: "id", keyId: "", issuedAt: (now - 1) * 1000, expiresAt: (now + 3) * 1000 },
    });
    expect((await verify(token({ rooms: { "live://1": "owner" } }))).rooms).toEqual([
      { pattern: "live://1", role: "owner" },
    ]);
    expect((await verify(token({ mid: undefined, sub: "12" }))).token.mid).toBe("12");
  });

  it("of time may be off by clockSkew, and no more", async () => {
    const verify = await open({ clockSkew: 2_000 });
    await verify(token({ exp: now - 1, nbf: now + 2 }));
    await expect(verify(token({ exp: now - 3 }))).rejects.toThrow("over");
    await expect(verify(token({ nbf: now + 4 }))).rejects.toThrow("nbf");
  });

  it("of a life above the bound end with it; without iat they are refused", async () => {
    const verify = await open({ clockSkew: 2_000, maxTokenLife: 60_000 });
    const [free, day] = [await open(), 86_400];
    const ends = async (claims: object) => (await verify(token(claims))).expiresAt;
    expect(await ends({ iat: now - 10, exp: now + day })).toBe((now + 52) * 1000);
    expect(await ends({ iat: now - 10, exp: undefined })).toBe((now + 52) * 1000);
    expect(await ends({ iat: now - 10, exp: now + 20 })).toBe((now + 22) * 1000);
    for (const claims of [
      { iat: undefined, exp: now + 20 },
      { iat: now - 62, exp: now + day },
      // Else it would outlive every bound, and be newer than every revocation.
      { iat: now + day, exp: now + 2 * day },
    ]) {
      await expect(verify(token(claims))).rejects.toMatchObject({ code: "unauthorized" });
      await free(token(claims));
    }
  });

  it("decide about who it is, whatever the client says", async () => {
    const verify = await open();
    const body = (mid: number) =>
      bytes(JSON.stringify({ mid, token: hs256({ mid: 7 }, {}, secret) }));
    expect((await verify(body(7))).token.mid).toBe("7");
    await expect(verify(body(9))).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("decide about the key, unless clients may choose", async () => {
    const body = (claims: object) =>
      bytes(JSON.stringify({ key: "mine", token: hs256({ mid: 7, ...claims }, {}, secret) }));
    expect((await (await open())(body({}))).token.key).toBe("");
    expect((await (await open())(body({ key: "theirs" }))).token.key).toBe("theirs");
    expect((await (await open({ clientKeys: true }))(body({}))).token.key).toBe("mine");
  });

  it.each([
    { mid: 1.5 },
    { mid: "x" },
    { mid: "" },
    { mid: null },
    { mid: [1] },
    { rooms: [""] },
    { rooms: "live://1" },
    { rooms: Array.from({ length: 101 }, (_, n) => `live://${n}`) },
    { accepts: [2 ** 31] },
    { limits: { rooms: -1 } },
    { jti: "x".repeat(129) },
    { device: "a\u0000" },
    { exp: "soon" },
  ])("%j are refused", async (claims) => {
    const verify = await open();
    await expect(verify(token(claims))).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("never stand in what is said of them", async () => {
    const verify = await open();
    const failure = await verify(token({ device: "private\n" })).catch((error: Error) => error);
    expect((failure as Error).message).toBe("the claim device is not accepted");
  });
});
