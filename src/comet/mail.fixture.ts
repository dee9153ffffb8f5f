/** Users' logs between a job, a logic and sockets that the test plays. */
import { encodeRecall, Recalls } from "../bus/recalls.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { readPackets } from "../protocol/frame.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { AcceptsTable } from "./accepts.ts";
import { Acks } from "./acks.ts";
import type { FakeBans } from "./bans.fixture.ts";
import { Bucket } from "./bucket.ts";
import { Channel, type ChannelShared, ChannelState } from "./channel.ts";
import { createShared, FakeBus, FakeConnection } from "./comet.fixture.ts";
import { Downstream } from "./downstream.ts";
import { turn } from "./follower.fixture.ts";
import { Mails } from "./mail.ts";
import { ackSection, mailboxSection } from "./mail-config.ts";
import { sumsOf } from "./mail-stats.ts";
import { UserCheck } from "./user-check.ts";

export const ACCEPTED = 1000;
export const OTHER = 1001;

export interface Written {
  readonly offset: number;
  readonly op: number;
  readonly bytes: number;
  readonly transient: boolean;
  readonly expiresAt: number;
}

export interface BenchOptions {
  readonly mailbox?: Record<string, unknown>;
  readonly ack?: Record<string, unknown>;
  readonly userBytesMax?: number;
  readonly deadline?: number;
  readonly bans?: FakeBans;
}

export interface LoginOptions {
  readonly device?: string;
  readonly version?: 1 | 2;
  readonly accepts?: readonly number[];
  readonly mid?: string;
  readonly key?: string;
  /** Entries in the page that comes with the login. */
  readonly firstPage?: number;
  /** The auth reply is not out yet: `open` sends it. */
  readonly joining?: boolean;
}

interface Device {
  acked: number;
  since: number;
}

/** A connection as the test sees it. */
export class Client {
  readonly connection = new FakeConnection();
  readonly channel: Channel;
  readonly device: string;
  /** What its cursor was at the login. */
  readonly start: number;
  readonly epoch: string;
  /** Of what it was sent, so much is with the kernel. */
  drained = 0;
  ended = false;

  constructor(parts: { shared: ChannelShared; device: string; start: number; epoch: string }) {
    this.channel = new Channel(this.connection, parts.shared);
    this.connection.owner = this.channel;
    this.device = parts.device;
    this.start = parts.start;
    this.epoch = parts.epoch;
  }

  /** Offsets of the entries it was sent, in order. */
  get got(): number[] {
    const limits = { bodyBytesMax: 1 << 20 };
    const version = this.channel.version;
    return this.connection.sent.flatMap((bytes) => {
      // Only pushes have an offset.
      if (version === 2) {
        const { packets } = readPackets(bytes, { ...limits, version: 2 });
        return bodiesOf(packets.filter(({ offset }) => offset !== undefined));
      }
      const [first] = readPackets(bytes, limits).packets;
      return first?.op === 9 ? bodiesOf(readPackets(first.body, limits).packets) : [];
    });
  }

  stall(): void {
    if (!this.connection.stuck && this.connection.waiting === 0) this.drained = this.got.length;
    this.connection.stuck = true;
  }

  /** Its socket takes what waits. */
  read(): void {
    this.connection.stuck = false;
    this.connection.waiting = 0;
    this.drained = this.got.length;
    this.channel.drained();
  }
}

function bodiesOf(packets: readonly { body: Uint8Array }[]): number[] {
  return packets
    .filter(({ body }) => body.length > 0)
    .map(({ body }) => Number(Buffer.from(body).toString().split(" ")[0]));
}

