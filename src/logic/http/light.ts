/**
 * Request and Response for the Hono app over `node:http` without what makes the standard ones cost
 * more than the push behind them: no stream for a body that is read at once, no `Headers` object,
 * no `URL`. They have what Hono and this API use; whatever else is asked of a response is answered
 * by the standard one made of it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { GoimError } from "../../kit/errors.ts";

/** A target and a Host that `new URL` would leave as they are, but for dot segments. */
const plainTarget = /^\/[!#$%&-;=?-[\]_a-z~]*$/;
const plainHost = /^[\w.-]+(:([1-5]?\d{1,4}|6[0-4]\d{3}))?$/;
const dotSegment = /\/\.|%2e/i;

/** The request as the app reads it. Throws TypeError for a target or Host that is no URL. */
export function requestOf(incoming: IncomingMessage): Request {
  return new LightRequest(incoming) as unknown as Request;
}

class LightRequest {
  readonly url: string;
  readonly method: string;
  readonly #incoming: IncomingMessage;

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming;
    this.method = incoming.method ?? "GET";
    this.url = urlOf(incoming);
  }

  get peer(): string {
    return this.#incoming.socket.remoteAddress ?? "";
  }

  get headers(): this {
    return this;
  }

  /** Of the headers. */
  get(name: string): string | null {
    const value = this.#incoming.headers[name.toLowerCase()];
    if (value === undefined) return null;
    return typeof value === "string" ? value : value.join(", ");
  }

  get body(): ReadableStream<Uint8Array> | null {
    if (this.method === "GET" || this.method === "HEAD") return null;
    return Readable.toWeb(this.#incoming) as ReadableStream<Uint8Array>;
  }

  /** Fails with "invalid" when the client goes away before the end. */
  bytes(): Promise<Uint8Array> {
    const incoming = this.#incoming;
    return new Promise((resolve, reject) => {
      let first: Buffer | undefined;
      let more: Buffer[] | undefined;
      incoming.on("data", (chunk: Buffer) => {
        if (first === undefined) first = chunk;
        else if (more === undefined) more = [first, chunk];
        else more.push(chunk);
      });
      incoming.on("end", () => {
        resolve(more === undefined ? (first ?? new Uint8Array(0)) : Buffer.concat(more));
      });
      incoming.on("close", () => {
        if (!incoming.complete) reject(cutShort());
      });
      if (incoming.destroyed) reject(cutShort());
    });
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new Uint8Array(await this.bytes()).buffer;
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

/** Address of whoever sent the request, as the socket has it; "" where there is none. */
export function peerOf(request: Request): string {
  const light: unknown = request;
  return light instanceof LightRequest ? light.peer : "";
}

/** The whole body of a request of any kind. Fails with "invalid" when it is not all there. */
export function bytesOf(request: Request): Promise<Uint8Array> {
  const light: unknown = request;
  return light instanceof LightRequest ? light.bytes() : bytesOfStandard(request);
}

async function bytesOfStandard(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch (cause) {
    throw cutShort(cause);
  }
}

/** What is answered to a body that ends early. */
export function cutShort(cause?: unknown): GoimError {
  return new GoimError("invalid", "the body ended before it was complete", { cause });
}

function urlOf({ url = "/", headers: { host = "localhost" } }: IncomingMessage): string {
  const text = url.startsWith("/") ? `http://${host}${url}` : url;
  const plain = plainTarget.test(url) && plainHost.test(host) && !dotSegment.test(url);
  return plain ? text : new URL(text).href;
}

const StandardResponse = globalThis.Response;

type Body = string | Uint8Array<ArrayBuffer> | null;

interface Init {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>> | Iterable<[string, string]>;
}

/** Bytes or text with a status and headers; for a body of any other kind a standard one. */
class LightResponse {
  readonly status: number;
  readonly headers: LightHeaders;
  readonly body: Body;

  constructor(body: Body | undefined = null, init: Init = {}) {
    this.status = init.status ?? 200;
    this.headers = new LightHeaders(init.headers);
    this.body = body;
    if (body !== null && typeof body !== "string" && !(body instanceof Uint8Array)) {
      // biome-ignore lint/correctness/noConstructorReturn: who wants a stream gets the real thing
      return new StandardResponse(body as never, init as ResponseInit) as unknown as this;
    }
    if (typeof body === "string" && this.headers.get("content-type") === null) {
      this.headers.set("content-type", "text/plain;charset=UTF-8");
    }
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  async text(): Promise<string> {
    return this.#standard().text();
  }

  async json(): Promise<unknown> {
    return this.#standard().json();
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#standard().arrayBuffer();
  }

  clone(): LightResponse {
    return new LightResponse(this.body, this);
  }

  #standard(): Response {
    return new StandardResponse(this.body, { status: this.status, headers: [...this.headers] });
  }
}

/** Names are kept in lower case; a name has one value. */
class LightHeaders {
  readonly #values = new Map<string, string>();

  constructor(init: Init["headers"]) {
    if (init === undefined) return;
    if (Symbol.iterator in init) {
      for (const [name, value] of init as Iterable<[string, string]>) this.append(name, value);
    } else for (const name in init) this.set(name, init[name] ?? "");
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value);
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  forEach(action: (value: string, name: string) => void): void {
    for (const [name, value] of this.#values) action(value, name);
  }

  getSetCookie(): string[] {
    const cookies = this.get("set-cookie");
    return cookies === null ? [] : [cookies];
  }

  entries(): IterableIterator<[string, string]> {
    return this.#values.entries();
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  values(): IterableIterator<string> {
    return this.#values.values();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#values.entries();
  }
}

/** From here on `new Response` in this process, which Hono calls for every answer, is light. */
export function useLightResponses(): void {
  globalThis.Response = LightResponse as unknown as typeof Response;
}

/** Sends an answer, a light one at once. A client that has gone away is not told. */
export function answer(outgoing: ServerResponse, response: Response): Promise<void> | undefined {
  const light: unknown = response;
  if (!(light instanceof LightResponse)) return answerWhole(outgoing, response);
  send(outgoing, light, light.body ?? "");
  return undefined;
}

async function answerWhole(outgoing: ServerResponse, response: Response): Promise<void> {
  send(outgoing, response, new Uint8Array(await response.arrayBuffer()));
}

function send(
  outgoing: ServerResponse,
  { status, headers }: { status: number; headers: Iterable<[string, string]> },
  body: string | Uint8Array,
): void {
  if (outgoing.destroyed || outgoing.headersSent) return;
  const fields: Record<string, string | number> = {};
  for (const [name, value] of headers) fields[name] = value;
  // Without a length Node would send chunks.
  if (status !== 204 && status !== 304) fields["content-length"] = Buffer.byteLength(body);
  outgoing.writeHead(status, fields);
  outgoing.end(body);
}
