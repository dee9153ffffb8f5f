/** Writes of moderation's rules to GOIM_RULES. Every logic reads them back by its watch. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { KvBucket } from "../../bus/bus.ts";
import {
  encodeRestriction,
  type Restriction,
  type RestrictionName,
  restrictionKey,
} from "../../bus/restrictions.ts";
import type { Subjects } from "../../bus/subjects.ts";
import { GoimError } from "../../kit/errors.ts";
import type { Policy } from "./policy.ts";
import { subjectValue } from "./restriction-subject.ts";
import { type Dictionary, type Scope, wordActions } from "./word-filter.ts";

export const scopeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("all") }),
  z.strictObject({ kind: z.literal("type"), type: z.string().min(1) }),
  z.strictObject({ kind: z.literal("room"), room: z.string().min(1) }),
]);

/** What stands in the bucket under the dictionary's name; its words lie beside it, in parts. */
const headSchema = z.object({
  version: z.string(),
  parts: z.int().min(0),
  words: z.int().min(0),
  scope: scopeSchema,
  action: z.enum(wordActions),
  match: z.enum(["anywhere", "word"]),
  updatedAt: z.number(),
  actor: z.string(),
});

export type DictionaryHead = z.infer<typeof headSchema>;

export interface DictionaryInput {
  readonly scope: Scope;
  readonly action: Dictionary["action"];
  readonly match: Dictionary["match"];
  readonly words: readonly string[];
  readonly actor: string;
}

export interface RuleStoreConfig {
  /** Bytes of words in one value of the bucket. */
  readonly partBytes: number;
  readonly wordsMax: number;
  readonly wordChars: number;
}

export interface RuleStoreDeps {
  readonly bucket: KvBucket;
  readonly subjects: Pick<Subjects, "kv">;
  readonly now: () => number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Times a write is tried again because somebody else was faster. */
const TRIES = 5;

export class RuleStore {
  readonly #config: RuleStoreConfig;
  readonly #deps: RuleStoreDeps;

  constructor(config: RuleStoreConfig, deps: RuleStoreDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  /** Stores a dictionary in the place of the one of this id; resolves to its revision. */
  async putDictionary(id: string, input: DictionaryInput): Promise<number> {
    const { words, ...rest } = input;
    const texts = this.#partsOf(words);
    const { bucket, subjects, now } = this.#deps;
    const version = randomUUID();
    for (const [index, text] of texts.entries()) {
      await bucket.put(partKey(subjects, id, version, index), text);
    }
    const old = await this.#head(id);
    const counts = { parts: texts.length, words: words.length };
    const head: DictionaryHead = { version, ...counts, updatedAt: now(), ...rest };
    const revision = await bucket.put(headKey(subjects, id), encoder.encode(JSON.stringify(head)));
    if (old !== undefined) await this.#removeParts(id, old.head);
    return revision;
  }

  /** The words of a head that the watch has told; fails with "not_found" where parts are gone. */
  async words(id: string, { version, parts }: DictionaryHead): Promise<string[]> {
    const { bucket, subjects } = this.#deps;
    const words: string[] = [];
    for (let index = 0; index < parts; index++) {
      const part = await bucket.get(partKey(subjects, id, version, index));
      if (part === undefined) {
        throw new GoimError("not_found", `a part of the dictionary ${id} is not there`);
      }
      for (const word of decoder.decode(part.value).split("\n")) words.push(word);
    }
    return words;
  }

  async dictionary(id: string): Promise<{ head: DictionaryHead; revision: number } | undefined> {
    return this.#head(id);
  }

  /** False where there is none. */
  async deleteDictionary(id: string): Promise<boolean> {
    const old = await this.#head(id);
    if (old === undefined) return false;
    const gone = await this.#delete(headKey(this.#deps.subjects, id));
    await this.#removeParts(id, old.head);
    return gone;
  }

  putPolicy(scope: Scope, policy: Policy): Promise<number> {
    return this.#deps.bucket.put(policyKey(this.#deps.subjects, scope), json(policy));
  }

  deletePolicy(scope: Scope): Promise<boolean> {
    return this.#delete(policyKey(this.#deps.subjects, scope));
  }

  putRestriction(restriction: Restriction): Promise<number> {
    const key = restrictionKey(this.#deps.subjects, restriction);
    return this.#deps.bucket.put(key, encodeRestriction(restriction));
  }

  /** Also one that is stored as it was written, from before values had one form. */
  async deleteRestriction(name: RestrictionName): Promise<boolean> {
    const { subjects } = this.#deps;
    const value = subjectValue(name);
    const plain = await this.#delete(restrictionKey(subjects, { ...name, value }));
    if (value === name.value) return plain;
    return (await this.#delete(restrictionKey(subjects, name))) || plain;
  }

  /** Deletes a value only as it was seen. */
  deleteSeen(key: string, revision: number): Promise<boolean> {
    return this.#deps.bucket.delete(key, revision);
  }

  async #head(id: string): Promise<{ head: DictionaryHead; revision: number } | undefined> {
    const entry = await this.#deps.bucket.get(headKey(this.#deps.subjects, id));
    const head = entry === undefined ? undefined : decodeHead(entry.value);
    return entry === undefined || head === undefined
      ? undefined
      : { head, revision: entry.revision };
  }

  async #delete(key: string): Promise<boolean> {
    const { bucket } = this.#deps;
    for (let tries = 0; tries < TRIES; tries++) {
      const entry = await bucket.get(key);
      if (entry === undefined) return false;
      if (await bucket.delete(key, entry.revision)) return true;
    }
    throw new GoimError("busy", "somebody else changes it all the time");
  }

  async #removeParts(id: string, { version, parts }: DictionaryHead): Promise<void> {
    for (let index = 0; index < parts; index++) {
      await this.#delete(partKey(this.#deps.subjects, id, version, index));
    }
  }