export class MailBench {
  readonly clock = new FakeClock();
  readonly bus = new FakeBus();
  readonly bucket = new Bucket();
  readonly metrics = createMetrics();
  readonly mails: Mails;
  readonly acks: Acks;
  readonly downstream: Downstream;
  readonly check: UserCheck;
  readonly recalls = new Recalls();
  readonly clients: Client[] = [];
  readonly truncated: [Channel, number][] = [];
  readonly resets: string[] = [];
  epoch = "e1";
  /** Everything that was ever pushed in this epoch, transient ones too. */
  log: Written[] = [];
  /** The mailbox lost what lies up to here. */
  evicted = 0;
  /** Reads and reports wait until the test lets them through. */
  questions: (() => void)[] = [];
  gated = false;
  fails = false;
  readonly reads: { after: number; entries: number }[] = [];
  readonly reports: {
    device: string;
    acked: number;
    handed: number;
    session: string;
    /** Kept broadcasts: life and position, where something is said of them. */
    all?: string;
  }[] = [];
  readonly devices = new Map<string, Device>();
  /** Faults that were seen while it ran. */
  readonly faults: string[] = [];
  /** The index lost what it had: it knows no entry. */
  empty = false;
  readonly #shared: ChannelShared;
  readonly #accepts = new AcceptsTable(10);
  #since = 0;
  #knownEpoch = this.epoch;

