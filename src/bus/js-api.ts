import type { ApiError, PubAck, StreamInfo } from "@nats-io/jetstream";
import type { Clock } from "../kit/clock.ts";
import { type ErrorCode, GoimError } from "../kit/errors.ts";
import type { Bus, BusMessage, StoredWithHeaders } from "./bus.ts";
import { directLast } from "./direct-get.ts";
import { Requester } from "./requester.ts";

/** JetStream's own error numbers, as far as we act on them. */
export const jsErrors = {
  consumerNotFound: 10014,
  messageNotFound: 10037,
  streamExists: 10058,
  streamNotFound: 10059,
  wrongLastSequence: 10071,
  /** A cluster is still agreeing on a message with the same id. */
  idInProcess: 10158,
  wrongLastSequenceConstant: 10164,
} as const;

/** An error of JetStream's API, with its number. */
export class JetStreamError extends GoimError {
  readonly number: number;

  constructor(error: ApiError, what: string) {
    super(codeOf(error), `${what}: ${error.description}`);
    this.name = "JetStreamError";
    this.number = error.err_code;
  }
}

export function isJetStreamError(error: unknown, number: number): error is JetStreamError {
  return error instanceof JetStreamError && error.number === number;
}

/** Out of space or of a limit: nothing is stored until somebody makes room. */
const full = new Set([10023, 10028, 10047, 10077, 10167]);
/**
 * A cluster without the servers that a stream or consumer needs now (peers missing, no leader,
 * offline): passes by itself, though the server's own codes say 400 and 500.
 */
const incomplete = new Set([10005, 10006, 10007, 10009, 10118, 10119]);
const tooLarge = 10054;

function codeOf(error: ApiError): ErrorCode {
  if (full.has(error.err_code)) return "busy";
  if (incomplete.has(error.err_code)) return "unavailable";
  if (error.err_code === tooLarge) return "too_large";
  if (error.code === 404) return "not_found";
  if (error.code === 503) return "unavailable";
  return error.code === 400 ? "invalid" : "internal";
}

/** Bytes in here are base64. */
interface MessageAnswer {
  readonly message: {
    readonly subject: string;
    readonly seq: number;
    readonly data?: string;
    readonly hdrs?: string;
    readonly time: string;
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const DEFAULT_TIMEOUT_MS = 5_000;

/** Requests to JetStream's API. Answers of `STREAM.*` come from the stream's leader. */
export class JsApi {
  readonly #requester: Requester;
  readonly #timeoutMs: number;

  constructor(bus: Bus, options: { clock?: Clock; timeoutMs?: number } = {}) {
    this.#requester = new Requester(bus, options.clock);
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  /** Fails with JetStreamError, or as `Requester.ask` ("unavailable": JetStream is not there). */
  async call<T>(verb: string, payload?: object): Promise<T> {
    const data = encoder.encode(payload === undefined ? "" : JSON.stringify(payload));
    const timeoutMs = this.#timeoutMs;
    const reply = await this.#requester.ask(`$JS.API.${verb}`, data, { timeoutMs });
    return parseAnswer<T>(reply.data, verb);
  }

  /** With the number of messages of one subject when one is named. */
  streamInfo(stream: string, subject?: string): Promise<StreamInfo> {
    const filter = subject === undefined ? undefined : { subjects_filter: subject };
    return this.call<StreamInfo>(`STREAM.INFO.${stream}`, filter);
  }

  async streamInfoIfAny(stream: string): Promise<StreamInfo | undefined> {
    try {
      return await this.streamInfo(stream);
    } catch (error) {
      if (isJetStreamError(error, jsErrors.streamNotFound)) return undefined;
      throw error;
    }
  }

  /** One stored message, from the leader; undefined when there is none. */
  async message(
    stream: string,
    query: { seq: number } | { last_by_subj: string } | { seq: number; next_by_subj: string },
  ): Promise<StoredWithHeaders | undefined> {
    try {
      const answer = await this.call<MessageAnswer>(`STREAM.MSG.GET.${stream}`, query);
      return storedOf(answer.message);
    } catch (error) {
      if (isJetStreamError(error, jsErrors.messageNotFound)) return undefined;
      throw error;
    }
  }

  /**
   * The newest message of a subject, from whoever has the stream: only where it has no copies is
   * that the leader. "unavailable" where direct reads are off.
   */
  directLast(stream: string, subject: string): Promise<StoredWithHeaders | undefined> {
    return directLast(this.#requester, stream, subject, this.#timeoutMs);
  }

  /**
   * Stores one message. No responders means that no stream takes the subject. After "timeout" it
   * may or may not be stored.
   */
  store(
    subject: string,
    data: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<PubAck> {
    const timeoutMs = this.#timeoutMs;
    return this.#requester.askFor(subject, data, { timeoutMs, headers }, readAck);
  }

  close(): void {
    this.#requester.close();
  }
}

function readAck({ data }: BusMessage, subject: string): PubAck {
  return parseAck(data, subject);
}

/**
 * An acknowledgement as nearly all are: of a stream without a domain, for the first time. Servers
 * before 2.15 write a space behind the comma.
 */
const plainAck = /^\{"stream":"([\w-]+)", ?"seq":(\d{1,15})\}$/;

/** The same as `parseAnswer` for what JetStream says to a message that was published. */
export function parseAck(data: Uint8Array, what: string): PubAck {
  const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString();
  const [, stream, seq] = plainAck.exec(text) ?? [];
  if (stream === undefined) return parseAnswer<PubAck>(data, what);
  return { stream, seq: Number(seq), duplicate: false };
}

/** The answer's object; throws its error. */
export function parseAnswer<T>(data: Uint8Array, what: string): T {
  const answer = JSON.parse(decoder.decode(data)) as T & { error?: ApiError };
  if (answer.error !== undefined) throw new JetStreamError(answer.error, what);
  return answer;
}

function storedOf(message: MessageAnswer["message"]): StoredWithHeaders {
  const lines = message.hdrs === undefined ? [] : textOf(message.hdrs).split("\r\n").slice(1);
  return {
    subject: message.subject,
    sequence: message.seq,
    data: Buffer.from(message.data ?? "", "base64"),
    timeMs: Date.parse(message.time),
    header: (name) => {
      const line = lines.find((text) => text.startsWith(`${name}:`));
      return line?.slice(name.length + 1).trim();
    },
  };
}

function textOf(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
