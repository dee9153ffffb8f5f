/** A world for tests of the dispatcher: comets, a session store and a directory, moved by hand. */
import type { CometDirectory, CometInfo } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { offsetOf } from "../protocol/offset.ts";
import type { Append, Appended } from "../store/mailbox.ts";
import type { Session } from "../store/sessions.ts";
import { CometLinks } from "./comet-links.ts";
import { Dispatcher } from "./dispatch.ts";
import { MemoryMailbox } from "./mailbox.fixture.ts";
import { MailboxIndex } from "./mailbox-index.ts";
import { Progress } from "./progress.ts";
import type { Entry, PushMessage } from "./push-batch.ts";
import { Resolver } from "./resolve.ts";
import type { ShardIndex } from "./shard-index.ts";
import { JobStats } from "./stats.ts";
import type { Lane, Unit } from "./target.ts";

export const linkConfig = {
  requestTimeout: 1000,
  requestsMax: 2,
  itemsMax: 3,
  requestBytes: 64,
  circuit: 500,
  recheckMax: 10,
  checks: { usersMax: 3, itemsMax: 2, timeout: 1000, retry: 500 },
};

export const keyDeadline = 3000;

/** A connection on a comet of the test. */
export interface TestConn extends Session {
  /** Messages committed when it was made. */
  readonly born: number;
  open: boolean;
  /** Offsets handed over, in order. */
  readonly got: number[];
}

interface Request {
  readonly verb: string;
  readonly data: Uint8Array;
  readonly resolve: (reply: Uint8Array) => void;
}

export class TestComet {
  readonly id: string;
  incarnation: string;
  /** Whether its subject is served. */
  serves = true;
  servesChecks = true;
  inbox: Request[] = [];

  constructor(id: string) {
    this.id = id;
    this.incarnation = `${id}-1`;
  }
}

export class World {
  readonly clock = new FakeClock();
  readonly stats = new JobStats();
  readonly comets = new Map<string, TestComet>();
  readonly conns: TestConn[] = [];
  readonly store: Session[] = [];
  readonly mailbox = new MemoryMailbox();
  /** Appends that were not answered yet; answered by themselves unless `holdAppends`. */
  appends: { answer: () => void; fail: (done: boolean) => void }[] = [];
  holdAppends = false;
  /** What comets were asked to check: mids, or the shard. */
  readonly checks: (readonly string[] | number)[] = [];
  /** Entries of which nobody was online. */
  readonly undelivered: { mid: string; offset: number }[] = [];
  readonly told: { target: string; offset: number; delivered: number }[] = [];
  /** Items whose `prev` was not what the log says. */
  readonly wrongPrevs: string[] = [];
  unknownPrevs = 0;
  /** Items without anything for the mailbox that told what came before. */
  livePrevs = 0;
  /** Comet, incarnation and user -> last offset on the missed list ever. */
  readonly missed = new Map<string, number>();
  /** User -> offsets of the entries that belong into the mailbox, in order. */
  readonly log = new Map<string, number[]>();
  /** Questions to the session store that were not answered yet. */
  reads: { answer: () => void; reject: () => void }[] = [];
  readonly finished: number[] = [];
  readonly progress: Progress;
  readonly dispatcher: Dispatcher;
  readonly links: CometLinks;
  readonly resolver: Resolver;
  /** Called at the moment a message is finished. */
  onFinished = (_sequence: number, _mid: string) => {};
  connected = true;
  mayAct = true;
  committed = 0;
  requests = 0;
  readonly #alive = new Map<string, string>();
  readonly #listeners: Parameters<CometDirectory["onChange"]>[0][] = [];
  readonly #onStatus: ((status: "down" | "up") => void)[] = [];
  readonly #subjects = createSubjects("goim");
  #conn = 0;