  constructor(options: BenchOptions = {}) {
    const { clock, bus, bucket, metrics } = this;
    this.#shared = { ...createShared(1 << 20), userBytesMax: options.userBytesMax ?? 1000 };
    const identity = () => ({ id: "c1", incarnation: "i1" });
    const mailbox = mailboxSection.parse({ pageEntries: 3, ...options.mailbox });
    const layout = {
      shardOf: (mid: string) => Number(mid) % 16,
      epoch: () => this.#knownEpoch,
      refresh: async () => {
        this.#knownEpoch = this.epoch;
        return [];
      },
    };
    const common = { bus, clock, log: silentLog, metrics, identity };
    this.acks = new Acks(ackSection.parse(options.ack ?? {}), common);
    this.mails = new Mails(
      mailbox,
      { sliceMembers: 3, sliceTime: 5, deadline: options.deadline ?? 30_000 },
      {
        ...common,
        layout,
        acks: this.acks,
        recalls: options.bans?.recalls ?? this.recalls,
        ...(options.bans === undefined ? {} : { current: options.bans.current }),
        onNewLife: () => this.check.all(),
      },
    );
    this.mails.hooks = {
      onTruncated: (channel, oldest) => this.truncated.push([channel, oldest]),
      onReset: (_channel, epoch) => this.resets.push(epoch),
    };
    this.check = new UserCheck(mailbox, { ...common, layout, bucket, mails: this.mails });
    this.downstream = new Downstream(
      { loginWait: 300, waitingMax: 2, inFlightMax: 10 },
      {
        ...common,
        bucket,
        mails: this.mails,
        recalls: this.recalls,
        loginsInFlight: () => undefined,
      },
    );
    bus.handlers.set("goim.logic.mailbox", (data) => this.#gate(() => this.#readPages(data)));
    bus.handlers.set("goim.logic.ack", (data) => this.#gate(() => this.#report(data)));
  }

  /** Stores entries; the mailbox has them, nobody was told. */
  write(...entries: (Partial<Written> | undefined)[]): Written[] {
    const before = this.log.at(-1)?.offset ?? 0;
    const written = entries.map((entry, index) => ({
      ...{ offset: before + 1 + index, op: ACCEPTED, bytes: 0, transient: false, expiresAt: 0 },
      ...entry,
    }));
    this.log = [...this.log, ...written];
    return written;
  }

  /** The request that job makes of entries that were written. */
  request(
    entries: readonly Written[],
    options: { prev?: number | undefined; keys?: string[]; epoch?: string; mid?: string } = {},
  ): Uint8Array {
    const prev = "prev" in options ? options.prev : this.prevOf(entries[0]?.offset ?? 0);
    const mid = options.mid ?? "7";
    const item: goim.comet.DeliverItem.$Properties = {
      mid,
      keys: options.keys ?? this.bucket.byMid(mid).map(({ key }) => key),
      entries: entries.map(({ offset, op, transient, expiresAt, bytes }) => ({
        ...{ offset, op, transient, expiresAt, body: bodyOf(offset, bytes) },
      })),
    };
    if (prev !== undefined) item.prev = prev;
    const epoch = options.epoch ?? this.epoch;
    return goim.comet.DeliverReq.encode({ incarnation: "i1", epoch, items: [item] }).finish();
  }

  /** The newest entry of the mailbox before an offset. */
  prevOf(offset: number): number {
    return this.log.findLast((entry) => entry.offset < offset && !entry.transient)?.offset ?? 0;
  }

  deliver(request: Uint8Array): { delivered: number; unknown: string[] } | undefined {
    const reply = goim.comet.DeliverReply.decode(this.downstream.answer(request) as Uint8Array);
    const [result] = reply.results;
    this.#look();
    return { delivered: result?.delivered ?? 0, unknown: result?.unknown ?? [] };
  }

  /** Writes and delivers. */
  push(...entries: (Partial<Written> | undefined)[]) {
    return this.deliver(this.request(this.write(...entries)));
  }

  logIn(options: LoginOptions = {}): Client {
    const device = options.device ?? `d${this.clients.length}`;
    const known = this.devices.get(device);
    const furthest = Math.max(0, ...[...this.devices.values()].map(({ acked }) => acked));
    const cursor = known?.acked ?? furthest;
    this.#since++;
    this.devices.set(device, { acked: cursor, since: this.#since });
    const { epoch } = this;
    const client = new Client({ shared: this.#shared, device, start: cursor, epoch });
    const { channel, connection } = client;
    Object.assign(channel, {
      ...{ mid: options.mid ?? "7", key: options.key ?? `k${connection.id}`, device },
      ...{ since: this.#since, incarnation: "i1" },
      acceptSet: this.#accepts.of([...(options.accepts ?? [ACCEPTED])]),
    });
    if (options.version === 2) channel.upgrade();
    connection.onClose = () => this.#closed(client);
    this.clients.push(client);
    channel.advance(ChannelState.Joining);
    this.bucket.add(channel);
    const mail = this.#mailOf(cursor, options.firstPage ?? 2, 1 << 20);
    this.mails.admit(channel, { ...mail, cursor }, "i1");
    this.bucket.register(channel);
    if (options.joining !== true) this.open(client);
    return client;
  }

  open({ channel, connection }: Client): void {
    connection.together(() => {
      channel.open(new Uint8Array(0));
      this.mails.opened(channel);
    });
    this.#look();
  }

  /** Lets what was asked so far through. */
  async answer(): Promise<void> {
    await turn();
    for (const question of this.questions.splice(0)) question();
    await turn();
    this.#look();
  }

  /** Takes back what user 7 was sent: one offset, or those of a sender or a time. */
  recall(meant: { offset?: number; sender?: string; from?: number; to?: number }): void {
    const place = { log: "user" as const, target: "7", epoch: this.epoch, below: 1000 };
    const recall = { ...place, ...meant, reason: "", actor: "", at: 0 };
    this.recalls.set(`k${this.recalls.size}`, encodeRecall(recall));
  }

  /** Everything that can happen without time passing happens. */
  async settle(): Promise<void> {
    for (let round = 0; round < 20; round++) {
      this.clock.runYielded();
      await this.answer();
    }
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 100) {
      this.clock.advance(Math.min(100, left));
      await this.answer();
      this.clock.runYielded();
      await this.answer();
      this.#look();
    }
  }

  /** Sockets read, logic answers, every user is compared, and all comes to its end. */
  async quiesce(): Promise<void> {
    this.fails = false;
    this.gated = false;
    for (let round = 0; round < 6; round++) {
      for (const client of this.clients) if (!client.ended) client.read();
      await this.pass(1000);
      this.check.all();
      await this.settle();
    }
    await this.pass(3000);
  }

  /** What does not add up; empty = all is well. */
  sums(): string[] {
    const { ledger } = this.mails.stats;
    const { came, known } = sumsOf(ledger);
    const faults = came === known ? [] : [`came ${came}, known ${known}`];
    const sent = this.clients.reduce((sum, { got }) => sum + got.length, 0);
    if (sent !== ledger.handed + ledger.resumed) faults.push(`sent ${sent}`);
    if (Object.values(ledger).some((count) => count < 0)) faults.push("below 0");
    return faults.map((fault) => `${fault}: ${JSON.stringify(ledger)}`);
  }

  async metric(name: string): Promise<number> {
    const metric = await this.metrics.registry.getSingleMetric(`goim_comet_${name}`)?.get();
    return metric?.values[0]?.value ?? Number.NaN;
  }

  #gate(answer: () => Uint8Array): Promise<Uint8Array> {
    if (!this.gated) return Promise.resolve().then(() => this.#may(answer));
    return new Promise((resolve, reject) => {
      this.questions.push(() => {
        try {
          resolve(this.#may(answer));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #may(answer: () => Uint8Array): Uint8Array {
    if (this.fails) throw new GoimError("unavailable", "logic is away");
    return answer();
  }

  #mailOf(after: number, most: number, bytesMax: number): goim.logic.Mail.$Properties {
    const now = this.clock.now();
    const stored = this.empty ? [] : this.log.filter(({ transient }) => !transient);
    const kept = stored.filter(({ offset }) => offset > this.evicted);
    const last = stored.at(-1)?.offset ?? 0;
    const above = kept.filter(({ offset }) => offset > after);
    const lost = stored.some(({ offset }) => offset > after && offset <= this.evicted);
    let bytes = 0;
    const page = above.slice(0, most).filter((entry, index) => {
      bytes += entry.bytes + 8;
      return index === 0 || bytes <= bytesMax;
    });
    const through = page.length === above.length ? last : (page.at(-1)?.offset ?? after);
    const entries = page
      .filter(({ expiresAt }) => expiresAt === 0 || expiresAt > now)
      .map(({ offset, op, bytes, expiresAt }) => {
        return { offset, op, expiresAt, body: bodyOf(offset, bytes) };
      });
    const oldest = lost ? (kept[0]?.offset ?? last + 1) : 0;
    return { epoch: this.epoch, last, through: most === 0 ? after : through, entries, oldest };
  }

  #readPages(data: Uint8Array): Uint8Array {
    const { reads } = goim.logic.MailboxReq.decode(data);
    const results = reads.map(({ after, entries, bytes }) => {
      const read = { after: toNumber(after ?? 0), entries: entries ?? 0 };
      this.reads.push(read);
      return { mail: this.#mailOf(read.after, read.entries, bytes ?? 0) };
    });
    return goim.logic.MailboxReply.encode({ results }).finish();
  }

  #report(data: Uint8Array): Uint8Array {
    const { requests } = goim.logic.AckBatchReq.decode(data);
    const replies = requests.map((request) => {
      const { device, session } = request as goim.logic.AckReq;
      const [acked, handed] = [toNumber(request.acked ?? 0), toNumber(request.handed ?? 0)];
      const all = toNumber(request.allAcked ?? 0);
      const more = all === 0 ? {} : { all: `${request.allEpoch} ${all}` };
      this.reports.push({ device, acked, handed, session, ...more });
      const known = this.devices.get(device);
      if (known === undefined || toNumber(request.since ?? 0) < known.since)
        return { fenced: true };
      if (request.epoch === this.epoch) known.acked = Math.max(known.acked, acked);
      const client = this.clients.find(({ connection }) => session === `c1/i1/${connection.id}`);
      if (client !== undefined && client.epoch === this.epoch) this.#notPast(client, acked);
      return {};
    });
    return goim.logic.AckBatchReply.encode({ replies }).finish();
  }

  /** A version 1 cursor must not be past what the kernel has. */
  #notPast(client: Client, acked: number): void {
    if (client.channel.version === 2) return;
    this.#look();
    const drained = new Set(client.got.slice(0, client.drained));
    for (const { offset, expiresAt, transient, op } of this.log) {
      const must = op === ACCEPTED && !transient && expiresAt === 0 && offset > this.evicted;
      if (must && offset > client.start && offset <= acked && !drained.has(offset)) {
        this.faults.push(`${acked} acknowledged, ${offset} not drained`);
      }
    }
  }

  #closed(client: Client): void {
    client.ended = true;
    const { channel } = client;
    channel.gone();
    this.mails.closed(channel, () => {});
    this.bucket.remove(channel);
  }

  #look(): void {
    for (const client of this.clients) {
      const { connection } = client;
      if (!connection.stuck && connection.waiting === 0) client.drained = client.got.length;
    }
  }
}

function bodyOf(offset: number, bytes: number): Uint8Array {
  return Buffer.from(`${offset} ${"x".repeat(bytes)}`);
}
