/** Logins, logouts and renewals of connections, in the batches that comets send. */
import { hash, randomUUID } from "node:crypto";
import type { CometDirectory } from "../bus/bus.ts";
import type { Who } from "../bus/restrictions.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Clock } from "../kit/clock.ts";
import { type ErrorCode, GoimError, isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { type Session, type SessionStore, sessionText } from "../store/sessions.ts";
import type { Authorizer } from "./auth/authorizer.ts";
import type { Grant } from "./auth/grant.ts";
import type { Token } from "./auth/token.ts";
import { deviceOf } from "./device.ts";
import type { Goodbyes } from "./goodbyes.ts";
import type { Kicker } from "./kick.ts";
import type { Mail, WaitingMail } from "./mail.ts";
import type { PresenceEvents } from "./presence-events.ts";
import { mayBeKey, mayHaveSessions } from "./push-target.ts";
import type { TakeOvers } from "./take-over.ts";

/** One connection that wants in. */
export interface Login {
  readonly comet: string;
  readonly incarnation: string;
  readonly conn: number;
  /** Address of the client. */
  readonly ip?: string;
  /** Body of the auth packet. */
  readonly token: Uint8Array;
  /** The rest is for who decides about it. */
  readonly cookie: string;
  readonly origin: string;
  readonly clientIp: string;
  readonly transport: string;
  readonly version: number;
  readonly signedOnly: boolean;
}

export interface Welcome {
  readonly session: Session;
  readonly roomId: string;
  readonly accepts: readonly number[];
  readonly grant: Grant;
  /** What waits for the device; none for who is anonymous. */
  readonly mail?: WaitingMail;
}

export type LoginResult = Welcome | { readonly error: ErrorCode; readonly text: string };

export interface Sessions {
  /** One result per login, same order. Those they displace are closed without waiting for it. */
  connect(logins: readonly Login[]): Promise<LoginResult[]>;
  /** Whether each was there. Removes exactly these connections. */
  disconnect(sessions: readonly Session[]): Promise<boolean[]>;
  /**
   * True for each whose key a newer connection owns. `before` has for each the incarnation under
   * which its comet knew it to be stored, where that may be another one.
   */
  heartbeat(sessions: readonly Session[], before?: readonly string[]): Promise<boolean[]>;
  /** Life of the session store. */
  epoch(): Promise<string>;
}

export interface SessionsDeps {
  readonly authorizer: Authorizer;
  readonly store: Pick<SessionStore, "put" | "renew" | "remove" | "byKeys" | "epoch">;
  readonly kicker: Kicker;
  readonly takeOvers: TakeOvers;
  readonly mail: Pick<Mail, "waiting">;
  readonly goodbyes: Goodbyes;
  readonly presence: Pick<PresenceEvents, "online" | "offline">;
  readonly directory: Pick<CometDirectory, "alive">;
  readonly subjects: Pick<Subjects, "kvKey" | "room">;
  /** Who is banned from everywhere. */
  readonly banned?: (who: Who) => GoimError | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly metrics: Metrics;
}

interface Accepted {
  readonly session: Session;
  readonly token: Token;
  readonly grant: Grant;
}

type Refused = Extract<LoginResult, { error: string }>;
type Decided = Accepted | Refused;

export function createSessions(deps: SessionsDeps): Sessions {
  const { store, kicker, goodbyes, presence, directory, metrics } = deps;
  const results = metrics.counter("connect_total", "Logins by result", ["result"]);

  /**
   * Ends those who had to go. They are told of before they are kicked, or their own goodbye would
   * say that they had closed; and before the newcomer is, for who remembers users by their keys.
   */
  const endDisplaced = (displaced: readonly Session[]) =>
    displaced.map((gone) => {
      const alive = directory.alive(gone.comet, gone.incarnation);
      const told = presence.offline([gone], alive ? "taken" : "lost");
      // A dead incarnation has no connections left, and its sessions are void anyway.
      if (alive) kicker.kick(gone);
      return told;
    });

  return {
    connect: async (logins) => {
      const decided = await Promise.all(logins.map((login) => decide(login, deps)));
      const accepted = decided.filter((one) => "session" in one);
      const stored = await putAll(accepted, deps);
      await undoLate(accepted, stored, deps);
      const ended = stored.map((put) => endDisplaced(displacedOf(put)));
      const mail = await readMail(accepted, stored, deps);
      let welcomed = 0;
      let at = 0;
      const answers = decided.map((one) => {
        const result = "session" in one ? conclude(one, stored[at], mail.get(one), deps) : one;
        if ("session" in one) {
          const told = ended[at++] ?? [];
          if ("session" in result) {
            presence.online(one.session, told.length === 0 ? undefined : Promise.all(told));
          }
        }
        if ("error" in result) results.inc({ result: result.error });
        else welcomed++;
        return result;
      });
      if (welcomed > 0) results.inc({ result: "ok" }, welcomed);
      return answers;
    },
    disconnect: async (sessions) => store.remove(await goodbyes(sessions)),
    heartbeat: async (sessions, before = []) => {
      const restored: Session[] = [];
      const owned = await store.renew(sessions, (session) => restored.push(session));
      // Written back under its own incarnation it was lost by the store; under a new one the reaper
      // had ended it, because its comet was away for too long.
      const known = new Map(sessions.map((session, at) => [session, before[at] ?? ""]));
      for (const session of restored) {
        const was = known.get(session) ?? "";
        if (was !== "" && was !== session.incarnation) presence.online(session);
      }
      return owned.map((one) => !one);
    },
    epoch: () => store.epoch(),
  };
}

/** Has the token looked at; whether that takes I/O is a matter of auth.mode. */
function decide(login: Login, deps: SessionsDeps): Decided | Promise<Decided> {
  try {
    const decided = deps.authorizer.authorize(login);
    if (!(decided instanceof Promise)) return acceptedOf(login, decided, deps);
    const later = decided.then((grant) => acceptedOf(login, grant, deps));
    return later.catch(refusedOf);
  } catch (error) {
    // What is no refusal fails the batch as a promise, once all of it was looked at.
    return Promise.reject(error).catch(refusedOf);
  }
}

/** Fails with GoimError where the grant is for what cannot be, or is of somebody banned. */
function acceptedOf(login: Login, grant: Grant, deps: SessionsDeps): Accepted {
  const { token } = grant;
  const key = token.key === "" ? madeKey(login) : token.key;
  if (!mayBeKey(deps.subjects, key)) throw new GoimError("invalid", "the key is too long");
  // Its subjects cannot be made for a room id that is too long: this throws then.
  if (token.roomId !== "") deps.subjects.room(token.roomId);
  const { comet, incarnation, conn } = login;
  const { mid, platform } = token;
  const [device, since] = [deviceOf(token), deps.clock.now()];
  const banned = deps.banned?.({ mid, device, key, ip: login.clientIp });
  if (banned !== undefined) throw banned;
  const session = { mid, key, comet, incarnation, conn, platform, device, since };
  return { session, token, grant };
}

function refusedOf(error: unknown): Refused {
  if (!isGoimError(error)) throw error;
  return { error: error.code, text: error.message };
}

/**
 * Stores sessions. Where new connections are refused, those of comets that died must not keep the
 * living out: the store cannot know them, the directory does.
 */
async function putAll(
  accepted: readonly Accepted[],
  { store, directory, presence }: SessionsDeps,
): Promise<PromiseSettledResult<Session[]>[]> {
  if (accepted.length === 0) return [];
  const results = await store.put(accepted.map(({ session }) => session));
  const full = accepted.filter((_, at) => isConflict(results[at]));
  if (full.length === 0) return results;
  const owners = await store.byKeys(full.map(({ session }) => session.key));
  const isDead = (owner: Session) => !directory.alive(owner.comet, owner.incarnation);
  const freed = new Set(full.filter((_, at) => owners[at]?.some(isDead)));
  if (freed.size === 0) return results;
  const dead = owners.flat().filter(isDead);
  // Sent before the removal is; the login does not wait for its answer.
  void presence.offline(dead, "lost");
  await store.remove(dead);
  const again = accepted.flatMap((one, at) => (freed.has(one) ? [at] : []));
  const second = await store.put([...freed].map(({ session }) => session));
  for (const [index, result] of second.entries()) {
    const at = again[index];
    if (at !== undefined) results[at] = result;
  }
  return results;
}

/**
 * Gives the keys back that were taken for connections which have ended meanwhile: whose login is
 * late must not close a connection that its client made after that.
 */
async function undoLate(
  accepted: readonly Accepted[],
  stored: PromiseSettledResult<Session[]>[],
  { store, takeOvers, directory }: SessionsDeps,
): Promise<void> {
  const isAlive = (one: Session) => directory.alive(one.comet, one.incarnation);
  const displaced = stored.map((put) => displacedOf(put).filter(isAlive));
  const takers = accepted.filter((_, at) => (displaced[at]?.length ?? 0) > 0);
  if (takers.length === 0) return;
  const late = await takeOvers.late(takers.map(({ session }) => session));
  if (late.size === 0) return;
  await store.remove([...late]);
  const back = accepted.flatMap(({ session }, at) => {
    return late.has(session) ? (displaced[at] ?? []) : [];
  });
  await store.renew(back);
  for (const [at, { session }] of accepted.entries()) {
    if (!late.has(session)) continue;
    const reason = new GoimError("unavailable", "the connection has ended, or its comet is away");
    stored[at] = { status: "rejected", reason };
  }
}

function displacedOf(put: PromiseSettledResult<Session[]> | undefined): readonly Session[] {
  return put?.status === "fulfilled" ? put.value : [];
}

function isConflict(result: PromiseSettledResult<Session[]> | undefined): boolean {
  return result?.status === "rejected" && isGoimError(result.reason, "conflict");
}

/**
 * What waits for those whose sessions are stored. Never before: what is appended between a read
 * and the session would be neither in the answer nor delivered.
 */
async function readMail(
  accepted: readonly Accepted[],
  stored: readonly PromiseSettledResult<Session[]>[],
  { mail }: SessionsDeps,
): Promise<Map<Accepted, PromiseSettledResult<WaitingMail> | undefined>> {
  const users = accepted.filter(({ session }, at) => {
    return stored[at]?.status === "fulfilled" && mayHaveSessions(session.mid);
  });
  const parts = await mail.waiting(
    users.map(({ session }) => {
      const { mid, device, since } = session;
      return { mid, device, since, session: sessionText(session) };
    }),
  );
  return new Map(users.map((one, at) => [one, parts[at]]));
}

/** Who cannot be told what waits is refused as one whose session is not stored, and comes again. */
function conclude(
  { session, token, grant }: Accepted,
  put: PromiseSettledResult<Session[]> | undefined,
  mail: PromiseSettledResult<WaitingMail> | undefined,
  deps: SessionsDeps,
): LoginResult {
  const { key } = session;
  if (put?.status !== "fulfilled") {
    deps.log.warn({ key, error: messageOf(put?.reason) }, "session not stored");
    return refusalOf(put?.reason);
  }
  if (mail?.status === "rejected") {
    deps.log.warn({ key, error: messageOf(mail.reason) }, "mailbox not read at a login");
    return refusalOf(mail.reason);
  }
  const welcome = { session, roomId: token.roomId, accepts: token.accepts, grant };
  return mail === undefined ? welcome : { ...welcome, mail: mail.value };
}

function refusalOf(reason: unknown): Refused {
  if (!isGoimError(reason)) return { error: "internal", text: "the login could not be stored" };
  return { error: reason.code, text: reason.message };
}

/**
 * The key of a client that brings none: a UUID that is the same when a comet has to ask twice for
 * one connection, so that no second session is left behind. It cannot be guessed, because a comet's
 * incarnation is random.
 */
export function madeKey(login: Pick<Login, "comet" | "incarnation" | "conn">): string {
  if (login.incarnation === "") return randomUUID();
  const parts = JSON.stringify([login.comet, login.incarnation, login.conn]);
  const hex = hash("sha256", parts, "hex");
  // Version 8 (own scheme) and variant as RFC 9562 marks them.
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
