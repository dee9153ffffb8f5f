/** The mailboxes of a logic that the test plays, on a real nats-server. */
import type { Bus } from "../../src/bus/bus.ts";
import { type Served, serve } from "../../src/bus/rpc.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { toNumber } from "../../src/protocol/int64.ts";
import type { CometSystem } from "./comet-system.ts";

const OP = 1000;
/** Entries in the page that comes with a login. */
const FIRST_PAGE = 5;

interface Mailbox {
  readonly entries: goim.push.MailEntry.$Properties[];
  /** Cursor of each device. */
  readonly devices: Map<string, { acked: number; since: number }>;
}

export interface Report {
  readonly mid: string;
  readonly device: string;
  readonly acked: number;
  readonly handed: number;
  readonly session: string;
  readonly fenced: boolean;
}

export class FakeMail {
  readonly reports: Report[] = [];
  /** Pages asked for, and heads alone. */
  pages = 0;
  heads = 0;
  readonly #system: CometSystem;
  readonly #mailboxes = new Map<string, Mailbox>();
  #served: Served[] = [];
  #since = 0;

  constructor(system: CometSystem) {
    this.#system = system;
    system.logic.more = (request, mid) => (mid === "0" ? {} : this.#login(request, mid));
  }

  start(bus: Bus): void {
    const on = (name: string, handler: (data: Uint8Array) => Uint8Array) => {
      this.#served.push(serve(bus, bus.subjects.logic(name), handler, { maxInFlight: 1000 }));
    };
    on("mailbox", (data) => this.#read(data));
    on("ack", (data) => this.#ack(data));
  }

  async stop(): Promise<void> {
    const served = this.#served;
    this.#served = [];
    await Promise.all(served.map((each) => each.stop()));
  }

  /** Life of the stream of users. */
  get epoch(): string {
    const { layout, bus } = this.#system;
    return layout.epoch(bus.subjects.stream("user"));
  }

  /** Puts messages into a mailbox; nobody is told. Returns the first one's offset. */
  store(mid: string, ...texts: string[]): number {
    const { entries } = this.#of(mid);
    const first = this.lastOf(mid) + 1;
    for (const [index, text] of texts.entries()) {
      entries.push({ offset: first + index, op: OP, body: Buffer.from(text), time: Date.now() });
    }
    return first;
  }

  lastOf(mid: string): number {
    return toNumber(this.#of(mid).entries.at(-1)?.offset ?? 0);
  }

  cursorOf(mid: string, device: string): number | undefined {
    return this.#of(mid).devices.get(device)?.acked;
  }

  /** Stores and delivers as job does. */
  async push(mid: string, keys: string[], ...texts: string[]) {
    const prev = this.lastOf(mid);
    const first = this.store(mid, ...texts);
    const entries = texts.map((text, n): [number, number, string] => [first + n, OP, text]);
    const { results } = await this.#system.deliver(
      { mid, keys, entries, prev },
      { epoch: this.epoch },
    );
    return results[0];
  }

  #of(mid: string): Mailbox {
    const known = this.#mailboxes.get(mid);
    if (known !== undefined) return known;
    const mailbox = { entries: [], devices: new Map() };
    this.#mailboxes.set(mid, mailbox);
    return mailbox;
  }

  #login(request: goim.logic.ConnectReq, mid: string): goim.logic.ConnectReply.$Properties {
    const { key } = JSON.parse(Buffer.from(request.token).toString()) as { key?: string };
    const device = key ?? "web";
    const { devices } = this.#of(mid);
    const furthest = Math.max(0, ...[...devices.values()].map(({ acked }) => acked));
    const cursor = devices.get(device)?.acked ?? furthest;
    this.#since++;
    devices.set(device, { acked: cursor, since: this.#since });
    const mail = { ...this.#page(mid, cursor, FIRST_PAGE), cursor };
    return { device, since: this.#since, mail };
  }

  #page(
    mid: string,
    after: number,
    most: number,
    bytesMax = Number.POSITIVE_INFINITY,
  ): goim.logic.Mail.$Properties {
    const above = this.#of(mid).entries.filter(({ offset }) => toNumber(offset ?? 0) > after);
    let bytes = 0;
    const entries = above.slice(0, most).filter(({ body }, index) => {
      bytes += body?.length ?? 0;
      return index === 0 || bytes <= bytesMax;
    });
    const last = this.lastOf(mid);
    const whole = entries.length === above.length && most > 0;
    const through = whole ? last : toNumber(entries.at(-1)?.offset ?? after);
    return { epoch: this.epoch, last, through, entries };
  }

  #read(data: Uint8Array): Uint8Array {
    const { reads } = goim.logic.MailboxReq.decode(data);
    const results = reads.map(({ mid, after, entries, bytes }) => {
      if ((entries ?? 0) > 0) this.pages++;
      else this.heads++;
      return { mail: this.#page(mid ?? "", toNumber(after ?? 0), entries ?? 0, bytes ?? 0) };
    });
    return goim.logic.MailboxReply.encode({ results }).finish();
  }

  #ack(data: Uint8Array): Uint8Array {
    const { requests } = goim.logic.AckBatchReq.decode(data);
    const replies = requests.map((request) => {
      const { mid, device, session } = request as goim.logic.AckReq;
      const [acked, handed] = [toNumber(request.acked ?? 0), toNumber(request.handed ?? 0)];
      const known = this.#of(mid).devices.get(device);
      const fenced = known === undefined || toNumber(request.since ?? 0) < known.since;
      this.reports.push({ mid, device, acked, handed, session, fenced });
      if (known !== undefined && !fenced) known.acked = Math.max(known.acked, acked);
      return { fenced };
    });
    return goim.logic.AckBatchReply.encode({ replies }).finish();
  }
}
