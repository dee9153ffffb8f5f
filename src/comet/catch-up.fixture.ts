import type { StoredMessage } from "../bus/bus.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { Semaphore } from "../kit/semaphore.ts";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf } from "../protocol/offset.ts";
import type { FakeBans } from "./bans.fixture.ts";
import { CatchUp } from "./catch-up.ts";
import { createCoalesce } from "./coalesce.ts";
import { Fanout } from "./fanout.ts";
import { turn } from "./follower.fixture.ts";
import { createHistoryStats } from "./history-stats.ts";
import { decodeBatch, type LogEntry } from "./log-entry.ts";
import { TestMember } from "./member.fixture.ts";
import { Room } from "./room.ts";
import { RoomHistory } from "./room-history.ts";
import { createRoomStats } from "./room-stats.ts";

export interface BenchOptions {
  readonly replay?: number;
  readonly replayMaxAge?: number;
  readonly ringEntries?: number;
  readonly ringBytes?: number;
  readonly frameBytes?: number;
  readonly flushBytes?: number;
  readonly pageMessages?: number;
  /** Milliseconds of flush interval for each member. */
  readonly costMs?: number;
  readonly deadline?: number;
  readonly bans?: FakeBans;
}

/** Entry of a log as the test wrote it: its body is its offset and padding. */
export interface Written {
  readonly bytes?: number;
  readonly expiresAt?: number;
}

/** A room over a stream in memory whose answers wait until the test lets them through. */
export class CatchUpBench {
  readonly clock = new FakeClock();
  readonly stats = createRoomStats();
  readonly reads = createHistoryStats();
  readonly fanout: Fanout;
  readonly catchUp: CatchUp;
  readonly room: Room;
  readonly members: TestMember[] = [];
  /** Offsets of every entry that was ever pushed, and up to where they are gone. */
  readonly log: number[] = [];
  evicted = 0;
  /** Entries that may be missing because they have a time to live. */
  readonly mortal = new Set<number>();
  questions: (() => void)[] = [];
  readsFail = false;
  #stream: StoredMessage[] = [];
  #sequence: number;

  constructor(options: BenchOptions = {}, before = 0) {
    const { clock, stats } = this;
    this.#sequence = 0;
    const replay = options.replay ?? 0;
    const flushBytes = options.flushBytes ?? 1000;
    this.fanout = new Fanout({ sliceMembers: 3, sliceTime: 5 }, clock);
    const deadline = options.deadline ?? 30_000;
    const { bans } = options;
    const hidden = () => bans?.recalls.of("room", "video://1", "e1");
    const current = bans?.current;
    this.catchUp = new CatchUp({ sliceMembers: 3, sliceTime: 5, deadline }, { clock, current });
    const history = new RoomHistory(
      {
        ring: { entriesMax: options.ringEntries ?? 8, bytesMax: options.ringBytes ?? 10_000 },
        ...{ frameBytes: options.frameBytes ?? 200, replay, log: 16 },
        ...{ replayMax: 1000, replayBytes: 1 << 20 },
        replayMaxAge: options.replayMaxAge ?? 1e9,
        ...{ pageMessages: options.pageMessages ?? 3, retryMin: 50, retryMax: 400 },
      },
      {
        read: (from, to, limit) => this.#read(from, to, limit),
        wholeAfter: async (sequence) => this.evicted < offsetOf(sequence + 1, 0),
        reads: new Semaphore(2),
        ...{ clock, stats: this.reads, hidden },
        onRead: () => this.room.wakeBehind(),
      },
    );
    const coalesce = createCoalesce(
      { coalesce: "load", signal: 1000, batch: 20, flushBytes },
      { intervalMs: (members) => members * (options.costMs ?? 1) },
    );
    this.room = new Room(
      "video://1",
      { flushBytes, gatherBytes: 1 << 30, replays: replay > 0, log: 16 },
      {
        ...{ coalesce, fanout: this.fanout, catchUp: this.catchUp, history, clock, stats },
        onSpace: () => {},
        onKnown: () => {},
      },
    );
    for (let each = 0; each < before; each++) this.#store([{}]);
    this.room.opened(this.log.at(-1) ?? 0);
  }

