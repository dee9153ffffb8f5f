const decoder = new TextDecoder();

/**
 * Whose log a message belongs to. `any`: an old server (version 1) does not say, and gives no
 * offset either.
 */
export type MessageLog = "room" | "user" | "key" | "all" | "any";

/** A pushed message. */
export class Message {
  readonly log: MessageLog;
  /** The operation it was pushed with. */
  readonly op: number;
  /** Position in its log, ascending; 0 from an old server. */
  readonly offset: number;
  /** Life of its log; an offset means nothing in another one. Empty for `key` and `any`. */
  readonly epoch: string;
  /** Set for the messages of a room. */
  readonly room: string | undefined;
  readonly body: Uint8Array;

  constructor(from: {
    log: MessageLog;
    op: number;
    offset: number;
    epoch: string;
    room?: string;
    body: Uint8Array;
  }) {
    this.log = from.log;
    this.op = from.op;
    this.offset = from.offset;
    this.epoch = from.epoch;
    this.room = from.room;
    this.body = from.body;
  }

  /** The body as UTF-8. */
  text(): string {
    return decoder.decode(this.body);
  }

  /** The body as JSON; throws a SyntaxError when it is none. Its shape is for the app to check. */
  json(): unknown {
    return JSON.parse(this.text());
  }
}
