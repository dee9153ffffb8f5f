/**
 * A goim v1 client for the browser, small on purpose: what any existing web client of goim does.
 * Packet: packLen int32, headerLen int16, ver int16, op int32, seq int32, body; big endian.
 */
const HEADER_BYTES = 16;
const HEARTBEAT_MS = 30_000;
const BACKOFF = { firstMs: 1_000, factor: 1.8, maxMs: 30_000, jitter: 0.3 };

export const op = {
  heartbeat: 2,
  heartbeatReply: 3,
  auth: 7,
  authReply: 8,
  raw: 9,
  changeRoom: 12,
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function encode(operation, seq, text = "") {
  const body = encoder.encode(text);
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length);
  view.setInt16(4, HEADER_BYTES);
  view.setInt16(6, 1);
  view.setInt32(8, operation);
  view.setInt32(12, seq);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** Every packet in `buffer`; a batch (op 9) is opened. */
function* packets(buffer) {
  const view = new DataView(buffer);
  for (let at = 0; at + HEADER_BYTES <= buffer.byteLength; ) {
    const length = view.getInt32(at);
    const headerLength = view.getInt16(at + 4);
    const body = buffer.slice(at + headerLength, at + length);
    const operation = view.getInt32(at + 8);
    if (operation === op.raw) yield* packets(body);
    else yield { operation, seq: view.getInt32(at + 12), body };
    at += length;
  }
}

/**
 * Connects, authenticates, beats, and comes back after every loss.
 * `on` = { state(name), online(count), message(operation, text) }.
 */
export class Client {
  #url;
  #token;
  #on;
  #socket;
  #beat;
  #retryMs = BACKOFF.firstMs;
  #seq = 0;

  constructor(url, token, on) {
    this.#url = url;
    this.#token = token;
    this.#on = on;
    this.#connect();
  }

  /** Moves to another room on the living connection. */
  changeRoom(room) {
    this.#token.room_id = room;
    this.#send(op.changeRoom, room);
    this.#send(op.heartbeat);
  }

  #send(operation, text) {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#seq += 1;
    this.#socket.send(encode(operation, this.#seq, text));
  }

  #connect() {
    this.#on.state("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#send(op.auth, JSON.stringify(this.#token));
    socket.onmessage = (event) => {
      for (const packet of packets(event.data)) this.#receive(packet);
    };
    socket.onclose = () => this.#lost();
  }

  #receive({ operation, body }) {
    if (operation === op.authReply) {
      this.#retryMs = BACKOFF.firstMs;
      this.#on.state("online");
      this.#send(op.heartbeat);
      this.#beat = setInterval(() => this.#send(op.heartbeat), HEARTBEAT_MS);
    } else if (operation === op.heartbeatReply) {
      this.#on.online(new DataView(body).getInt32(0));
    } else if (operation > 17) {
      this.#on.message(operation, decoder.decode(body));
    }
  }

  #lost() {
    clearInterval(this.#beat);
    this.#on.state("offline");
    const spread = 1 + BACKOFF.jitter * (2 * Math.random() - 1);
    setTimeout(() => this.#connect(), this.#retryMs * spread);
    this.#retryMs = Math.min(this.#retryMs * BACKOFF.factor, BACKOFF.maxMs);
  }
}
