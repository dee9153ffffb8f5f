import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type CheckOptions, check, type Violation } from "./checker.ts";
import { loadSdk } from "./client-sdk.ts";
import { createFleet, type Fleet, speaksVersion2 } from "./fleet.ts";
import { EVENTS_MAX, type History, Messages } from "./history.ts";
import { closeHttp } from "./http.ts";
import { Load, type LoadStats } from "./load.ts";
import { Random } from "./random.ts";
import { type FaultName, plan, SILENCE_MS } from "./schedule.ts";
import { story } from "./story.ts";
import { type Arena, startArena } from "./system.ts";
import { type Happened, Turmoil } from "./turmoil.ts";
import { counters, MemoryWatch, processesOf } from "./watch.ts";

export interface RunOptions {
  readonly seed: number;
  /** How long there are faults and load. */
  readonly ms: number;
  readonly cluster: boolean;
  readonly store: "kv" | "redis";
  readonly faults: readonly FaultName[];
  /** Mean time between two faults. */
  readonly everyMs: number;
  readonly version1: number;
  readonly version2: number;
  readonly roomRate: number;
  readonly userRate: number;
  /** Whether users have mailboxes in the system under test. */
  readonly mailboxes: boolean;
  /** Longest wait for what is owed, after everything is healed. */
  readonly graceMs: number;
  /** File for the logs of all processes when a promise was broken; "" = none. */
  readonly logsTo: string;
  readonly say: (line: string) => void;
}

export interface Report {
  readonly seed: number;
  readonly ok: boolean;
  /** Of the first violation, with what led to it. */
  readonly story: string;
  readonly violations: readonly Violation[];
  /** Rules broken, and how often. */
  readonly rules: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** From the last healing until everything owed was there. */
  readonly settledMs: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly messages: Readonly<Record<string, number>>;
  readonly load: LoadStats;
  readonly clients: Readonly<Record<string, number>>;
  readonly deliveries: number;
  readonly connections: number;
  readonly memoryMb: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<string, number>>;
}

const ROOMS = ["live://1", "live://2", "live://3", "live://fat", "video://1", "video://2"];
const FAT_ROOM = "live://fat";
const QUIET_ROOMS = ["live://q1", "live://q2", "live://q3", "live://q4"];
/** Mids 1 to MIDS; clients have the first ones, the others are nobody's. */
const MIDS = 60;
const MIDS_ONLINE = 50;
const LOOK_MS = 1_000;
/** Between two checks while everything goes on, which stop a run that failed. */
const CHECK_MS = 15_000;
/** Everything owed is there; what comes twice or too much comes in this time. */
const AFTER_MS = 2_000;

/** One run, from nothing to nothing. Never longer than `ms`, the grace and the starts. */
export async function run(options: RunOptions): Promise<Report> {
  const arena = await startArena(options);
  try {
    const report = await new Run(options, arena).whole();
    if (!report.ok && options.logsTo !== "") writeFileSync(options.logsTo, arena.system.logs());
    return report;
  } finally {
    await arena.stop();
    closeHttp();
  }
}

class Run {
  readonly #options: RunOptions;
  readonly #arena: Arena;
  readonly #messages = new Messages();
  readonly #memory = new MemoryWatch();
  readonly #own: Violation[] = [];
  readonly #startedAt = performance.now();
  /** Version 2 and mailboxes came together. */
  #second = false;

  constructor(options: RunOptions, arena: Arena) {
    this.#options = options;
    this.#arena = arena;
  }

