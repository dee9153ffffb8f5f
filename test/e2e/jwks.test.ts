/** Tokens of an issuer with keys of its own: a JWK set at an address, and one in a file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectClient } from "../harness/client.ts";
import { connectV2 } from "../harness/client-v2.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { hs256 } from "../harness/tokens.ts";
import { waitFor } from "../harness/wait.ts";

type Alg = "RS256" | "ES256" | "EdDSA";

interface Issuer {
  readonly jwk: JWK;
  sign(mid: number, header?: { readonly kid?: string }): Promise<string>;
}

async function issuer(alg: Alg, kid: string): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg };
  const sign = (mid: number, header: object = {}) =>
    new SignJWT({ mid })
      .setProtectedHeader({ alg, kid, ...header })
      .setIssuedAt()
      .setExpirationTime("10m")
      .sign(privateKey);
  return { jwk, sign };
}

const SECRET = "0123456789abcdef0123456789abcdef";
const folder = mkdtempSync(join(tmpdir(), "jwks-"));
let system: System;
let server: Server;
/** What the address answers with; undefined = it fails. */
let served: readonly JWK[] | undefined;
let reads = 0;
let first: Issuer;
let filed: Issuer;

beforeAll(async () => {
  first = await issuer("RS256", "first");
  filed = await issuer("ES256", "filed");
  served = [first.jwk];
  server = createServer((_, response) => {
    reads++;
    response.writeHead(served === undefined ? 500 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ keys: served ?? [] }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const file = join(folder, "keys.json");
  const oct = { kty: "oct", kid: "shared", k: Buffer.from(SECRET).toString("base64url") };
  writeFileSync(file, JSON.stringify({ keys: [filed.jwk, oct] }));
  const env = {
    GOIM_AUTH_MODE: "jwt",
    GOIM_AUTH_JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    GOIM_AUTH_JWKS_FILE: file,
    GOIM_AUTH_JWKS_COOLDOWN: "100ms",
    GOIM_PROTOCOL_HANDSHAKE_TIMEOUT: "2s",
  };
  system = await startSystem({ env });
}, 60_000);
afterAll(async () => {
  await system?.stop();
  server?.close();
  rmSync(folder, { recursive: true });
});

/** The mid of who comes in, or the code of the close. */
async function outcome(token: string): Promise<string | number> {
  const client = await connectV2({ url: system.comets[0].ws });
  const reply = await client.auth(token).catch(() => undefined);
  if (reply === undefined) return (await client.client.closed).code;
  await client.client.close();
  return reply.mid;
}

const statusOf = async (token: string) => {
  const answer = await fetch(`${system.logics[0].http}/api/v1/me/publish`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ type: "live", room: "1", body: "x" }),
  });
  await answer.text();
  return answer.status;
};

it("keys of the file and of the address are good side by side, each for its own", async () => {
  expect(await outcome(await filed.sign(1))).toBe("1");
  expect(await outcome(hs256({ mid: 2 }, { kid: "shared" }, SECRET))).toBe("2");
  expect(await outcome(await first.sign(3))).toBe("3");
  expect(await statusOf(await first.sign(3))).toBe(200);
  const [stranger, crossed] = [await issuer("ES256", "filed"), await issuer("RS256", "first")];
  const publicPart = JSON.stringify(first.jwk);
  for (const bad of [
    await stranger.sign(4),
    await crossed.sign(4),
    await filed.sign(4, { kid: "first" }),
    hs256({ mid: 4 }, { kid: "first" }, publicPart),
    hs256({ mid: 4 }, { kid: "filed" }, JSON.stringify(filed.jwk)),
    hs256({ mid: 4 }, { kid: "shared" }, "another secret of thirty-two bytes!!"),
  ]) {
    expect(await outcome(bad)).toBe(4503);
    expect(await statusOf(bad)).toBe(401);
  }
});

it("a key new at the address is found without a restart, one that is gone is not", async () => {
  expect(await outcome(await first.sign(5))).toBe("5");
  const before = reads;
  expect(await outcome(await first.sign(5))).toBe("5");
  expect(reads).toBe(before);
  const second = await issuer("EdDSA", "second");
  served = [first.jwk, second.jwk];
  // The cooldown may hold back the first tries.
  await waitFor(async () => (await outcome(await second.sign(6))) === "6");
  expect(await outcome(await first.sign(7))).toBe("7");
  served = [second.jwk];
  const unknown = await issuer("ES256", "unknown");
  // The set is read again for a kid that it lacks: then the old key is known to be gone.
  await waitFor(async () => {
    await outcome(await unknown.sign(8));
    return (await outcome(await first.sign(9))) === 4503;
  });
  expect(await outcome(await second.sign(10))).toBe("10");
  expect(await outcome(await filed.sign(11))).toBe("11");
});

it("while the address fails nobody is called a forger, and those of the file come in", async () => {
  served = undefined;
  const third = await issuer("ES256", "third");
  const token = await third.sign(12);
  // The set as it was read last is good for the cooldown, and lacks the key.
  await waitFor(async () => (await statusOf(token)) === 503);
  const waits = await connectClient({ url: system.comets[0].ws });
  waits.auth(token).catch(() => undefined);
  expect(await outcome(await filed.sign(13))).toBe("13");
  expect((await waits.closed).code).toBe(4004);
  const later = outcome(await third.sign(14));
  served = [third.jwk];
  expect(await later).toBe("14");
});
