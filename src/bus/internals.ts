/**
 * The few things about a connection that the NATS client knows and does not tell. Kept in one file,
 * each with its reason, to be looked at when the client's version changes.
 */
import type { Socket } from "node:net";
import type { Msg, NatsConnection } from "@nats-io/nats-core";
import type { MsgImpl, NatsConnectionImpl } from "@nats-io/nats-core/internal";

/**
 * Whether the client would hand a message to a server now. While it dials it keeps what is
 * published and sends it after the connection is up; we do not want that.
 */
export function isUp(connection: NatsConnection): boolean {
  return (connection as NatsConnectionImpl).protocol.connected;
}

/** Bytes handed to the client that the kernel has not taken yet. */
export function outboundBytes(connection: NatsConnection): number {
  const { outbound } = (connection as NatsConnectionImpl).protocol;
  return outbound.size() + (socketOf(connection)?.writableLength ?? 0);
}

/**
 * Ends the socket at once. For a connection whose pings stay unanswered the client first waits for
 * its last write; a server that is stopped with a full socket would keep it waiting for ever.
 */
export function cut(connection: NatsConnection): void {
  socketOf(connection)?.destroy();
}

/**
 * What is published in one turn of the event loop goes out in one write. The client by itself
 * writes after every few promises, and a write costs more than what is in it.
 */
export class Gathered {
  #socket: Socket | undefined;

  /** To be called before something is published. */
  begin(connection: NatsConnection): void {
    const socket = socketOf(connection);
    if (socket === undefined || socket === this.#socket) return;
    this.#socket = socket;
    socket.cork();
    setImmediate(() => {
      if (this.#socket === socket) this.#socket = undefined;
      socket.uncork();
    });
  }
}

const FIRST_LINE = "NATS/1.0";
const LINE_END = Buffer.from("\r\n");

/** A message to be published: names and values of headers have no line break. */
export interface Outgoing {
  readonly subject: string;
  /** "" = no answer is wanted. */
  readonly replyTo: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly data: Uint8Array;
}

/**
 * What the client's `publish` does, with one text made into bytes where that has two and an encoder
 * that takes five times as long. False when the message is larger than the server takes.
 */
export function publishOn(connection: NatsConnection, message: Outgoing): boolean {
  const { protocol } = connection as NatsConnectionImpl;
  const { subject, replyTo, headers, data } = message;
  const to = replyTo === "" ? subject : `${subject} ${replyTo}`;
  let bytes = data.length;
  let text = "";
  if (headers === undefined || isEmpty(headers)) text = `PUB ${to} ${bytes}\r\n`;
  else {
    let lines = FIRST_LINE;
    for (const name in headers) lines += `\r\n${name}: ${headers[name]}`;
    lines += "\r\n\r\n";
    const headerBytes = Buffer.byteLength(lines);
    bytes += headerBytes;
    text = `HPUB ${to} ${headerBytes} ${bytes}\r\n${lines}`;
  }
  if (bytes > (connection.info?.max_payload ?? Number.POSITIVE_INFINITY)) return false;
  protocol.outBytes += bytes;
  protocol.outMsgs++;
  protocol.sendCommand(Buffer.from(text), data, LINE_END);
  return true;
}

/** Whether the client takes no more messages: it is closed, or about to be. */
export function isEnding(connection: NatsConnection): boolean {
  return connection.isClosed() || (connection as NatsConnectionImpl).protocol.noMorePublishing;
}

/**
 * The headers of a message as one text, "" = it has none: whoever looks for one of them needs no
 * list of all, in which the client checks each name letter by letter.
 */
export function headerLines(message: Msg): string {
  const { _msg, _rdata } = message as MsgImpl;
  if (_msg.hdr <= 0) return "";
  return Buffer.from(_rdata.buffer, _rdata.byteOffset, _msg.hdr).toString();
}

/** The first header of that name, spelled like this; undefined where there is none. */
export function headerIn(lines: string, name: string): string | undefined {
  const at = lines.indexOf(`\r\n${name}:`);
  if (at < 0) return undefined;
  const from = at + name.length + 3;
  return lines.slice(from, lines.indexOf("\r\n", from)).trim();
}

/** The code of a status message, 0 = it is none. */
export function statusIn(lines: string): number {
  if (lines === "" || lines.startsWith("\r\n", FIRST_LINE.length)) return 0;
  return Number.parseInt(lines.slice(FIRST_LINE.length), 10) || 0;
}

function socketOf(connection: NatsConnection): Socket | undefined {
  const { transport } = (connection as NatsConnectionImpl).protocol;
  return (transport as { socket?: Socket } | undefined)?.socket;
}

function isEmpty(record: Readonly<Record<string, string>>): boolean {
  for (const _name in record) return false;
  return true;
}
