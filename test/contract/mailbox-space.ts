import type { Bus } from "../../src/bus/bus.ts";
import { connectBus } from "../../src/bus/connect.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { type Clock, systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { offsetOf } from "../../src/protocol/offset.ts";
import type { Append, Mailbox, MailEntry, MailPage, MailRead } from "../../src/store/mailbox.ts";
import type { MailboxConfig } from "../../src/store/mailbox-config.ts";

export type MailOptions = Partial<MailboxConfig>;

/** An empty store of its own; every `open` is one more process that uses it. */
export interface MailboxSpace {
  open(): Promise<Mailbox>;
  readonly log: UserLog;
  /** Moves the clock of every process that uses the space. */
  advance(ms: number): void;
  /** Makes what is stored for the mid unreadable. */
  damage(mid: string): Promise<void>;
  /** Loses everything, as somebody who deletes it does. */
  wipe(): Promise<void>;
  /** Loses only what tells the life of the index. */
  endLife(): Promise<void>;
  close(): Promise<void>;
}

/** A real server on which the spaces lie. */
export interface MailboxServer {
  space(options: MailOptions): Promise<MailboxSpace>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Whether what is stored outlives a killed server. */
  readonly durable: boolean;
  /** Most entries that the bounds may take too many of, as a part of the bound. */
  readonly pageShare: number;
}

/** The stream GOIM_USER of a space, and the connections of its processes. */
export class UserLog {
  readonly #url: string;
  readonly #prefix: string;
  readonly #buses: Bus[] = [];
  #api: JsApi | undefined;
  #bus: Bus | undefined;

  constructor(url: string, prefix: string) {
    this.#url = url;
    this.#prefix = prefix;
  }

  async create(): Promise<this> {
    this.#bus = await this.connect();
    this.#api = new JsApi(this.#bus);
    const name = this.#bus.subjects.stream("user");
    const subjects = [this.#bus.subjects.pushUserFilter()];
    await this.#api.call(`STREAM.CREATE.${name}`, {
      ...{ name, subjects, storage: "file", allow_direct: true },
    });
    return this;
  }

  async connect(): Promise<Bus> {
    const name = "mailbox";
    const [url, prefix, clock, log] = [this.#url, this.#prefix, systemClock, silentLog];
    const bus = await connectBus({ url, prefix, name, clock, log, reconnectWaitMs: 50 });
    this.#buses.push(bus);
    return bus;
  }

  /** The bus and the reader of one process. */
  async process() {
    const bus = await this.connect();
    return { bus, streams: createStreamReader(bus, { timeoutMs: 2000 }) };
  }

  /** Commits one message to the user's log, as logic does. */
  async push(mid: string, ...entries: Partial<MailEntry>[]): Promise<MailEntry[]> {
    if (this.#bus === undefined) throw new Error("not created");
    const full = entries.map((over, at) => mail(at, over));
    const batch = goim.push.PushBatch.encode({ entries: full }).finish();
    const { seq } = await this.api.store(this.#bus.subjects.pushUser(0, mid), batch);
    return full.map((entry, at) => ({ ...entry, offset: offsetOf(seq, at) }));
  }

  /** The stream loses the message. */
  async evict(sequence: number): Promise<void> {
    const name = this.#bus?.subjects.stream("user") ?? "";
    await this.api.call(`STREAM.MSG.DELETE.${name}`, { seq: sequence });
  }

  get api(): JsApi {
    if (this.#api === undefined) throw new Error("not created");
    return this.#api;
  }

  async close(): Promise<void> {
    await Promise.all(this.#buses.map((bus) => bus.close()));
  }
}

/** The machine's clock with a hand on it. */
export function movableClock(): Clock & { advance(ms: number): void } {
  let shift = 0;
  return {
    ...systemClock,
    now: () => Date.now() + shift,
    advance: (ms) => {
      shift += ms;
    },
  };
}

export function mail(offset: number, over: Partial<MailEntry> = {}): MailEntry {
  const body = Buffer.from(`mail ${offset}`);
  return { offset, op: 9, body, expiresAt: 0, time: Date.now(), sender: "", ...over };
}

export function mails(from: number, to: number, over: Partial<MailEntry> = {}): MailEntry[] {
  return Array.from({ length: to - from + 1 }, (_, at) => mail(from + at, over));
}

export const epoch = "life-1";

/** What each append that has to succeed is told. */
export async function append(
  mailbox: Mailbox,
  ...appends: Append[]
): Promise<(number | undefined)[]> {
  const outcomes = await mailbox.append(epoch, appends);
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value.prev;
  });
}

export async function read(mailbox: Mailbox, over: Partial<MailRead> = {}): Promise<MailPage> {
  const [outcome] = await mailbox.read(epoch, [readOf(over)]);
  if (outcome?.status !== "fulfilled") throw outcome?.reason;
  return plain(outcome.value);
}

export function readOf(over: Partial<MailRead>): MailRead {
  return { mid: "7", after: 0, entries: 10_000, bytes: 100_000_000, ...over };
}

/** Every page of what lies above `after`, put together. */
export async function readAll(mailbox: Mailbox, over: Partial<MailRead> = {}): Promise<MailPage> {
  let page = await read(mailbox, over);
  let entries = [...page.entries];
  let { oldest } = page;
  while (page.through < page.last) {
    const next = await read(mailbox, { ...over, after: page.through });
    if (next.through <= page.through) throw new Error(`a page that ends at ${next.through} again`);
    if (next.oldest > 0) oldest = next.oldest;
    entries = [...entries, ...next.entries];
    page = next;
  }
  return { ...page, oldest, entries };
}

/** Bodies as Buffers, so that they compare whatever they are a view of. */
function plain({ index: _index, head: _head, ...page }: MailPage): MailPage {
  return {
    ...page,
    entries: page.entries.map((entry) => ({ ...entry, body: Buffer.from(entry.body) })),
  };
}

export function offsets(page: MailPage): number[] {
  return page.entries.map(({ offset }) => offset);
}
