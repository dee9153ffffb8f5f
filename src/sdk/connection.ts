import { mayReconnect } from "../protocol/close-code.ts";
import type { Packet } from "../protocol/frame.ts";
import { Operation } from "../protocol/operation.ts";
import { Alarm, type ClientClock } from "./clock.ts";
import { GoimClientError, messageOf } from "./errors.ts";
import type { ClientTiming, WebSocketConstructor, WebSocketLike } from "./options.ts";
import * as wire from "./wire.ts";

/** Why a connection ended. */
export interface CloseCause {
  /** The close code; 0 where this side gave up. */
  readonly code: number;
  readonly reason: string;
  /** Coming back with the same request is useless: codes 4500 to 4999. */
  readonly final: boolean;
}

/** A push of version 2. */
export type Push = Packet & { readonly offset: number };
/** The answer to a request: its reply, or why there is none. */
export type Answer = (outcome: Packet | GoimClientError) => void;

export interface ConnectionEvents {
  /** Logged in; undefined: the server speaks version 1. */
  onOnline(reply: wire.AuthReply | undefined): void;
  onPush(packet: Push): void;
  /** A push of version 1. */
  onPlainPush(packet: Packet): void;
  onLogState(state: wire.LogState): void;
  onGoAway(goAway: wire.GoAway): void;
  /** An error packet that answers no request. */
  onError(error: GoimClientError): void;
  onHeartbeat(packet: Packet): void;
  /** Once; nothing comes after it. */
  onClosed(cause: CloseCause): void;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly WebSocket: WebSocketConstructor;
  readonly clock: ClientClock;
  readonly timing: ClientTiming;
  /** Body of the auth packet. */
  readonly token: string;
  /** Between heartbeats, where an old server does not say. */
  readonly heartbeatMs: number | undefined;
}

const NO_BODY = new Uint8Array(0);
const CLOSE_NORMAL = 1000;
/** Version 1 answers with the op itself, but for its own pairs. */
const CLIENT_OPS_END = 29;

interface Waiting {
  readonly answer: Answer;
  readonly timer: unknown;
}