  /** Puts one stream message behind the others and hands its entries to the room. */
  push(...entries: readonly Written[]): void {
    this.room.apply(this.#store(entries));
  }

  /** The stream loses its oldest messages. */
  evict(messages: number): void {
    for (const { sequence } of this.#stream.splice(0, messages)) {
      this.evicted = offsetOf(sequence, 1023);
    }
  }

  /** The stream is deleted and created again, with so many messages until the room knows it. */
  recreate(before = 0): void {
    this.#stream = [];
    this.#sequence = 0;
    this.log.length = 0;
    this.room.reset();
    for (let each = 0; each < before; each++) this.#store([{}]);
  }

  join(takes = Number.POSITIVE_INFINITY): TestMember {
    const member = new TestMember(this.members.length);
    member.takes = takes;
    member.onTooSlow = () => this.room.remove(member);
    this.members.push(member);
    this.room.add(member);
    return member;
  }

  /** Lets what was asked so far through. */
  async answer(): Promise<void> {
    for (const question of this.questions.splice(0)) question();
    await turn();
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      this.clock.advance(Math.min(50, left));
      for (await turn(); this.questions.length > 0; this.clock.runYielded()) await this.answer();
    }
  }

  /** Every socket reads, and everything comes to its end. */
  async quiesce(): Promise<void> {
    this.readsFail = false;
    for (let round = 0; round < 12; round++) {
      for (const member of this.members) member.drain();
      await this.pass(500);
    }
  }

  /** What does not add up, for the ledger and for what each member got; empty = all is well. */
  faults(): string[] {
    const { ledger } = this.stats;
    const { owed, ...ends } = ledger;
    const sum = Object.values(ends).reduce((total, count) => total + count, 0);
    const got = this.members.reduce((total, member) => total + member.got.length, 0);
    const faults: string[] = [];
    if (owed !== sum) faults.push(`owed ${owed}, accounted ${JSON.stringify(ends)}`);
    if (got !== ledger.live + ledger.resumed) faults.push(`${got} got, ${JSON.stringify(ledger)}`);
    if (Object.values(ledger).some((count) => count < 0)) faults.push(JSON.stringify(ledger));
    for (const member of this.members) faults.push(...this.#faultsOf(member));
    return faults;
  }

  #faultsOf(member: TestMember): string[] {
    const offsets = offsetsOf(member);
    const faults: string[] = [];
    for (const [index, offset] of offsets.entries()) {
      const before = offsets[index - 1];
      if (before === undefined) continue;
      if (offset <= before) faults.push(`${member.id}: ${offset} after ${before}`);
      faults.push(...this.#missing(member, before, offset));
    }
    const last = offsets.at(-1);
    const stays = member.lag === undefined && this.room.isLive(member);
    if (stays && last !== undefined) {
      faults.push(...this.#missing(member, last, Number.POSITIVE_INFINITY));
    }
    return faults;
  }

  #missing(member: TestMember, after: number, before: number): string[] {
    return this.log
      .filter((offset) => offset > after && offset < before)
      .filter((offset) => offset > this.evicted && !this.mortal.has(offset))
      .map((offset) => `${member.id}: ${offset} is missing between ${after} and ${before}`);
  }

  #store(entries: readonly Written[]): LogEntry[] {
    const sequence = ++this.#sequence;
    const time = this.clock.now();
    const data = goim.push.PushBatch.encode({
      entries: entries.map(({ bytes = 0, expiresAt = 0 }, index) => {
        const text = `${offsetOf(sequence, index)} ${"x".repeat(bytes)}`;
        return { op: 1000, body: new TextEncoder().encode(text), expiresAt, time };
      }),
    }).finish();
    const message = { subject: "mine", sequence, data, timeMs: time };
    this.#stream.push(message);
    const decoded = decodeBatch(message) ?? [];
    this.log.push(...decoded.map(({ offset }) => offset));
    for (const entry of decoded) if (entry.expiresAt !== 0) this.mortal.add(entry.offset);
    return decoded;
  }

  #read(from: number, to: number, limit: number): Promise<StoredMessage[]> {
    return new Promise((resolve, reject) => {
      this.questions.push(() => {
        if (this.readsFail) reject(new GoimError("unavailable", "NATS is away"));
        const found = this.#stream.filter(({ sequence }) => sequence >= from && sequence <= to);
        resolve(found.slice(0, limit));
      });
    });
  }
}

/** Offsets of what a member got, in order. */
export function offsetsOf(member: TestMember): number[] {
  return member.got.map((text) => Number(text.split(" ")[0]));
}