  async whole(): Promise<Report> {
    const { seed, say, ms, everyMs, faults: names } = this.#options;
    const random = new Random(seed);
    const fleet = await this.#createFleet(random.fork("clients"));
    const load = this.#createLoad(random.fork("load"));
    const checking: CheckOptions = {
      mailboxes: this.#options.mailboxes && this.#second,
      mailboxLoss: names.includes("lose-mailboxes"),
    };
    const servers = this.#arena.servers.length;
    const redis = this.#options.store === "redis" ? 1 : 0;
    const shape = { comets: 2, logics: 2, jobs: 2, servers, redis };
    const turmoil = new Turmoil({ ...this.#arena, clients: fleet.clients }, seed, (line) =>
      say(`${this.#clock()}  ${line}`),
    );
    const history: History = {
      messages: this.#messages.all,
      clients: fleet.clients.map((client) => client.history),
    };
    for (const client of fleet.clients) client.start();
    load.start();
    const watching = this.#watch(turmoil, () => check(history, checking));
    const startedAt = performance.now();
    const faults = turmoil.run(plan({ seed, ms, everyMs, names, shape }));
    await watching.until(startedAt + ms - SILENCE_MS);
    const loadEnded = load.stop();
    await watching.until(startedAt + ms);
    await faults;
    const healedAt = performance.now();
    say(`${this.#clock()}  all healed, waiting for what is owed`);
    for (const client of fleet.clients) client.settle();
    await Promise.race([loadEnded, sleep(this.#options.graceMs, undefined, { ref: false })]);
    const settledMs = await this.#settled(() => check(history, checking), healedAt);
    await sleep(AFTER_MS);
    await watching.stop();
    const found = [...check(history, checking), ...this.#ownViolations(fleet, turmoil)];
    const sums = await counters(this.#arena.system).catch(() => ({}));
    for (const client of fleet.clients) await client.stop();
    return this.#report({ fleet, load, turmoil, history, found, settledMs, sums });
  }

  async #createFleet(random: Random): Promise<Fleet> {
    const { version1, version2, say } = this.#options;
    const second = await speaksVersion2(this.#arena.urls.ws[0] ?? "");
    this.#second = second;
    if (!second && version2 > 0) say("this system speaks version 1 only: so do all clients");
    return createFleet({
      ...{ random, messages: this.#messages, urls: this.#arena.urls },
      rooms: [...ROOMS, ...QUIET_ROOMS],
      mids: mids().slice(0, MIDS_ONLINE),
      version1: second ? version1 : version1 + version2,
      version2: second ? version2 : 0,
      sdk: second ? await loadSdk() : undefined,
    });
  }

  #createLoad(random: Random): Load {
    const { roomRate, userRate } = this.#options;
    return new Load({
      ...{ random, messages: this.#messages, rooms: ROOMS, fatRoom: FAT_ROOM, mids: mids() },
      ...{ roomRate, userRate, quietRooms: QUIET_ROOMS, keys: ["k-a0", "k-a1", "k-b0", "k-b1"] },
      logics: this.#arena.system.logics.map((logic) => logic.http),
    });
  }

  /** Looks after memory and deaths each second, and now and then whether it failed already. */
  #watch(turmoil: Turmoil, look: () => Violation[]) {
    const stopping = new AbortController();
    const processes = processesOf(this.#arena.system);
    let checkedAt = performance.now();
    const loop = async () => {
      while (!stopping.signal.aborted) {
        this.#memory.look(processes);
        for (const one of processes) {
          if (one.alive || !turmoil.isQuiet(one.name)) continue;
          this.#violation("died", `${one.name} ended by itself`);
          await one.start().catch(() => {});
        }
        if (performance.now() - checkedAt > CHECK_MS) {
          if (look().some((violation) => !violation.open)) turmoil.stop();
          checkedAt = performance.now();
        }
        await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
      }
    };
    const running = loop();
    return {
      /** Until that time, or the first failure. */
      until: async (time: number) => {
        while (performance.now() < time && !turmoil.stopped) await sleep(LOOK_MS / 10);
      },
      stop: async () => {
        stopping.abort();
        await running;
      },
    };
  }

  /** Waits until nothing is owed; how long it took. */
  async #settled(look: () => Violation[], since: number): Promise<number> {
    const { graceMs, say } = this.#options;
    const until = performance.now() + graceMs;
    for (;;) {
      const violations = look();
      const owed = violations.filter((violation) => violation.open);
      if (owed.length === 0 || performance.now() > until) {
        return Math.round(performance.now() - since);
      }
      const { client, rule, text } = owed[0] as Violation;
      say(`${this.#clock()}  owed: ${owed.length}, such as ${client} ${rule} ${text}`);
      if (violations.some((violation) => !violation.open)) return -1;
      await sleep(LOOK_MS);
    }
  }

  #ownViolations(fleet: Fleet, turmoil: Turmoil): Violation[] {
    for (const failure of turmoil.failures) this.#violation("fault-failed", failure);
    if (fleet.events() > EVENTS_MAX) this.#violation("log-full", `${fleet.events()} events`);
    return this.#own;
  }

  #violation(rule: string, text: string): void {
    this.#own.push({ rule, text, at: performance.now(), open: false });
  }

  #clock(): string {
    return `${((performance.now() - this.#startedAt) / 1000).toFixed(1).padStart(6)} s`;
  }

  #report(ended: {
    fleet: Fleet;
    load: Load;
    turmoil: Turmoil;
    history: History;
    found: readonly Violation[];
    settledMs: number;
    sums: Record<string, number>;
  }): Report {
    const { fleet, load, turmoil, history, found, settledMs, sums } = ended;
    const { clients, messages } = history;
    const events = clients.flatMap((client) => client.events.map((event) => event.kind));
    // What time may still mend is often only what else was going on.
    const first = found.find((violation) => !violation.open) ?? found[0];
    const { system } = this.#arena;
    const happened: readonly Happened[] = turmoil.happened;
    return {
      seed: this.#options.seed,
      ok: found.length === 0,
      story:
        first === undefined
          ? ""
          : story({ first, history, happened, startedAt: this.#startedAt, system }),
      violations: found,
      rules: counted(found.map((violation) => violation.rule)),
      seconds: Math.round((performance.now() - this.#startedAt) / 1000),
      settledMs,
      faults: counted(happened.map((one) => one.name)),
      messages: counted(messages.map((message) => message.answer)),
      load: load.stats,
      clients: counted(
        fleet.clients.map(({ history: { version, lasting } }) => {
          return lasting === true ? "sdk" : `version ${version}`;
        }),
      ),
      deliveries: events.filter((kind) => kind === "push").length,
      connections: events.filter((kind) => kind === "login").length,
      memoryMb: Object.fromEntries(this.#memory.peaks),
      counters: sums,
    };
  }
}

function mids(): string[] {
  return Array.from({ length: MIDS }, (_, index) => String(index + 1));
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
