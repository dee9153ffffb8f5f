import { type ErrorCode, errorTable, GoimError, isGoimError } from "../kit/errors.ts";
import type { BusMessage } from "./bus.ts";

const codeHeader = "Goim-Error-Code";
/** NATS micro's own headers, so that its tools show the error too. */
const serviceCodeHeader = "Nats-Service-Error-Code";
const serviceTextHeader = "Nats-Service-Error";

const TEXT_MAX = 500;

/**
 * An error as the headers of an answer. What is no GoimError travels as "internal", without text.
 */
export function errorHeaders(error: unknown): Record<string, string> {
  const expected = isGoimError(error);
  const code: ErrorCode = expected ? error.code : "internal";
  const text = expected ? error.message : "the handler failed";
  return {
    [codeHeader]: code,
    [serviceCodeHeader]: String(errorTable[code].http),
    // A header is one line, and an empty one is not sent at all.
    [serviceTextHeader]: text.replace(/[\r\n]+/g, " ").slice(0, TEXT_MAX) || code,
  };
}

/**
 * The error that an answer carries, also one of a foreign micro service; undefined for a good one.
 */
export function errorOf(reply: BusMessage): GoimError | undefined {
  const code = reply.header(codeHeader);
  const serviceCode = reply.header(serviceCodeHeader);
  if (code === undefined && serviceCode === undefined) return undefined;
  const text = reply.header(serviceTextHeader) ?? "the other side failed";
  if (code !== undefined && Object.hasOwn(errorTable, code)) {
    return new GoimError(code as ErrorCode, text);
  }
  return new GoimError(codeOfHttp(Number(serviceCode)), text);
}

function codeOfHttp(http: number): ErrorCode {
  const codes = Object.keys(errorTable) as ErrorCode[];
  return codes.find((code) => errorTable[code].http === http) ?? "internal";
}
