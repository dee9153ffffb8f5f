/** Who may connect, and who may call the HTTP API. */
import { z } from "zod";
import { choice, count, duration, flag, size, text } from "../../kit/config.ts";
import { type Address, addressText, isLoopback } from "../../kit/config-values.ts";

export const authSection = z
  .strictObject({
    mode: choice(["insecure", "jwt", "nats", "http"], "insecure").describe(
      "Who decides about a login: insecure (goim's unsigned token is believed), jwt (a " +
        "signed token), nats (your service on goim.hook.connect), http (your service at " +
        "auth.url). Every " +
        "logic must agree; comets have the same key.",
    ),
    insecure: flag(false).describe(
      "Believe unsigned tokens, and leave the HTTP API open while there is no key, although this " +
        "process, or the comet, can be reached from other machines.",
    ),
    hs256: text("")
      .meta({ secret: true })
      .describe("Shared secret of HS256, at least 32 bytes of randomness; GOIM_AUTH_HS256."),
    jwksFile: text("").describe(
      "Path of a JWK set (RFC 7517) with the keys tokens are signed with, told apart by kid: " +
        "HS256 (kty oct), RS256, ES256, EdDSA. Read at the start.",
    ),
    jwksUrl: text("").describe("Address of a JWK set; read again for a kid that is not in it."),
    jwksMaxAge: duration("10m", { min: "1s", max: "24h" }).describe(
      "Time after which the set at jwksUrl is read again.",
    ),
    jwksCooldown: duration("30s", { min: "100ms", max: "1h" }).describe(
      "Least time between two reads that unknown kids cause.",
    ),
    jwksTimeout: duration("5s", { min: "100ms", max: "30s" }).describe("Bound of one read of it."),
    issuer: text("").describe("What iss must be; empty: it is not looked at."),
    audience: text("").describe("What aud must be or hold; empty: it is not looked at."),
    clockSkew: duration("5s", { min: "0ms", max: "5m" }).describe(
      "How far the clocks of issuer and logic may differ, for exp and nbf.",
    ),
    clientKeys: flag(false).describe(
      "With jwt: whether a client may choose its key where its token names none. Who has " +
        "another's key gets the pushes to it.",
    ),
    url: text("").describe("With http: where each login is sent (POST, JSON)."),
    hookTimeout: duration("2s", { min: "10ms", max: "30s" }).describe(
      "With nats and http: bound of one question.",
    ),
    hookRetries: count(1, { max: 10 }).describe("Further tries when there is no answer."),
    hookInFlight: count(256, { min: 1, max: 10_000 }).describe("Most questions at once."),
    hookWaiting: count(10_000, { min: 1 }).describe(
      "Most logins that may wait for a question; one more is told to come again.",
    ),
    hookAnswerBytes: size("64kb", { min: "1kb", max: "1mb" }).describe("Largest answer."),
    hookFailure: choice(["closed", "open"], "closed").describe(
      "When there is no answer: closed (nobody gets in) or open (as with insecure).",
    ),
    maxTokenLife: duration("0ms", { min: "0ms", max: "10000h" }).describe(
      "With jwt: a token is good for so long after its iat at most, whatever its exp, and must " +
        "have an iat; 0: no such bound.",
    ),
    revokeFor: duration("0ms", { min: "0ms", max: "10000h" }).describe(
      "Life of a revocation that does not say; 0: as long as tokens may live: with jwt and no " +
        "maxTokenLife until it is lifted, else the longer of maxTokenLife and users.tokenLifeMax.",
    ),
    revocationsMax: count(100_000, { min: 1, max: 10_000_000 }).describe(
      "Most revocations at once; every comet and logic holds them in memory.",
    ),
    keysMax: count(1000, { min: 1, max: 100_000 }).describe(
      "Most keys of the HTTP API, revoked ones included.",
    ),
  })
  .describe("Who may connect, and who may call the HTTP API.");

export type AuthConfig = z.output<typeof authSection>;

/** Problems between the keys of the section, and with where the API listens. */
export function authProblems(auth: AuthConfig, http: Address): string[] {
  const problems: string[] = [];
  if (auth.mode === "jwt" && auth.hs256 + auth.jwksFile + auth.jwksUrl === "") {
    problems.push("auth.mode is jwt: set auth.hs256 (GOIM_AUTH_HS256), jwksFile or jwksUrl");
  }
  if (auth.mode === "http" && !URL.canParse(auth.url)) {
    problems.push("auth.mode is http: auth.url must be an http or https address");
  }
  if (auth.jwksUrl !== "" && !URL.canParse(auth.jwksUrl)) {
    problems.push("auth.jwksUrl is no address");
  }
  if (auth.mode === "insecure" && !auth.insecure && !isLoopback(http)) {
    problems.push(
      `httpServer.addr ${addressText(http)} can be reached from other machines, and auth.mode is ` +
        "insecure, which believes unsigned tokens: set auth.mode to jwt, nats or http; or " +
        "auth.insecure = true if that is what you want",
    );
  }
  return problems;
}
