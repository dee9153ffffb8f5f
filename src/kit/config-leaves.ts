/**
 * A configuration spec seen as a list of keys, and the few looks into zod schemas that it takes.
 */
import { z } from "zod";

export type Shape = Readonly<Record<string, z.ZodType>>;

/** One key that can be set, with where it stands and what it takes. */
export interface Leaf {
  /** "tcp.bind" */
  readonly key: string;
  readonly path: readonly string[];
  readonly schema: z.ZodType;
  /** GOIM_<SECTION>_<KEY>. */
  readonly envName: string;
}

/** Every key of a spec, in the order in which they were declared. */
export function leavesOf(spec: { readonly keys: Shape; readonly sections: Shape }): Leaf[] {
  const leaves: Leaf[] = [];
  for (const [name, schema] of Object.entries({ ...spec.keys, ...spec.sections })) {
    collect(schema, [name], leaves);
  }
  return leaves;
}

function collect(schema: z.ZodType, path: readonly string[], leaves: Leaf[]): void {
  const children = shapeOf(schema);
  if (children === undefined) {
    const envName = `GOIM_${path.map(upperSnake).join("_")}`;
    leaves.push({ key: path.join("."), path, schema, envName });
    return;
  }
  for (const [name, child] of Object.entries(children)) collect(child, [...path, name], leaves);
}

function upperSnake(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}

/** The keys of a section; undefined for a value. */
export function shapeOf(schema: z.ZodType): Shape | undefined {
  return schema instanceof z.ZodObject ? (schema.shape as Shape) : undefined;
}

/** What a schema says about itself. */
export interface LeafNotes {
  readonly description?: string | undefined;
  /** Bounds in words, for the comment above the key. */
  readonly allowed?: string | undefined;
  /** true: never shown; "url": shown without the user and password in it. */
  readonly secret?: boolean | "url" | undefined;
}

/** The notes of a schema, from whichever layer (default, transform) carries them. */
export function notesOf(schema: z.ZodType): LeafNotes {
  const inner = innerOf(schema);
  return { ...(inner === undefined ? {} : notesOf(inner)), ...schema.meta() };
}

/** What a default, optional or transforming schema wraps. */
function innerOf(schema: z.ZodType): z.ZodType | undefined {
  const def = schema.def as { innerType?: z.ZodType; in?: z.ZodType; out?: z.ZodType };
  if (def.innerType !== undefined) return def.innerType;
  return def.in instanceof z.ZodTransform ? def.out : def.in;
}

/** The kind of value a schema takes from the file: "number", "record", … */
export function kindOf(schema: z.ZodType): string {
  const inner = innerOf(schema);
  return inner === undefined ? schema.def.type : kindOf(inner);
}

/** The default of a key as a person would write it; undefined when it has none. */
export function writtenDefault(schema: z.ZodType): unknown {
  const def = schema.def as { defaultValue?: unknown };
  if (def.defaultValue !== undefined) return def.defaultValue;
  const inner = innerOf(schema);
  return inner === undefined ? undefined : writtenDefault(inner);
}

const trueWords = new Set(["1", "t", "true", "yes", "on"]);
const falseWords = new Set(["0", "f", "false", "no", "off"]);

/**
 * A text of the environment or a flag in the type the schema takes; unchanged when it cannot be.
 */
export function fromText(schema: z.ZodType, value: string): unknown {
  const inner = innerOf(schema);
  if (inner !== undefined) return fromText(inner, value);
  const kind: string = schema.def.type;
  if (kind === "number") return value.trim() === "" || Number.isNaN(+value) ? value : +value;
  if (kind === "boolean") {
    const word = value.trim().toLowerCase();
    return trueWords.has(word) || (falseWords.has(word) ? false : value);
  }
  if (/^\s*[[{]/.test(value) && (kind === "array" || kind === "record")) {
    const json = fromJson(value);
    if (json !== undefined) return json;
  }
  if (kind !== "array") return value;
  const element = (schema.def as unknown as { element: z.ZodType }).element;
  const parts = value.split(",").map((part) => part.trim());
  return parts.filter((part) => part !== "").map((part) => fromText(element, part));
}

/** Undefined when it is none: "[::1]:3101" is an address and starts like a JSON list. */
function fromJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
