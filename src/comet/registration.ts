import { randomUUID } from "node:crypto";
import type { Bus, CometInfo } from "../bus/bus.ts";
import { type Registration as RegistryEntry, registerComet } from "../bus/registry.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import { hostOf } from "../kit/config-common.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { CometConfig } from "./config.ts";
import type { Register, Registration, RegistrationEvents } from "./identity.ts";

export interface RegistrationDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the package. */
  readonly version: string;
  /** Ends the wait for NATS. */
  readonly signal: AbortSignal;
}

/**
 * How a comet makes and keeps its entry in the registry: a new incarnation whenever the old one was
 * lost, until a younger process turns up with the same id.
 */
export function createRegister(config: CometConfig, deps: RegistrationDeps): Register {
  return async (id, events) => {
    const registration = new KeptRegistration(infoOf(id, config, deps), events, {
      ...deps,
      levelsInterval: config.online.levelsInterval,
    });
    await registration.enter();
    return registration;
  };
}

class KeptRegistration implements Registration {
  readonly #info: CometInfo;
  readonly #events: RegistrationEvents;
  readonly #deps: RegistrationDeps & { readonly levelsInterval: number };
  #entry: RegistryEntry | undefined;
  #incarnation = "";
  #told = { connections: 0, ips: 0 };
  #timer: Timer | undefined;
  #retired = false;
  #left = false;

  constructor(
    info: CometInfo,
    events: RegistrationEvents,
    deps: RegistrationDeps & { readonly levelsInterval: number },
  ) {
    this.#info = info;
    this.#events = events;
    this.#deps = deps;
  }

  get incarnation(): string {
    return this.#incarnation;
  }

  /** Makes the entry, waiting for NATS. */
  async enter(): Promise<void> {
    const { bus, clock, log, signal } = this.#deps;
    const incarnation = randomUUID();
    // Before anybody can read of it: whoever does may ask for it at once.
    this.#incarnation = incarnation;
    this.#events.onClaim(incarnation);
    this.#told = this.#events.levels();
    const offline = this.#retired || this.#info.offline;
    const info = { ...this.#info, ...this.#told, incarnation, offline };
    const entry = await registerComet(bus, info, {
      ...{ clock, log, signal, create: false },
      onLost: (reason, cause) => {
        if (cause === "silence") void this.#again(reason);
        else this.#events.onConflict(new Error(conflictText(this.#info.id)));
      },
    });
    if (this.#left) {
      await entry.deregister();
      return;
    }
    this.#entry = entry;
    this.#watchLevels();
  }

  retire(): void {
    this.#retired = true;
    this.#entry?.update({ offline: true });
  }

  async leave(): Promise<void> {
    this.#left = true;
    this.#stopWatching();
    await this.#entry?.deregister();
  }

  async #again(reason: string): Promise<void> {
    this.#entry = undefined;
    this.#stopWatching();
    const { log } = this.#deps;
    log.warn({ reason }, "the registry entry was lost, registering anew");
    try {
      await this.enter();
    } catch (error) {
      // Only the end of the process ends the wait.
      log.debug({ error: messageOf(error) }, "not registered again");
      return;
    }
    if (!this.#left) this.#events.onIncarnation(this.#incarnation);
  }

  /** The entry's own renewals are frequent; levels only change it when they have changed. */
  #watchLevels(): void {
    const { clock, levelsInterval } = this.#deps;
    this.#timer = clock.setTimeout(() => {
      const levels = this.#events.levels();
      const { connections, ips } = this.#told;
      if (levels.connections !== connections || levels.ips !== ips) {
        this.#told = levels;
        this.#entry?.update(levels);
      }
      this.#watchLevels();
    }, levelsInterval);
  }

  #stopWatching(): void {
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function conflictText(id: string): string {
  return (
    `another process has registered as comet "${id}": two comets cannot share an id, ` +
    "set a different id (GOIM_COMET_ID) or stop one of them"
  );
}

function infoOf(id: string, config: CometConfig, { clock, version }: RegistrationDeps): CometInfo {
  const hostname = hostOf(config);
  return {
    ...{ id, incarnation: "", region: config.region, zone: config.zone, env: config.env },
    ...{ hostname, weight: config.weight, offline: config.offline, version },
    addrs: config.addrs.length > 0 ? config.addrs : listenedOn(config, hostname),
    ...{ connections: 0, ips: 0, updatedAt: clock.now() },
  };
}

const everyInterface: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Where clients find a comet that was told no public address. */
function listenedOn(config: CometConfig, hostname: string): string[] {
  const hosts = [...config.websocket.bind, ...config.tcp.bind].map(({ host }) => {
    return everyInterface.has(host) ? hostname : host;
  });
  return [...new Set(hosts)];
}
