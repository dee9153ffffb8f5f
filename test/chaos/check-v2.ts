import type { ClientCheck } from "./checker.ts";
import {
  type ClientEvent,
  idOf,
  logOfRoom,
  type Message,
  type Position,
  UNKNOWN,
} from "./history.ts";

type Event<K extends ClientEvent["kind"]> = Extract<ClientEvent, { kind: K }>;

/** A log as one client follows it, over all its connections. */
interface Followed {
  /** Everything up to here was had, or lies before the beginning. */
  position: number;
  /** When it began to follow without a position of its own. */
  readonly beganAt: number;
  readonly had: Set<Message>;
  /** Last offset on this connection. */
  last: number;
  joined: boolean;
}

/**
 * Version 2: rooms are gapless from the first join on, over any number of connections; the user's
 * log is gapless for the device after dedupe; the broadcast is gapless within a connection.
 */
export function checkVersion2(check: ClientCheck): void {
  const checker = new Version2(check);
  for (const event of check.client.events) checker.take(event);
  checker.finish();
}

class Version2 {
  readonly #check: ClientCheck;
  readonly #rooms = new Map<string, Followed>();
  #user: Followed | undefined;
  #all: Followed | undefined;
  #keyLast = 0;
  /** The user's log up to here was acknowledged, and the server said so. */
  #confirmed = 0;
  #connected = false;
  #at = 0;

  constructor(check: ClientCheck) {
    this.#check = check;
  }

  take(event: ClientEvent): void {
    this.#at = event.at;
    if (event.kind === "login") this.#login(event);
    else if (event.kind === "join") this.#join(event);
    else if (event.kind === "leave") this.#leave(event.room);
    else if (event.kind === "push") this.#push(event);
    else if (event.kind === "acked") this.#confirmed = Math.max(this.#confirmed, event.offset);
    else if (event.kind === "stray") this.#check.report("stray", event.text, event.at);
    else if (event.kind === "state") this.#state(event);
    else if (event.kind === "end") this.#end();
  }

