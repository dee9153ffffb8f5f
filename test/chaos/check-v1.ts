import type { ClientCheck } from "./checker.ts";
import { type ClientEvent, idOf, logOfRoom, type Message } from "./history.ts";

type Event<K extends ClientEvent["kind"]> = Extract<ClientEvent, { kind: K }>;

/** One log on one connection, as far as it was in it. */
interface Stretch {
  /** When the reply came from which on nothing may be missed. */
  readonly beganAt: number;
  /** Completeness is promised; else only order. */
  readonly complete: boolean;
  readonly had: Set<Message>;
  /** Last known offset. */
  last: number;
  /** Last of each publisher who awaits answers, for messages whose offset nobody knows. */
  readonly lanes: Map<string, number>;
}

/**
 * How long after a connection's end its server may still have taken bytes for it: those of a
 * stopped comet or a stalled link count as handed over and are not sent again.
 */
const HALF_DEAD_MS = 30_000;

/**
 * Version 1: within one connection rooms, the broadcast and the user's messages come in order, none
 * twice and none left out. Over connections nothing is promised but the replay of the mailbox.
 */
export function checkVersion1(check: ClientCheck): void {
  const checker = new Version1(check);
  for (const event of check.client.events) checker.take(event);
  checker.finish();
}

class Version1 {
  readonly #check: ClientCheck;
  #room: { readonly id: string; readonly stretch: Stretch } | undefined;
  #user: Stretch | undefined;
  #all: Stretch | undefined;
  readonly #keyed = new Set<Message>();
  /** End of the connection before this one; undefined = this is the first. */
  #endedAt: number | undefined;
  #connected = false;
  #at = 0;

  constructor(check: ClientCheck) {
    this.#check = check;
  }

  take(event: ClientEvent): void {
    this.#at = event.at;
    if (event.kind === "login") this.#login(event.at);
    else if (event.kind === "join") {
      this.#room = { id: event.room, stretch: stretch(event.at, true) };
    } else if (event.kind === "leave") this.#room = undefined;
    else if (event.kind === "push") this.#push(event);
    else if (event.kind === "stray") this.#check.report("stray", event.text, event.at);
    else if (event.kind === "end") this.#end(event.at);
  }

  finish(): void {
    const { report, client } = this.#check;
    if (!this.#connected) {
      report("not-connected", "at the end", this.#at, { open: true });
      return;
    }
    if (this.#room !== undefined) this.#missing(logOfRoom(this.#room.id), this.#room.stretch);
    if (this.#all !== undefined) this.#missing("all", this.#all);
    if (client.mid === "" || this.#user === undefined || !this.#user.complete) return;
    this.#missing(`user:${client.mid}`, this.#user);
  }

  #login(at: number): void {
    const { mailboxes, mailboxLoss } = this.#check.options;
    this.#connected = true;
    this.#room = undefined;
    this.#all = stretch(at, true);
    // What was pushed after the former connection was surely gone waited for this one.
    const since = this.#endedAt === undefined ? at : Math.min(at, this.#endedAt + HALF_DEAD_MS);
    this.#user = stretch(since, mailboxes && !mailboxLoss);
    this.#keyed.clear();
  }

  #end(at: number): void {
    this.#connected = false;
    this.#endedAt = at;
    this.#room = undefined;
    this.#user = undefined;
    this.#all = undefined;
  }

  #missing(log: string, one: Stretch): void {
    const { table, report } = this.#check;
    const placed = table.begunAfter(log, one.beganAt, Number.POSITIVE_INFINITY);
    const missing =
      this.#left(log, one) ??
      (placed !== undefined && one.last === 0 && !one.had.has(placed) ? placed : undefined) ??
      table.unplaced(log).find((m) => m.startAt > one.beganAt && !one.had.has(m));
    if (missing === undefined) return;
    const offset = table.offsetOf(missing);
    const text = `${idOf(missing)} at ${offset} has not come; last had ${one.last}`;
    report("missing", text, missing.endAt, { message: missing, open: true });
  }

  /** What lies behind the last one it had. */
  #left(log: string, one: Stretch): Message | undefined {
    if (one.last === 0) return undefined;
    return this.#check.table.between(log, one.last, Number.POSITIVE_INFINITY);
  }

  #push(event: Event<"push">): void {
    const { report, client } = this.#check;
    const { message, at } = event;
    const { log } = message;
    if (message.answer === "refused") report("refused", `${idOf(message)} came`, at, { message });
    if (log.startsWith("key:")) {
      this.#key(event);
      return;
    }
    const one = this.#stretchOf(log);
    if (one === undefined) {
      const where = `${client.mid} in ${this.#room?.id ?? "no room"}`;
      report("misrouted", `${idOf(message)} came to ${where}`, at, { message });
      return;
    }
    this.#apply(event, one);
  }

  #stretchOf(log: string): Stretch | undefined {
    if (log === "all") return this.#all;
    if (log === `user:${this.#check.client.mid}`) return this.#user;
    const room = this.#room;
    return room !== undefined && log === logOfRoom(room.id) ? room.stretch : undefined;
  }

  #key({ message, at }: Event<"push">): void {
    const { report, client } = this.#check;
    if (message.log !== `key:${client.key}`) {
      report("misrouted", `${idOf(message)} came to ${client.key}`, at, { message });
    } else if (this.#keyed.has(message)) {
      report("duplicate", `${idOf(message)} came twice on one connection`, at, { message });
    }
    this.#keyed.add(message);
  }

  #apply({ message, at }: Event<"push">, one: Stretch): void {
    const { report, table } = this.#check;
    if (one.had.has(message)) {
      report("duplicate", `${idOf(message)} came twice on one connection`, at, { message });
      return;
    }
    const offset = table.offsetOf(message);
    this.#lane(message, at, one);
    one.had.add(message);
    if (offset === undefined) return;
    if (offset <= one.last) {
      const text = `${idOf(message)} at ${offset} came after ${one.last}`;
      report("order", text, at, { message });
      return;
    }
    const missing = one.complete ? this.#leftOut(message.log, offset, one) : undefined;
    one.last = offset;
    if (missing === undefined) return;
    const text = `${idOf(missing)} at ${table.offsetOf(missing)} was left out before`;
    report("gap", `${text} ${idOf(message)} at ${offset}`, at, { message: missing });
  }

  #leftOut(log: string, offset: number, one: Stretch): Message | undefined {
    const { table } = this.#check;
    if (one.last > 0) return table.between(log, one.last, offset);
    return table.begunAfter(log, one.beganAt, offset);
  }

  /** Acknowledged messages of one publisher keep its order, whether or not offsets are known. */
  #lane(message: Message, at: number, one: Stretch): void {
    const { publisher, answer, n } = message;
    if (publisher === undefined || answer !== "stored") return;
    const last = one.lanes.get(publisher) ?? 0;
    one.lanes.set(publisher, Math.max(last, n));
    if (n > last) return;
    const text = `${idOf(message)} came after #${last} of the same publisher`;
    this.#check.report("order", text, at, { message });
  }
}

function stretch(beganAt: number, complete: boolean): Stretch {
  return { beganAt, complete, had: new Set(), last: 0, lanes: new Map() };
}
