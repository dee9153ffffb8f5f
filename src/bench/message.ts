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

/** The body of a push, `size` bytes long (MESSAGE_BYTES at least). */
export function encodeMessage(message: LoadMessage, size: number): Buffer {
  const body = Buffer.alloc(Math.max(size, MESSAGE_BYTES), 0x2e);
  body.writeUInt32BE(MAGIC, 0);
  body.writeUInt32BE(message.run, 4);
  body.writeUInt32BE(message.stream, 8);
  body.writeUInt32BE(message.sequence, 12);
  body.writeDoubleBE(message.intendedMs, 16);
  return body;
}

/** Whether a body of this run lies there; its fields are read by the functions below. */
export function isMessage(bytes: Buffer, at: number, end: number, run: number): boolean {
  return (
    end - at >= MESSAGE_BYTES &&
    bytes.readUInt32BE(at) === MAGIC &&
    bytes.readUInt32BE(at + 4) === run
  );
}

export const streamAt = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at + 8);
export const sequenceAt = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at + 12);
export const intendedMsAt = (bytes: Buffer, at: number): number => bytes.readDoubleBE(at + 16);