  finish(): void {
    const { report, table } = this.#check;
    if (!this.#connected) {
      report("not-connected", "at the end", this.#at, { open: true });
      return;
    }
    for (const [log, followed] of this.#logs()) {
      if (!followed.joined || !this.#promised(log)) continue;
      const { position, beganAt } = followed;
      const missing =
        (position === UNKNOWN
          ? table.begunAfter(log, beganAt, Number.POSITIVE_INFINITY)
          : table.between(log, position, Number.POSITIVE_INFINITY)) ??
        table.unplaced(log).find((m) => m.startAt > followed.beganAt && !followed.had.has(m));
      if (missing === undefined) continue;
      const text = `${idOf(missing)} at ${table.offsetOf(missing)} has not come; last had`;
      const more = { message: missing, open: true };
      report("missing", `${text} ${followed.position}`, missing.endAt, more);
    }
  }

  /** Whether nothing of that log may be missing. */
  #promised(log: string): boolean {
    const { mailboxes, mailboxLoss } = this.#check.options;
    return (mailboxes && !mailboxLoss) || !log.startsWith("user:");
  }

  *#logs(): Generator<[string, Followed]> {
    for (const [room, followed] of this.#rooms) yield [logOfRoom(room), followed];
    if (this.#user !== undefined) yield [`user:${this.#check.client.mid}`, this.#user];
    if (this.#all !== undefined) yield ["all", this.#all];
  }

  #login(event: Event<"login">): void {
    this.#connected = true;
    this.#keyLast = 0;
    if (this.#check.client.lasting === true) {
      const unknown = follow(beginning, event.at);
      this.#all = unknown;
      if (this.#check.client.mid !== "") this.#user ??= { ...unknown, had: new Set() };
      return;
    }
    if (event.all !== undefined) this.#all = follow(event.all, event.at);
    if (event.user === undefined) return;
    const { report, options } = this.#check;
    const { from, oldest } = event.user;
    if (oldest > 0 && !options.mailboxLoss) {
      report("truncated", `the mailbox begins at ${oldest}, the cursor is ${from}`, event.at);
    }
    if (this.#user === undefined) {
      this.#user = follow(event.user, event.at);
      return;
    }
    this.#user.last = from;
    this.#user.joined = true;
    if (from < this.#confirmed && !options.mailboxLoss) {
      const text = `the cursor is ${from}, but ${this.#confirmed} was stored as acknowledged`;
      report("ack-forgotten", text, event.at);
    }
    this.#skipped(`user:${this.#check.client.mid}`, this.#user, from, "cursor-past-gap");
  }

  #join(event: Event<"join">): void {
    const { report, table } = this.#check;
    const { room, position, at } = event;
    if (position === undefined) {
      report("join", `${room} was joined without a position`, at);
      return;
    }
    const log = logOfRoom(room);
    const known = this.#rooms.get(room);
    if (position.since === undefined || known === undefined || position.reset) {
      if (position.reset) {
        const text = `${room} was reset at ${position.since}: begins at ${position.from}, oldest`;
        report("reset", `${text} ${position.oldest}`, at);
      }
      this.#rooms.set(room, follow(position, at));
      const after = table.begunAfter(log, at, position.from + 1);
      if (after === undefined) return;
      const text = `${room} begins after ${position.from}, but ${idOf(after)} came later`;
      report("joined-too-late", text, at, { message: after });
      return;
    }
    known.last = position.from;
    known.joined = true;
    this.#skipped(log, known, position.from, "resume-gap");
  }

  /** The server goes on at `from`: nothing may lie between there and what the client has. */
  #skipped(log: string, followed: Followed, from: number, rule: string): void {
    const { table, report } = this.#check;
    const missing = table.between(log, followed.position, from + 1);
    if (missing === undefined || !this.#promised(log)) return;
    const text = `goes on after ${from}, the client has ${followed.position}; skipped`;
    const offset = table.offsetOf(missing);
    report(rule, `${text} ${idOf(missing)} at ${offset}`, this.#at, { message: missing });
    followed.position = from;
  }

  #leave(room: string): void {
    const followed = this.#rooms.get(room);
    if (followed !== undefined) followed.joined = false;
  }

  #state(event: Event<"state">): void {
    if (event.log.startsWith("user:") && this.#check.options.mailboxLoss) return;
    this.#check.report("log-state", `${event.log}: ${event.text}`, event.at);
  }

  #end(): void {
    this.#connected = false;
    if (this.#check.client.lasting === true) {
      if (this.#all !== undefined) this.#all.joined = false;
      return;
    }
    for (const [, followed] of this.#logs()) followed.joined = false;
  }

  #push(event: Event<"push">): void {
    const { report } = this.#check;
    const { message, offset, log = "", at } = event;
    const more = { message };
    if (offset === undefined) {
      report("no-offset", idOf(message), at, more);
      return;
    }
    if (message.answer === "refused") report("refused", `${idOf(message)} came`, at, more);
    if (log === "key") {
      this.#keyed(event, offset);
      return;
    }
    if (log !== message.log) {
      report("misrouted", `${idOf(message)} came in ${log}`, at, more);
      return;
    }
    const followed = this.#followedOf(log);
    if (followed?.joined !== true) {
      report("not-joined", `${idOf(message)} came without a join`, at, more);
      return;
    }
    this.#apply(event, offset, followed);
  }

  #followedOf(log: string): Followed | undefined {
    if (log === "all") return this.#all;
    if (log === `user:${this.#check.client.mid}`) return this.#user;
    return log.startsWith("room:") ? this.#rooms.get(log.slice("room:".length)) : undefined;
  }

  #keyed(event: Event<"push">, offset: number): void {
    const { report, client, options } = this.#check;
    const { message, at } = event;
    // Before there were mailboxes, pushes to users came without a place in a log of their own.
    if (!options.mailboxes && message.log === `user:${client.mid}`) return;
    if (message.log !== `key:${client.key}`) {
      report("misrouted", `${idOf(message)} came to ${client.key}`, at, { message });
      return;
    }
    if (offset <= this.#keyLast) {
      report("order", `${idOf(message)} at ${offset} after ${this.#keyLast}`, at, { message });
    }
    this.#keyLast = offset;
  }

  #apply(event: Event<"push">, offset: number, followed: Followed): void {
    const { report, table } = this.#check;
    const { message, at } = event;
    if (offset <= followed.last) {
      const rule = followed.had.has(message) ? "duplicate" : "order";
      const text = `${idOf(message)} at ${offset} came after ${followed.last} on one connection`;
      report(rule, text, at, { message });
    }
    followed.last = Math.max(followed.last, offset);
    followed.had.add(message);
    if (followed.position === UNKNOWN) {
      followed.position = offset;
      return;
    }
    // A repeated one of the user's log: not acknowledged yet, so rightly sent again.
    if (offset <= followed.position) return;
    const missing = table.between(message.log, followed.position, offset);
    followed.position = offset;
    if (missing === undefined || !this.#promised(message.log)) return;
    const text = `${idOf(missing)} at ${table.offsetOf(missing)} was left out before`;
    report("gap", `${text} ${idOf(message)} at ${offset}`, at, { message: missing });
  }
}

const beginning = { from: UNKNOWN };

function follow({ from }: Pick<Position, "from">, at: number): Followed {
  return { position: from, beganAt: at, had: new Set(), last: from, joined: true };
}
