import { connect, type Socket } from "node:net";

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** goim's `code`: 0 = the push was taken. */
  readonly code: number | undefined;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

const HEAD_END = "\r\n\r\n";

/**
 * One keep-alive HTTP/1.1 connection with one request at a time. Written by hand because Node's own
 * client costs more than the server it would measure.
 */
export class HttpLane {
  readonly #base: URL;
  readonly #timeoutMs: number;
  readonly #credential: string;
  #socket: Socket | undefined;
  #waiting: Waiting | undefined;
  #received = "";

  constructor(base: URL, timeoutMs: number, apiKey = "") {
    this.#base = base;
    this.#credential = apiKey === "" ? "" : `Authorization: Bearer ${apiKey}\r\n`;
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects when there is no answer: whether the push was taken is unknown then. */
  post(path: string, body: Uint8Array, type = "application/octet-stream"): Promise<Answer> {
    if (this.#waiting !== undefined) throw new Error("one request at a time");
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(new Error("no answer in time")), this.#timeoutMs);
      this.#waiting = { resolve, reject, timer };
      const head =
        `POST ${path} HTTP/1.1\r\nHost: ${this.#base.host}\r\n${this.#credential}` +
        `Content-Type: ${type}\r\nContent-Length: ${body.length}${HEAD_END}`;
      this.#open().write(Buffer.concat([Buffer.from(head), body]));
    });
  }

  /** Connects before the first request. Never rejects: that request tells what is wrong. */
  open(): Promise<void> {
    const socket = this.#open();
    if (!socket.connecting) return Promise.resolve();
    return new Promise((resolve) => {
      socket.once("connect", () => resolve());
      socket.once("close", () => resolve());
    });
  }

  close(): void {
    this.#fail(new Error("closed"));
  }

  #open(): Socket {
    if (this.#socket !== undefined) return this.#socket;
    const host = this.#base.hostname.replace(/^\[(.*)\]$/, "$1");
    const socket = connect({ host, port: Number(this.#base.port || 80), noDelay: true });
    socket.setEncoding("latin1");
    socket.on("data", (text) => this.#take(String(text)));
    socket.on("error", (error) => this.#socket === socket && this.#fail(error));
    socket.on("close", () => {
      if (this.#socket === socket) this.#fail(new Error("the server closed the connection"));
    });
    this.#socket = socket;
    return socket;
  }

  #take(text: string): void {
    this.#received += text;
    const answer = parseAnswer(this.#received);
    if (answer === undefined || this.#waiting === undefined) return;
    const { resolve, timer } = this.#waiting;
    clearTimeout(timer);
    this.#waiting = undefined;
    this.#received = "";
    if (answer.close) this.#drop();
    resolve(answer);
  }

  #fail(error: Error): void {
    this.#drop();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    waiting.reject(error);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#received = "";
    socket?.destroy();
  }
}

/** The answer, once all of it is there. Latin-1 text, so that characters are bytes. */
export function parseAnswer(text: string): (Answer & { readonly close: boolean }) | undefined {
  const end = text.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const rest = text.slice(end + HEAD_END.length);
  const status = Number(head.slice(9, 12));
  const close = /\r\nconnection: *close/i.test(head);
  let body: string | undefined;
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) body = dechunked(rest);
  else {
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (rest.length >= length) body = rest.slice(0, length);
  }
  if (body === undefined) return undefined;
  const code = /"code": ?(-?\d+)/.exec(body)?.[1];
  return { status, body, code: code === undefined ? undefined : Number(code), close };
}

function dechunked(text: string): string | undefined {
  let body = "";
  let at = 0;
  for (;;) {
    const line = text.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(text.slice(at, line), 16);
    if (text.length < line + 2 + size + 2) return undefined;
    if (size === 0) return body;
    body += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