/** One socket from its opening to its end: login, requests and their answers, heartbeats. */
export class Connection {
  readonly url: string;
  /** Of the protocol; known when online. */
  version: 1 | 2 = 2;
  reply: wire.AuthReply | undefined;
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  readonly #socket: WebSocketLike;
  readonly #waiting = new Map<number, Waiting>();
  readonly #beat: Alarm;
  readonly #dead: Alarm;
  /** Nothing came while a request waits: is the server still there? */
  readonly #quiet: Alarm;
  #seq = 0;
  #online = false;
  #ended = false;
  /** What op 6 said; more than the close frame, which may not come. */
  #closing: CloseCause | undefined;

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.url = options.url;
    this.#options = options;
    this.#events = events;
    this.#beat = new Alarm(options.clock);
    this.#dead = new Alarm(options.clock);
    this.#quiet = new Alarm(options.clock);
    const socket = new options.WebSocket(options.url);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#login();
    socket.onmessage = (event: { data: unknown }) => this.#take(event.data);
    socket.onclose = (event: { code: number; reason: unknown }) => {
      this.#end(causeOf(event.code, String(event.reason ?? "")));
    };
    // A close event follows, and has the reason.
    socket.onerror = () => undefined;
  }

  /** Nothing can be sent any more. */
  get isEnded(): boolean {
    return this.#ended;
  }

  /** Most bytes of a request's body. */
  get bodyBytesMax(): number {
    return this.reply?.bodyBytes ?? 4096;
  }

  /** Sends a request. `answer` is called when the reply is read, before what follows it. */
  request(op: number, body: Uint8Array, timeoutMs: number, answer: Answer): void {
    this.#send(wire.request(this.version, op, this.#expect(timeoutMs, answer), body));
  }

  /** Several requests of one kind in one WebSocket message. */
  requestAll(
    op: number,
    parts: readonly { readonly body: Uint8Array; readonly answer: Answer }[],
    timeoutMs: number,
  ): void {
    const packets = parts.map(({ body, answer }) => {
      return wire.request(this.version, op, this.#expect(timeoutMs, answer), body);
    });
    this.#send(wire.joined(packets));
  }

  /** Op 18. */
  acknowledge(offset: number, timeoutMs: number, answer: Answer): void {
    this.#send(wire.ack(this.#expect(timeoutMs, answer), offset));
  }

  /** Sends a heartbeat now; without any packet in time the connection ends. */
  probe(): void {
    if (!this.#online || this.#ended) return;
    this.#seq += 1;
    this.#send(wire.request(this.version, Operation.Heartbeat, this.#seq, NO_BODY));
    this.#beat.set(this.#heartbeatMs(), () => this.probe());
    if (this.#dead.isSet) return;
    this.#dead.set(this.#options.timing.heartbeatAnswer, () => {
      this.drop({ code: 0, reason: "the server is silent", final: false });
    });
  }

  /** Ends it without waiting for the peer. */
  drop(cause: CloseCause): void {
    if (this.#ended) return;
    this.#end(cause);
    if (this.#socket.terminate !== undefined) this.#socket.terminate();
    else this.#closeSocket(cause.reason);
  }

  /** Ends it in order: resolves when the peer closed too, or after `timing.close`. */
  close(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    this.#end({ code: CLOSE_NORMAL, reason: "closed by the app", final: true });
    return new Promise((resolve) => {
      const late = new Alarm(this.#options.clock);
      late.set(this.#options.timing.close, () => {
        this.#socket.terminate?.();
        resolve();
      });
      this.#socket.onclose = () => {
        late.clear();
        resolve();
      };
      this.#closeSocket("");
    });
  }

  #closeSocket(reason: string): void {
    try {
      this.#socket.close(CLOSE_NORMAL, reason);
    } catch {
      // It was never open, or is closed already.
    }
  }

  #heartbeatMs(): number {
    const server = this.reply?.heartbeatMs ?? this.#options.heartbeatMs;
    return Math.min(this.#options.timing.heartbeat, server ?? this.#options.timing.heartbeat);
  }

  #login(): void {
    this.request(
      Operation.Auth,
      wire.bytesOf(this.#options.token),
      this.#options.timing.connect,
      (outcome) => {
        if (outcome instanceof GoimClientError) {
          const final = outcome.code === "unauthorized" || outcome.code === "forbidden";
          return this.drop({ code: 0, reason: outcome.message, final });
        }
        this.reply = wire.readAuthReply(outcome);
        this.version = this.reply === undefined ? 1 : 2;
        this.#online = true;
        this.#beat.set(this.#heartbeatMs(), () => this.probe());
        this.#events.onOnline(this.reply);
      },
    );
  }

  #expect(timeoutMs: number, answer: Answer): number {
    this.#seq += 1;
    const seq = this.#seq;
    if (this.#ended) {
      answer(new GoimClientError("disconnected", "the connection has ended"));
      return seq;
    }
    const timer = this.#options.clock.setTimeout(() => {
      this.#waiting.delete(seq);
      answer(new GoimClientError("timeout", "the server did not answer in time"));
    }, timeoutMs);
    this.#waiting.set(seq, { answer, timer });
    if (!this.#quiet.isSet) this.#watch();
    return seq;
  }

  #watch(): void {
    this.#quiet.set(this.#options.timing.heartbeatAnswer / 2, () => this.probe());
  }

  #send(bytes: wire.Bytes): void {
    if (this.#ended) return;
    try {
      this.#socket.send(bytes);
    } catch (error) {
      this.drop({ code: 0, reason: messageOf(error), final: false });
    }
  }

  #take(data: unknown): void {
    if (this.#ended) return;
    // Whatever came, the server lives.
    this.#dead.clear();
    this.#quiet.clear();
    try {
      for (const packet of wire.packetsOf(data)) {
        if (this.#ended) return;
        this.#sort(packet);
      }
    } catch (error) {
      if (!(error instanceof GoimClientError)) throw error;
      this.drop({ code: 0, reason: error.message, final: false });
    }
    if (this.#waiting.size > 0 && !this.#quiet.isSet && !this.#ended) this.#watch();
  }

  #sort(packet: Packet): void {
    if (wire.isPush(packet)) {
      if (this.#online) this.#events.onPush(packet);
      return;
    }
    if (this.#online && this.version === 1) {
      this.#sortV1(packet);
      return;
    }
    switch (packet.op) {
      case Operation.HeartbeatReply:
        this.#events.onHeartbeat(packet);
        break;
      case Operation.DisconnectReply:
        this.#onClosing(wire.readClosing(packet));
        break;
      case Operation.LogState:
        this.#events.onLogState(wire.readLogState(packet));
        break;
      case Operation.GoAway:
        this.#events.onGoAway(wire.readGoAway(packet));
        break;
      case Operation.Error:
        this.#onErrorPacket(packet);
        break;
      default:
        this.#answer(packet.seq, packet);
    }
  }

  #sortV1(packet: Packet): void {
    if (packet.op === Operation.HeartbeatReply) {
      this.#events.onHeartbeat(packet);
      return;
    }
    if (packet.op === Operation.Raw) {
      for (const inner of wire.openBatch(packet)) this.#events.onPlainPush(inner);
    } else if (packet.op < CLIENT_OPS_END && packet.seq !== 0) this.#answer(packet.seq, packet);
  }

  #onErrorPacket(packet: Packet): void {
    const error = wire.errorOf(wire.jsonOf(packet.body));
    if (packet.seq === 0 || !this.#answer(packet.seq, error)) this.#events.onError(error);
  }

  #onClosing({ code, reason, reconnect }: wire.Closing): void {
    this.#closing = { code, reason, final: !reconnect };
    this.drop(this.#closing);
  }

  #answer(seq: number, outcome: Packet | GoimClientError): boolean {
    const waiting = this.#waiting.get(seq);
    if (waiting === undefined) return false;
    this.#waiting.delete(seq);
    this.#options.clock.clearTimeout(waiting.timer);
    waiting.answer(outcome);
    return true;
  }

  #end(cause: CloseCause): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#beat.clear();
    this.#dead.clear();
    this.#quiet.clear();
    const socket = this.#socket;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    const lost = new GoimClientError("disconnected", `the connection ended: ${cause.reason}`);
    for (const seq of [...this.#waiting.keys()]) this.#answer(seq, lost);
    this.#events.onClosed(this.#closing ?? cause);
  }
}

function causeOf(code: number, reason: string): CloseCause {
  return { code, reason: reason || `close code ${code}`, final: !mayReconnect(code) };
}
