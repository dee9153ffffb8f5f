import { LogNumber } from "../protocol/frame-batch.ts";
import { Acks } from "./acks.ts";
import type { Connection } from "./connection.ts";
import { GoimClientError, messageOf } from "./errors.ts";
import type { ClientEvents } from "./events.ts";
import { type Consumer, Inbox } from "./inbox.ts";
import { Message } from "./message.ts";
import type { Settings } from "./options.ts";
import { UserLog } from "./user-log.ts";
import type { AuthReply, LogState } from "./wire.ts";

export interface MailDeps {
  readonly connection: () => Connection | undefined;
  readonly emit: <K extends keyof ClientEvents>(event: K, value: ClientEvents[K]) => void;
  readonly onFault: (error: unknown) => void;
  /** There is room again for user messages that were refused. */
  readonly onBehind: () => void;
}

/** What is pushed to the user, the key and everybody, on its way to the app and acknowledged. */
export class Mail {
  readonly #deps: MailDeps;
  readonly #inbox: Inbox;
  readonly #log: UserLog;
  readonly #acks: Acks;
  #all = { epoch: "", offset: 0 };
  #stuck = false;

  constructor(settings: Settings, deps: MailDeps) {
    const { clock, limits, timing, autoAck } = settings;
    this.#deps = deps;
    this.#inbox = new Inbox(limits.inbox, {
      onDone: (message, handled) => this.#done(message, handled),
      onFault: (error, message) => this.#fault(error, message),
    });
    this.#log = new UserLog({ unacknowledgedMax: limits.unacknowledged, autoAck });
    this.#acks = new Acks(
      { clock, delayMs: timing.acknowledge, timeoutMs: timing.request },
      {
        connection: deps.connection,
        floor: () => this.#log.floor,
        onStored: (offset) => deps.emit("acked", { offset }),
      },
    );
  }

  add(consumer: Consumer): () => void {
    return this.#inbox.add(consumer);
  }

  loop(): AsyncIterableIterator<Message> {
    return this.#inbox.loop();
  }

  acknowledge(offset: number): void {
    this.#log.acknowledge(offset);
    this.#acks.changed();
    this.#readAgain();
  }

  online(reply: AuthReply | undefined): void {
    this.#stuck = false;
    if (reply === undefined) return;
    if (reply.allEpoch !== this.#all.epoch) this.#all = { epoch: reply.allEpoch, offset: 0 };
    const { user } = reply;
    if (user === undefined) return;
    const { reset, truncated } = this.#log.start(user);
    this.#acks.start(user.cursor);
    if (reset) this.#deps.emit("reset", { epoch: user.epoch });
    if (truncated) this.#deps.emit("truncated", { oldest: user.oldest });
  }

  offline(): void {
    this.#acks.offline();
  }

  flush(): void {
    this.#acks.flush();
  }

  close(): void {
    this.#acks.offline();
    this.#inbox.close();
  }

  pushUser(op: number, offset: number, body: Uint8Array): void {
    const { epoch } = this.#log;
    const message = new Message({ log: "user", op, offset, epoch, body });
    const taken = this.#log.take(offset, () => this.#inbox.push(message));
    if (taken !== "refused") this.#acks.sent(offset);
    else this.#refused();
  }

  /** Those kept for newcomers come again at each login. */
  pushAll(op: number, offset: number, body: Uint8Array): void {
    if (offset <= this.#all.offset) return;
    this.#all.offset = offset;
    this.push(new Message({ log: "all", op, offset, epoch: this.#all.epoch, body }));
  }

  /** Live only, and no epoch is told: the server sends each once. */
  pushKey(op: number, offset: number, body: Uint8Array): void {
    this.push(new Message({ log: "key", op, offset, epoch: "", body }));
  }

  /** Live only: without room, or without anybody who listens, it is dropped. */
  push(message: Message): void {
    const { log, offset } = message;
    if (log === "room" || log === "user" || !this.#inbox.hasConsumer) return;
    if (!this.#inbox.push(message)) this.#deps.emit("dropped", { log, offset });
  }

  logState({ log, epoch, offset, oldest, reset }: LogState): void {
    if (log === LogNumber.All) {
      if (reset || epoch !== this.#all.epoch) this.#all = { epoch, offset };
    } else if (log === LogNumber.User) {
      if (reset || epoch !== this.#log.epoch) {
        this.#log.reset(epoch, offset);
        this.#acks.start(offset);
        this.#deps.emit("reset", { epoch });
      } else if (oldest > 0) this.#deps.emit("truncated", { oldest });
    }
  }

  #done(message: Message, handled: boolean): void {
    if (message.log !== "user") return;
    // A message of an earlier life of the log has no place in this one.
    if (message.epoch === this.#log.epoch) {
      this.#log.done(message.offset, handled);
      this.#acks.changed();
    }
    this.#readAgain();
  }

  #readAgain(): void {
    if (this.#log.isBehind && this.#inbox.size === 0) this.#deps.onBehind();
  }

  /** Nothing is lost, but nothing moves before the app handles or acknowledges what it has. */
  #refused(): void {
    if (this.#stuck || !this.#inbox.hasConsumer) return;
    this.#stuck = true;
    const text = "the app is behind: further user messages wait in the mailbox until it caught up";
    this.#deps.emit("error", new GoimClientError("stuck", text));
  }

  #fault(error: unknown, message: Message): void {
    const text = `a listener failed at ${message.log} ${message.offset}: ${messageOf(error)}`;
    this.#deps.onFault(new Error(text, { cause: error }));
  }
}
