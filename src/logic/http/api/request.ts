/** Reads what a call of /api/v1 was given; whatever does not fit is named, nothing is ignored. */
import type { Context } from "hono";
import { z } from "zod";
import { GoimError } from "../../../kit/errors.ts";
import { readBody } from "../body.ts";
import { FieldsError } from "./problem.ts";
import { idempotencyKey } from "./schemas.ts";

/** The value as the schema has it. Fails with each field that does not fit. */
export function checked<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new FieldsError(result.error.issues.flatMap(fieldsOf));
}

function fieldsOf(issue: z.core.$ZodIssue): { field: string; message: string }[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      field: [...path, key].join("."),
      message: "no such parameter",
    }));
  }
  const message = issue.input === undefined ? "missing" : issue.message;
  return [{ field: path.join(".") || "request", message }];
}

/** Whether the body is a JSON command; any other body is the message itself. */
export function isJson(c: Context): boolean {
  const type = c.req.header("content-type") ?? "";
  return /^application\/json\s*(;|$)/i.test(type);
}

export async function readJson(c: Context, bytesMax: number): Promise<unknown> {
  const bytes = await readBody(c.req.raw, bytesMax);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new GoimError("invalid", "the body is not JSON", { cause });
  }
}

/**
 * The query as an object for the schema, by whose types the values are read: a list takes every
 * value of its name, a number one text of digits. Fails for a name that stands twice otherwise.
 */
export function queryOf(c: Context, schema: z.ZodObject): Record<string, unknown> {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, text] of pairsOf(c.req.url)) {
    const field = Object.hasOwn(schema.shape, name) ? kindOf(schema.shape[name]) : "string";
    if (field === "array") {
      const list = values[name] as string[] | undefined;
      if (list === undefined) values[name] = [text];
      else list.push(text);
    } else if (name in values) {
      throw new FieldsError([{ field: name, message: "given more than once" }]);
    } else values[name] = parsedText(text, field);
  }
  return { ...values };
}

function kindOf(schema: unknown): string {
  let inner = schema as z.ZodType;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) {
    inner = inner.unwrap() as z.ZodType;
  }
  return inner.def.type;
}

/** Text that is not of that kind is left for the schema to refuse. */
function parsedText(text: string, kind: string): unknown {
  if (kind === "boolean") return text === "true" || (text === "false" ? false : text);
  return kind === "number" ? numberOf(text) : text;
}

function numberOf(text: string): number | string {
  return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
}

function pairsOf(url: string): [string, string][] {
  const start = url.indexOf("?");
  if (start < 0) return [];
  const query = url.slice(start + 1).split("#")[0] ?? "";
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const name = equals < 0 ? pair : pair.slice(0, equals);
      return [decode(name), equals < 0 ? "" : decode(pair.slice(equals + 1))];
    });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch (cause) {
    throw new GoimError("invalid", "the query cannot be decoded as UTF-8", { cause });
  }
}

/** The header Idempotency-Key; undefined without one. */
export function idempotencyKeyOf(c: Context): string | undefined {
  const header = c.req.header("idempotency-key");
  if (header === undefined) return undefined;
  const result = idempotencyKey.safeParse(header);
  if (result.success) return result.data;
  const message = result.error.issues[0]?.message ?? "not accepted";
  throw new FieldsError([{ field: "Idempotency-Key", message }]);
}
