import { z } from "zod";
import { choice, count, duration, flag, text, texts } from "../../kit/config.ts";

export const usersSection = z
  .strictObject({
    enabled: flag(true).describe(
      "Whether the system keeps users and their passwords itself, and lets them log in.",
    ),
    tokenLife: duration("12h", { min: "1s", max: "720h" }).describe(
      "Life of a token, unless who asks for it says.",
    ),
    tokenLifeMax: duration("168h", { min: "1s", max: "720h" }).describe("Longest such life."),
    logicUrl: text("").describe(
      "Address of the HTTP API that a login tells the client; empty: the one it has called.",
    ),
    secretsMax: count(8, { min: 2, max: 64 }).describe(
      "Most secrets that tokens may be signed with and be good; rotating one more is refused.",
    ),
    secretLead: duration("10s", { min: "0ms", max: "10m" }).describe(
      "Time until a new secret signs: by then every logic has heard of it.",
    ),
    registration: choice(["closed", "pending", "open"], "closed").describe(
      "Whether people may register themselves: closed, pending (somebody activates them) or open.",
    ),
    pendingTtl: duration("168h", { min: "0ms", max: "8760h" }).describe(
      "Time after which a registration that nobody activated is forgotten and its name is free; " +
        "0: never.",
    ),
    registrationRoles: texts([]).describe("Roles of who registered himself."),
    registrationsPerAddress: count(5, { min: 1, max: 1_000_000 }).describe(
      "Registrations from one address within registrationWindow, those of names that were " +
        "taken, too; then it is answered 429. Of IPv6 its first 64 bits.",
    ),
    registrationsPerWindow: count(1000, { min: 1, max: 100_000_000 }).describe(
      "The same from all addresses together.",
    ),
    registrationWindow: duration("1h", { min: "1s", max: "24h" }).describe(
      "Time in which all these come back, one by one.",
    ),
    passwordMin: count(8, { min: 1, max: 128 }).describe("Fewest characters of a new password."),
    hashCost: count(15, { min: 10, max: 18 }).describe(
      "Cost of a password's scrypt hash: N = 2^this, with r = 8 and p = 3; 2^15 takes 32 MiB. " +
        "For hashes from now on; each is stored with its own.",
    ),
    hashInFlight: count(1, { min: 1, max: 3 }).describe(
      "Passwords hashed at once. Node has four threads for it, which tokens need, too.",
    ),
    hashWaiting: count(32, { min: 0, max: 10_000 }).describe(
      "Most passwords that may wait for it; one beyond is answered 429.",
    ),
    attemptsPerUser: count(10, { min: 1, max: 10_000 }).describe(
      "Wrong passwords for one name within attemptsWindow; then it is answered 429.",
    ),
    attemptsPerAddress: count(100, { min: 1, max: 1_000_000 }).describe(
      "The same for one address of clients; of IPv6 its first 64 bits.",
    ),
    attemptsWindow: duration("15m", { min: "1s", max: "24h" }).describe(
      "Time in which all tries come back, one by one.",
    ),
    attemptsMax: count(100_000, { min: 100, max: 10_000_000 }).describe(
      "Names, and addresses, whose tries are remembered.",
    ),
    rolesMax: count(1000, { min: 1, max: 10_000 }).describe("Most roles that there may be."),
    pageMax: count(1000, { min: 1, max: 10_000 }).describe("Most users of one page."),
    triesMax: count(8, { min: 1, max: 100 }).describe(
      "Compare-and-set tries of one change; then it is answered 429.",
    ),
  })
  .describe("Users, their passwords and roles: docs/users.md.");

export type UsersConfig = z.output<typeof usersSection>;

export function usersProblems({ tokenLife, tokenLifeMax, logicUrl }: UsersConfig): string[] {
  const problems: string[] = [];
  if (tokenLife > tokenLifeMax) {
    problems.push("users.tokenLife must not be longer than users.tokenLifeMax");
  }
  if (logicUrl !== "" && !URL.canParse(logicUrl)) problems.push("users.logicUrl is no address");
  return problems;
}