  #partsOf(words: readonly string[]): Uint8Array[] {
    const { partBytes, wordsMax, wordChars } = this.#config;
    if (words.length > wordsMax) {
      throw new GoimError("too_large", `a dictionary has at most ${wordsMax} words`);
    }
    const parts: Uint8Array[] = [];
    let lines: string[] = [];
    let bytes = 0;
    for (const word of words) {
      if (word.length > wordChars || word.includes("\n")) {
        const text = `a word has at most ${wordChars} characters and no line break`;
        throw new GoimError("invalid", text);
      }
      const size = Buffer.byteLength(word) + 1;
      if (bytes + size > partBytes && lines.length > 0) {
        parts.push(encoder.encode(lines.join("\n")));
        [lines, bytes] = [[], 0];
      }
      lines.push(word);
      bytes += size;
    }
    if (lines.length > 0) parts.push(encoder.encode(lines.join("\n")));
    return parts;
  }
}

function json(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

export function decodeHead(value: Uint8Array): DictionaryHead | undefined {
  try {
    return headSchema.parse(JSON.parse(decoder.decode(value)));
  } catch {
    return undefined;
  }
}

/** Everything that is watched; the parts of dictionaries are not. */
export function rulesFilter(subjects: Pick<Subjects, "kv">): string {
  return `${subjects.kv("now")}.>`;
}

function headKey(subjects: Pick<Subjects, "kv">, id: string): string {
  return subjects.kv("now", "w", id);
}

function partKey(subjects: Pick<Subjects, "kv">, id: string, version: string, at: number): string {
  return subjects.kv("part", id, version, String(at));
}

function policyKey(subjects: Pick<Subjects, "kv">, scope: Scope): string {
  const name = scope.kind === "all" ? "" : scope.kind === "type" ? scope.type : scope.room;
  return subjects.kv("now", "p", scope.kind, name);
}

/** What a watched key is about. */
export type RuleKey =
  | { readonly kind: "dictionary"; readonly id: string }
  | { readonly kind: "policy"; readonly scope: Scope }
  | { readonly kind: "restriction" };

export function parseRuleKey(
  subjects: Pick<Subjects, "unescape">,
  key: string,
): RuleKey | undefined {
  const [, kind, ...parts] = key.split(".").map((token) => subjects.unescape(token));
  const [first, second] = parts;
  if (kind === "x") return { kind: "restriction" };
  if (kind === "w" && first !== undefined) return { kind: "dictionary", id: first };
  if (kind !== "p" || second === undefined) return undefined;
  if (first === "all") return { kind: "policy", scope: { kind: "all" } };
  if (first === "type") return { kind: "policy", scope: { kind: "type", type: second } };
  return first === "room" ? { kind: "policy", scope: { kind: "room", room: second } } : undefined;
}
