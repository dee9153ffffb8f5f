/** How often somebody may try a password, or register: by name (or in all), and by address. */
import { isIPv6 } from "node:net";
import { z } from "zod";
import type { Bus, Subscription } from "../../bus/bus.ts";
import type { Clock } from "../../kit/clock.ts";
import { messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import { LruMap } from "../../kit/lru.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { RateLimited } from "../auth/api-keys.ts";
import type { UsersConfig } from "./config.ts";

export interface AttemptsConfig {
  /** What is counted; logics tell each other. */
  readonly kind: "login" | "registration";
  readonly perName: number;
  readonly perAddress: number;
  /** Milliseconds. */
  readonly windowMs: number;
  /** Names, and addresses, that are remembered. */
  readonly max: number;
  /** What the names of its metrics have behind `users_`. */
  readonly metric: string;
  /** What somebody is told who tried too often. */
  readonly refusal: string;
}

/** Passwords that are tried. */
export function loginAttempts(
  config: Pick<
    UsersConfig,
    "attemptsPerUser" | "attemptsPerAddress" | "attemptsWindow" | "attemptsMax"
  >,
): AttemptsConfig {
  return {
    kind: "login",
    perName: config.attemptsPerUser,
    perAddress: config.attemptsPerAddress,
    windowMs: config.attemptsWindow,
    max: config.attemptsMax,
    metric: "attempts",
    refusal: "too many tries for this name or from this address",
  };
}

/** People who register themselves; all have one name here. */
export function registrationAttempts(
  config: Pick<
    UsersConfig,
    "registrationsPerWindow" | "registrationsPerAddress" | "registrationWindow" | "attemptsMax"
  >,
): AttemptsConfig {
  return {
    kind: "registration",
    perName: config.registrationsPerWindow,
    perAddress: config.registrationsPerAddress,
    windowMs: config.registrationWindow,
    max: config.attemptsMax,
    metric: "registrations",
    refusal: "too many registrations, in all or from this address",
  };
}

export interface AttemptsDeps {
  readonly bus: Pick<Bus, "publish" | "subscribe" | "subjects">;
  readonly clock: Pick<Clock, "monotonic">;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Of this logic, to know its own news again. */
  readonly id: string;
}

export interface Attempts {
  /**
   * Takes a try before the password is looked at, so that many at once are counted, too. What it
   * returns gives the try back: call it when the password was right, or not looked at. Fails with
   * RateLimited.
   */
  take(name: string, address: string): () => void;
  start(): void;
  stop(): void;
}

const newsSchema = z.object({
  from: z.string(),
  kind: z.enum(["login", "registration"]).default("login"),
  name: z.string(),
  address: z.string(),
  /** 1 = taken, -1 = given back. */
  tries: z.union([z.literal(1), z.literal(-1)]),
});

type News = z.infer<typeof newsSchema>;

export function createAttempts(config: AttemptsConfig, deps: AttemptsDeps): Attempts {
  return new CountedAttempts(config, deps);
}

class CountedAttempts implements Attempts {
  readonly #names: Tries;
  readonly #addresses: Tries;
  readonly #config: AttemptsConfig;
  readonly #deps: AttemptsDeps;
  #subscription: Subscription | undefined;
  #limited = 0;

  constructor(config: AttemptsConfig, deps: AttemptsDeps) {
    const { perName, perAddress, kind, metric } = config;
    const { clock, metrics } = deps;
    this.#config = config;
    this.#deps = deps;
    this.#names = new Tries({ ...config, most: perName }, clock);
    this.#addresses = new Tries({ ...config, most: perAddress }, clock);
    const size = `Names and addresses whose tries are remembered: ${kind}`;
    metrics.levelOf(`users_${metric}_remembered`, size, () => {
      return this.#names.size + this.#addresses.size;
    });
    const limited = `Tries that were not looked at, after too many: ${kind}`;
    metrics.countOf(`users_${metric}_limited_total`, limited, () => this.#limited);
  }

  take(name: string, address: string): () => void {
    const network = networkOf(address);
    const waitMs = Math.max(this.#names.waitMs(name), this.#addresses.waitMs(network));
    if (waitMs > 0) {
      this.#limited++;
      const seconds = Math.ceil(waitMs / 1000);
      throw new RateLimited(seconds, this.#config.refusal);
    }
    this.#count(name, network, 1);
    return () => this.#count(name, network, -1);
  }

  start(): void {
    const { bus } = this.#deps;
    this.#subscription = bus.subscribe(bus.subjects.attempts, ({ data }) => this.#hear(data));
  }

  stop(): void {
    this.#subscription?.unsubscribe();
  }

  #count(name: string, address: string, tries: 1 | -1): void {
    this.#add({ name, address, tries });
    const { bus, log, id } = this.#deps;
    try {
      const news: News = { from: id, kind: this.#config.kind, name, address, tries };
      bus.publish(bus.subjects.attempts, Buffer.from(JSON.stringify(news)));
    } catch (error) {
      log.debug({ error: messageOf(error) }, "other logics were not told of a try");
    }
  }

  #add({ name, address, tries }: Pick<News, "name" | "address" | "tries">): void {
    this.#names.add(name, tries);
    this.#addresses.add(address, tries);
  }

  #hear(data: Uint8Array): void {
    const { id, log } = this.#deps;
    try {
      const news = newsSchema.parse(JSON.parse(Buffer.from(data).toString()));
      if (news.from !== id && news.kind === this.#config.kind) this.#add(news);
    } catch (error) {
      log.debug({ error: messageOf(error) }, "news of another logic cannot be read");
    }
  }
}

interface Level {
  /** Tries taken that have not come back. */
  taken: number;
  at: number;
}

/** A bucket of tries for each name, which fills again over the window. */
class Tries {
  readonly #most: number;
  readonly #perTryMs: number;
  readonly #levels: LruMap<string, Level>;
  readonly #clock: Pick<Clock, "monotonic">;

  constructor(
    { most, windowMs, max }: { most: number; windowMs: number; max: number },
    clock: Pick<Clock, "monotonic">,
  ) {
    this.#most = most;
    this.#perTryMs = windowMs / most;
    this.#levels = new LruMap(max);
    this.#clock = clock;
  }

  get size(): number {
    return this.#levels.size;
  }

  /** Milliseconds until there is a try; 0 = now. */
  waitMs(name: string): number {
    const excess = this.#levelOf(name).taken + 1 - this.#most;
    return excess > 0 ? excess * this.#perTryMs : 0;
  }

  add(name: string, tries: number): void {
    const { taken, at } = this.#levelOf(name);
    const now = Math.max(0, taken + tries);
    if (now === 0) this.#levels.delete(name);
    else this.#levels.set(name, { taken: now, at });
  }

  #levelOf(name: string): Level {
    const at = this.#clock.monotonic();
    const before = this.#levels.peek(name);
    if (before === undefined) return { taken: 0, at };
    return { taken: Math.max(0, before.taken - (at - before.at) / this.#perTryMs), at };
  }
}

/** One customer has 2^64 addresses of IPv6: they count as one. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(Math.max(0, 8 - groups.length - after.length)).fill("0");
  const all = tail === undefined ? groups : [...groups, ...zeros, ...after];
  return `${all.slice(0, 4).join(":")}::/64`;
}
