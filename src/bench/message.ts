/** What a load message carries. All threads and processes of one machine share this clock. */
export function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** magic, run, stream, sequence: uint32 each; then the intended time of the push as a double. */
export const MESSAGE_BYTES = 24;
const MAGIC = 0x676f696d;

export interface LoadMessage {
  /** Tells this run's messages from those of another that uses the same room. */
  readonly run: number;
  /** Pushes of one stream are sent one after another, so they must arrive in order. */
  readonly stream: number;
  /** 1, 2, 3, … within the stream. */
  readonly sequence: number;
  /** When it should have been sent, `nowMs`: waiting in the load tool counts as latency. */
  readonly intendedMs: number;
}

function encodeMessage(message: LoadMessage, size: number): Buffer {
  const body = Buffer.alloc(Math.max(size, MESSAGE_BYTES), 0x2e);
  body.writeUInt32BE(MAGIC, 0);
  body.writeUInt32BE(message.run, 4);
  body.writeUInt32BE(message.stream, 8);
  body.writeUInt32BE(message.sequence, 12);
  body.writeDoubleBE(message.intendedMs, 16);
  return body;
}

function isMessage(bytes: Buffer, at: number, end: number, run: number): boolean {
  return (
    end - at >= MESSAGE_BYTES &&
    bytes.readUInt32BE(at) === MAGIC &&
    bytes.readUInt32BE(at + 4) === run
  );
}

/** How a message lies in its body. */
export interface MessageForm {
  /** The body of a push, `size` bytes long (MESSAGE_BYTES at least). */
  encode(message: LoadMessage, size: number): Buffer;
  /** Whether a body of this run lies there. */
  isMessage(bytes: Buffer, at: number, end: number, run: number): boolean;
  streamAt(bytes: Buffer, at: number): number;
  sequenceAt(bytes: Buffer, at: number): number;
  intendedMsAt(bytes: Buffer, at: number): number;
}

const streamAt = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at + 8);
const sequenceAt = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at + 12);
const intendedMsAt = (bytes: Buffer, at: number): number => bytes.readDoubleBE(at + 16);

/** Fields as plain numbers; what lies there is no text. */
export const binaryForm: MessageForm = {
  encode: encodeMessage,
  ...{ isMessage, streamAt, sequenceAt, intendedMsAt },
};

const LOW = 0x7f;
const UINT28_MAX = 2 ** 28;
/** A word that people write, for what looks into texts. */
const FILLER = Buffer.from("消息");

function writeUint28(body: Buffer, value: number, at: number): void {
  for (let n = 0; n < 4; n++) body[at + n] = (value >>> (21 - 7 * n)) & LOW;
}

function uint28At(bytes: Buffer, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return (a << 21) | (b << 14) | (c << 7) | d;
}

/** The same fields seven bits to a byte, the time in microseconds: UTF-8, and words behind it. */
export const textForm: MessageForm = {
  encode: ({ run, stream, sequence, intendedMs }, size) => {
    const body = Buffer.alloc(Math.max(size, MESSAGE_BYTES), 0x2e);
    const words = Math.floor((body.length - MESSAGE_BYTES) / FILLER.length) * FILLER.length;
    body.fill(FILLER, MESSAGE_BYTES, MESSAGE_BYTES + words);
    body.writeUInt32BE(MAGIC, 0);
    for (const [n, value] of [run, stream, sequence].entries()) {
      writeUint28(body, value % UINT28_MAX, 4 + 4 * n);
    }
    const micros = Math.round(intendedMs * 1000);
    writeUint28(body, Math.floor(micros / UINT28_MAX), 16);
    writeUint28(body, micros % UINT28_MAX, 20);
    return body;
  },
  isMessage: (bytes, at, end, run) =>
    end - at >= MESSAGE_BYTES &&
    bytes.readUInt32BE(at) === MAGIC &&
    uint28At(bytes, at + 4) === run % UINT28_MAX,
  streamAt: (bytes, at) => uint28At(bytes, at + 8),
  sequenceAt: (bytes, at) => uint28At(bytes, at + 12),
  intendedMsAt: (bytes, at) =>
    (uint28At(bytes, at + 16) * UINT28_MAX + uint28At(bytes, at + 20)) / 1000,
};

export function formOf(text: boolean): MessageForm {
  return text ? textForm : binaryForm;
}