  constructor(kind: "user" | "key" = "user") {
    const { clock, stats } = this;
    const limits = { messagesMax: 1000, bytesMax: 1 << 20, warmMs: 10_000, warmMax: 1000 };
    this.progress = new Progress({ epoch: "e", checkpoint: 0, warm: 0 }, limits);
    this.resolver = new Resolver(
      { batchMax: 2, inFlightMax: 2, retry: 100, retryMax: 1000, rememberMax: 2 },
      { read: (ids) => this.#read(ids), clock, log: silentLog, stats },
    );
    const world = this;
    const bus = {
      subjects: this.#subjects,
      get connected() {
        return world.connected;
      },
      request: (subject: string, data: Uint8Array, options: { timeoutMs: number }) =>
        this.#request(subject, data, options.timeoutMs),
      onStatus: (listener: (status: "down" | "up") => void) => {
        this.#onStatus.push(listener);
        return () => {};
      },
    };
    this.links = new CometLinks(linkConfig, {
      bus,
      directory: this.#directory(),
      clock,
      log: silentLog,
      stats,
    });
    this.links.start();
    this.dispatcher = this.#dispatcher(kind);
  }

  #dispatcher(kind: "user" | "key"): Dispatcher {
    const { clock, stats, resolver, links } = this;
    const index = new MailboxIndex(
      { usersMax: 2, callsMax: 2, entriesMax: 4, bytesMax: 100, retry: 100, retryMax: 1000 },
      { mailbox: { append: (_, all) => this.#append(all) }, clock, log: silentLog, stats },
    );
    const undelivered = {
      report: (_epoch: string, mid: string, entries: readonly Entry[], done: () => void) => {
        for (const { offset } of entries) this.undelivered.push({ mid, offset });
        done();
      },
    };
    const tell = (target: string, { entries, handed }: Unit) => {
      for (const { offset } of entries) this.told.push({ target, offset, delivered: handed });
    };
    const noting = {
      enqueue: (lane: Lane) => links.enqueue(lane),
      usable: (comet: string, incarnation: string) => links.usable(comet, incarnation),
      silent: (lane: Lane) => links.silent(lane),
      follow: (epoch: string, shard: number) => links.follow(epoch, shard),
      miss: (lane: Lane, shard: number, last: number) => {
        this.missed.set(`${lane.name}\n${lane.target.id}`, last);
        links.miss(lane, shard, last);
      },
    };
    const user = (subject: string) => subject;
    const mail = { shard: 0, user, liveMaxAge: 60_000, index: indexOf(index), undelivered };
    return new Dispatcher({
      ...{ epoch: "e", clock, resolver, links: noting, stats, keyDeadline, receipts: { tell } },
      mail: kind === "key" ? undefined : mail,
      mayAct: () => this.mayAct,
    });
  }

  comet(id: string): TestComet {
    let comet = this.comets.get(id);
    if (comet === undefined) {
      comet = new TestComet(id);
      this.comets.set(id, comet);
      this.#alive.set(id, comet.incarnation);
    }
    return comet;
  }

  connect(mid: string, cometId: string, key = `key-${this.#conn + 1}`): TestConn {
    const { id, incarnation } = this.comet(cometId);
    const conn = ++this.#conn;
    const session = { mid, key, comet: id, incarnation, conn, platform: "", device: "", since: 0 };
    this.store.push(session);
    // First the session, then the mailbox: what a login does.
    const got = this.mailbox.entries(mid).map(({ offset }) => offset);
    const made = { ...session, born: this.committed, open: true, got };
    this.conns.push(made);
    return made;
  }

  /** The connection ends; the store hears of it, or not yet. */
  disconnect(conn: TestConn, options: { stored: boolean }): void {
    conn.open = false;
    if (!options.stored) this.#unstore(conn);
  }

  stored(conn: TestConn): boolean {
    return this.store.some((session) => session.conn === conn.conn);
  }

  /** The comet lives as far as the directory knows. */
  alive(comet: string, incarnation: string): boolean {
    return this.#alive.get(comet) === incarnation;
  }

  /** Everything on the comet is gone; nobody has noticed. */
  crash(id: string): void {
    const comet = this.comet(id);
    comet.serves = false;
    comet.inbox = [];
    for (const conn of this.conns) {
      if (conn.comet === id && conn.incarnation === comet.incarnation) conn.open = false;
    }
  }

  /** The directory finds out that it is dead. */
  bury(id: string): void {
    const incarnation = this.#alive.get(id);
    if (incarnation === undefined) return;
    this.#alive.delete(id);
    for (const listener of this.#listeners) listener({ left: infoOf(id, incarnation) });
  }

  /** The directory takes it for dead although it lives, and sees it again. */
  blink(id: string): void {
    const { incarnation, serves } = this.comet(id);
    if (!serves) return;
    this.bury(id);
    this.#alive.set(id, incarnation);
    for (const listener of this.#listeners) listener({ joined: infoOf(id, incarnation) });
  }

  /** A new process with the same id. */
  restart(id: string): void {
    const comet = this.comet(id);
    this.crash(id);
    const [, n] = comet.incarnation.split("-");
    comet.incarnation = `${id}-${Number(n) + 1}`;
    comet.serves = true;
    this.#alive.set(id, comet.incarnation);
    for (const listener of this.#listeners) listener({ joined: infoOf(id, comet.incarnation) });
  }

  /** Commits a message for a user and hands it to the dispatcher. */
  push(mid: string, count = 1, options: { transient?: boolean; time?: number } = {}): number {
    const sequence = ++this.committed;
    const entries = Array.from({ length: count }, (_, index) => ({
      offset: offsetOf(sequence, index),
      op: 1,
      body: new Uint8Array(20),
      speed: 0,
      expiresAt: 0,
      time: this.clock.now(),
      ...options,
    }));
    if (options.transient !== true) {
      const offsets = entries.map(({ offset }) => offset);
      this.log.set(mid, [...(this.log.get(mid) ?? []), ...offsets]);
    }
    const last = offsetOf(sequence, count - 1);
    this.take({ subject: mid, sequence, bytes: 20 * count, entries, keys: [], last });
    return sequence;
  }

  /** A push to one key. */
  takeKey(key: string, sequence: number): void {
    const entry = { offset: offsetOf(sequence, 0), op: 1, body: new Uint8Array(20), speed: 0 };
    const entries = [{ ...entry, expiresAt: 0, time: 0 }];
    const last = entry.offset;
    this.take({ subject: "x", sequence, bytes: 20, entries, keys: [[key]], last });
  }

  take(message: PushMessage): void {
    const { sequence, subject } = message;
    const ticket = this.progress.begin(sequence, message.bytes);
    this.dispatcher.take(message, () => {
      this.onFinished(sequence, subject);
      this.finished.push(sequence);
      this.progress.finish(ticket);
    });
  }

  /** The comet works off what it was asked; the replies may be lost. */
  async process(id: string, options: { loseReply?: boolean } = {}): Promise<void> {
    await this.settle();
    const comet = this.comet(id);
    const requests = comet.inbox;
    comet.inbox = [];
    for (const { verb, data, resolve } of requests) {
      const reply = verb === "check" ? this.#check(comet, data) : this.#handle(comet, data);
      if (options.loseReply !== true) resolve(reply);
    }
    await this.settle();
  }

  /** The mailboxes are written, and the answer comes. */
  async answerAppends(): Promise<void> {
    await this.settle();
    for (const { answer } of this.appends.splice(0)) answer();
    await this.settle();
  }

  /** They are not written, or (`done`) they are and the answer is lost. */
  async failAppends(done: boolean): Promise<void> {
    await this.settle();
    for (const { fail } of this.appends.splice(0)) fail(done);
    await this.settle();
  }

  /** The session store answers, with what it held when it was asked: the worst that may happen. */
  async answerReads(): Promise<void> {
    await this.settle();
    for (const { answer } of this.reads.splice(0)) answer();
    await this.settle();
  }

  async failReads(): Promise<void> {
    await this.settle();
    for (const { reject } of this.reads.splice(0)) reject();
    await this.settle();
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  setConnected(connected: boolean): void {
    this.connected = connected;
    for (const listener of this.#onStatus) listener(connected ? "up" : "down");
  }

  /** Until nothing is left that runs by itself. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.clock.runYielded();
    }
  }

  #handle(comet: TestComet, data: Uint8Array): Uint8Array {
    const request = goim.comet.DeliverReq.decode(data);
    if (request.incarnation !== comet.incarnation) {
      return goim.comet.DeliverReply.encode({ stale: true }).finish();
    }
    const results = request.items.map((item) => {
      const unknown: string[] = [];
      for (const key of item.keys ?? []) {
        const conn = this.conns.find(
          (one) =>
            one.open &&
            one.key === key &&
            one.comet === comet.id &&
            one.incarnation === comet.incarnation,
        );
        if (conn === undefined) unknown.push(key);
        else this.#hand(conn, item);
      }
      return { delivered: (item.keys ?? []).length - unknown.length, unknown };
    });
    return goim.comet.DeliverReply.encode({ results }).finish();
  }

  #check(comet: TestComet, data: Uint8Array): Uint8Array {
    const { incarnation, items, shard } = goim.comet.CheckReq.decode(data);
    if (incarnation !== comet.incarnation) {
      return goim.comet.CheckReply.encode({ stale: true }).finish();
    }
    this.checks.push(shard ?? items.map(({ mid }) => mid ?? ""));
    for (const conn of this.conns) {
      if (!conn.open || conn.comet !== comet.id || conn.incarnation !== incarnation) continue;
      const item = items.find(({ mid }) => mid === conn.mid);
      const through = shard != null ? Number.POSITIVE_INFINITY : toNumber(item?.last ?? 0);
      if (through > (conn.got.at(-1) ?? 0)) this.#readMailbox(conn);
    }
    return goim.comet.CheckReply.encode({ stale: false }).finish();
  }

  /** As a connection does: what it had is dropped, and before a gap it reads its mailbox. */
  #hand(conn: TestConn, { mid, entries, prev }: goim.comet.DeliverItem.$Properties): void {
    const all = (entries ?? []).map((entry) => ({
      offset: toNumber(entry.offset ?? 0),
      transient: entry.transient === true,
    }));
    const kept = all.filter(({ transient }) => !transient);
    if (mid !== "" && kept.length === 0 && prev != null) {
      const before = this.log.get(mid ?? "")?.findLast((offset) => offset < (all[0]?.offset ?? 0));
      if (toNumber(prev) === before) this.livePrevs++;
      else this.wrongPrevs.push(`${mid} live ${all[0]?.offset}: ${prev}`);
    }
    if (mid !== "" && kept[0] !== undefined) {
      const first = kept[0].offset;
      const before = (this.log.get(mid ?? "") ?? []).findLast((offset) => offset < first) ?? 0;
      if (prev == null) this.unknownPrevs++;
      else if (toNumber(prev) !== before) this.wrongPrevs.push(`${mid} ${first}: ${prev}`);
      if (prev == null || toNumber(prev) > (conn.got.at(-1) ?? 0)) this.#readMailbox(conn);
    }
    for (const { offset } of all) if (offset > (conn.got.at(-1) ?? 0)) conn.got.push(offset);
  }

  #readMailbox(conn: TestConn): void {
    for (const { offset } of this.mailbox.entries(conn.mid)) {
      if (offset > (conn.got.at(-1) ?? 0)) conn.got.push(offset);
    }
  }

  #append(appends: readonly Append[]): Promise<PromiseSettledResult<Appended>[]> {
    const write = (): PromiseSettledResult<Appended>[] =>
      appends.map((append) => ({ status: "fulfilled", value: this.mailbox.add("e", append) }));
    if (!this.holdAppends) return Promise.resolve(write());
    return new Promise((resolve, reject) => {
      const answer = () => resolve(write());
      const fail = (done: boolean) => {
        if (done) write();
        reject(new GoimError(done ? "timeout" : "unavailable", "the store is away"));
      };
      this.appends.push({ answer, fail });
    });
  }

  #request(subject: string, data: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    const [, , id = "", verb = ""] = subject.split(".");
    if (verb === "push") this.requests++;
    const comet = this.comet(id);
    const served = comet.serves && (verb === "push" || comet.servesChecks);
    if (!this.connected || !served) {
      return Promise.reject(new GoimError("unavailable", "nobody there"));
    }
    return new Promise((resolve, reject) => {
      const late = () => reject(new GoimError("timeout", "no answer"));
      const timer = this.clock.setTimeout(late, timeoutMs);
      const answer = (reply: Uint8Array) => {
        this.clock.clearTimeout(timer);
        resolve(reply);
      };
      comet.inbox.push({ verb, data, resolve: answer });
    });
  }

  #read(ids: readonly string[]): Promise<Session[][]> {
    const found = ids.map((id) => this.store.filter(({ mid, key }) => mid === id || key === id));
    return new Promise((resolve, reject) => {
      const fail = () => reject(new GoimError("unavailable", "the store is away"));
      this.reads.push({ answer: () => resolve(found), reject: fail });
    });
  }

  #unstore(conn: TestConn): void {
    const at = this.store.findIndex((session) => session.conn === conn.conn);
    if (at >= 0) this.store.splice(at, 1);
  }

  #directory(): CometDirectory {
    return {
      list: () => Array.from(this.#alive, ([id, incarnation]) => infoOf(id, incarnation)),
      get: () => undefined,
      alive: (id, incarnation) => this.alive(id, incarnation),
      ready: () => Promise.resolve(),
      onChange: (listener) => {
        this.#listeners.push(listener);
        return () => {};
      },
      close: () => {},
    };
  }
}

/** The index of a shard that is there, and goes on being there. */
function indexOf(index: MailboxIndex): Pick<ShardIndex, "append" | "newest" | "stop"> {
  const lasts = new Map<string, number>();
  let stopped = false;
  return {
    append: (wish) => {
      lasts.set(wish.mid, wish.entries.at(-1)?.offset ?? 0);
      index.append({ ...wish, epoch: "e", wanted: () => !stopped });
    },
    newest: (mid) => lasts.get(mid),
    stop: () => {
      stopped = true;
    },
  };
}

function infoOf(id: string, incarnation: string): CometInfo {
  return {
    ...{ id, incarnation, region: "", zone: "", env: "", hostname: "", addrs: [], weight: 1 },
    ...{ offline: false, connections: 0, ips: 0, version: "", updatedAt: 0 },
  };
}
