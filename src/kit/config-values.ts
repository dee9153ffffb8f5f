/**
 * The kinds of values a configuration key may have. Each function gives a zod schema with a
 * default, which takes what a person writes ("1s", "64kb", ":3101") and gives what the code needs
 * (milliseconds, bytes, host and port). The default is kept as written, so that config/*.toml can
 * show it.
 */
import { z } from "zod";

/** Where to listen or connect. Port 0 means any free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The host of an address written as ":3101". Write "0.0.0.0:3101" to listen on every interface. */
export const defaultHost = "127.0.0.1";

interface Bounds<T> {
  readonly min?: T;
  readonly max?: T;
}

const durationUnitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const sizeUnits: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1024,
  mb: 1024 ** 2,
  gb: 1024 ** 3,
};

/** Milliseconds of "200ms", "1.5s", "1m30s", or a number of milliseconds. */
export function parseDuration(input: string | number): number | undefined {
  const text = String(input).trim();
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    totalMs += Number(count) * (durationUnitsMs[unit ?? ""] ?? Number.NaN);
  }
  return Math.round(totalMs);
}

/** Bytes of "64kb", "1mb" (units of 1024), or a number of bytes. */
export function parseSize(input: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)?$/i.exec(String(input).trim());
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * (sizeUnits[(match[2] ?? "b").toLowerCase()] ?? Number.NaN));
}

/** Host and port of "host:port", "[::1]:port" or ":port" (then on `hostIfNone`). */
export function parseAddress(text: string, hostIfNone = defaultHost): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]*)):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  if (match === null || port > 65535) return undefined;
  return { host: match[1] ?? (match[2] || hostIfNone), port };
}

/** "host:port" of an address, with the brackets IPv6 needs. */
export function addressText(address: Address): string {
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}

/** Whether only this machine can reach the address. */
export function isLoopback(address: Address): boolean {
  return (
    address.host === "localhost" || address.host === "::1" || /^127(\.\d+){3}$/.test(address.host)
  );
}

function parsed<T>(
  input: z.ZodType<string | number>,
  parse: (written: string | number) => T | undefined,
  allowed: string,
): z.ZodType<T> {
  return input.transform((written, context) => {
    const value = parse(written);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: allowed });
    return z.NEVER;
  });
}

function textOrNumber(allowed: string) {
  return z.union([z.string(), z.number()], { error: allowed });
}

function bounded(
  kind: string,
  parse: (written: string | number) => number | undefined,
  written: string | number,
  bounds: Bounds<string | number>,
): z.ZodType<number> {
  const min = bounds.min === undefined ? 0 : (parse(bounds.min) ?? Number.NaN);
  const max =
    bounds.max === undefined ? Number.MAX_SAFE_INTEGER : (parse(bounds.max) ?? Number.NaN);
  const range = rangeText(bounds);
  const allowed = `expected ${kind}${range === "" ? "" : `, ${range}`}`;
  const within = (input: string | number) => {
    const value = parse(input);
    return value !== undefined && value >= min && value <= max ? value : undefined;
  };
  return noted(withDefault(parsed(textOrNumber(allowed), within, allowed), written), range);
}

/** Keeps the bounds in words with the schema, for the comment in the default file. */
function noted<T>(schema: z.ZodType<T>, allowed: string): z.ZodType<T> {
  return allowed === "" ? schema : schema.meta({ allowed });
}

function rangeText(bounds: Bounds<string | number>): string {
  if (bounds.min !== undefined && bounds.max !== undefined) {
    return `from ${bounds.min} to ${bounds.max}`;
  }
  if (bounds.min !== undefined) return `at least ${bounds.min}`;
  return bounds.max === undefined ? "" : `at most ${bounds.max}`;
}

/** A default in the form a person would write; it goes through the same checks. */
function withDefault<T>(schema: z.ZodType<T>, written: unknown): z.ZodType<T> {
  return (schema as z.ZodType<T, unknown>).prefault(written as never);
}

/** Milliseconds, written as "200ms", "1s", "4m", "1m30s" or a number of milliseconds. */
export function duration(written: string | number, bounds: Bounds<string | number> = {}) {
  const kind = 'a duration such as "200ms", "1s", "4m", or a number of milliseconds';
  return bounded(kind, parseDuration, written, bounds);
}

/** Bytes, written as "64kb", "1mb" (units of 1024) or a number of bytes. */
export function size(written: string | number, bounds: Bounds<string | number> = {}) {
  return bounded('a size such as "64kb", "1mb", or a number of bytes', parseSize, written, bounds);
}

const addressAllowed =
  `expected host:port with a port from 0 (any free one) to 65535, ` +
  `such as "0.0.0.0:3101", or ":3101" for ${defaultHost}`;

/** Host and port of "host:port"; ":3101" is loopback. */
export function address(written: string): z.ZodType<Address> {
  const parse = (input: string | number) => parseAddress(String(input));
  return withDefault(parsed(z.string({ error: addressAllowed }), parse, addressAllowed), written);
}

/** Several addresses: a list, or one text with commas. An empty list is allowed. */
export function addresses(written: readonly string[]): z.ZodType<readonly Address[]> {
  const one = parsed(
    z.string({ error: addressAllowed }),
    (t) => parseAddress(String(t)),
    addressAllowed,
  );
  return withDefault(z.preprocess(splitText, z.array(one)), written);
}

/** A list of texts, or one text with commas. */
export function texts(written: readonly string[]): z.ZodType<readonly string[]> {
  return withDefault(z.preprocess(splitText, z.array(z.string())), written);
}

function splitText(input: unknown): unknown {
  if (typeof input !== "string") return input;
  return input
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** A text; with `pattern` only one that matches, and `allowed` says so in words. */
export function text(
  written: string,
  rule?: { readonly pattern: RegExp; readonly allowed: string },
): z.ZodType<string> {
  const plain = z.string({ error: "expected a text" });
  if (rule === undefined) return withDefault(plain, written);
  return withDefault(plain.regex(rule.pattern, { error: `expected ${rule.allowed}` }), written);
}

/** A whole number. */
export function count(written: number, bounds: Bounds<number> = {}): z.ZodType<number> {
  return numberWithin("a whole number", Number.isSafeInteger, written, { min: 0, ...bounds });
}

/** Any number. */
export function ratio(written: number, bounds: Bounds<number> = {}): z.ZodType<number> {
  return numberWithin("a number", Number.isFinite, written, { min: 0, ...bounds });
}

function numberWithin(
  kind: string,
  accepts: (value: number) => boolean,
  written: number,
  bounds: Bounds<number>,
): z.ZodType<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = bounds;
  // "At least 0" goes without saying in a comment, not in an error.
  const range = rangeText(bounds.max === undefined && min === 0 ? {} : bounds);
  const error = `expected ${kind}, ${rangeText(bounds)}`;
  const within = (value: number) => accepts(value) && value >= min && value <= max;
  return noted(withDefault(z.number({ error }).refine(within, { error }), written), range);
}

/** True or false. */
export function flag(written: boolean): z.ZodType<boolean> {
  return withDefault(z.boolean({ error: "expected true or false" }), written);
}

/** One of a few words. */
export function choice<const T extends string>(
  allowed: readonly T[],
  written: NoInfer<T>,
): z.ZodType<T> {
  const error = `expected one of ${allowed.join(", ")}`;
  return withDefault(z.enum(allowed as readonly [T, ...T[]], { error }) as z.ZodType<T>, written);
}
