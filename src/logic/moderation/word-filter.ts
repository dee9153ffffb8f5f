/** Sensitive words: which of them a message has, and what is to be done about it. */
import type { Clock } from "../../kit/clock.ts";
import { parseRoomId } from "../../protocol/room-id.ts";
import { Automaton, slices, type Turn } from "./automaton.ts";
import { Folded, fold, foldWord, isLongEnough, maskSpans } from "./fold.ts";

/** What is done with a message that has a word of a dictionary, the hardest first. */
export const wordActions = ["block", "mask", "flag"] as const;
export type WordAction = (typeof wordActions)[number];

/** For which rooms something holds. */
export type Scope =
  | { readonly kind: "all" }
  | { readonly kind: "type"; readonly type: string }
  | { readonly kind: "room"; readonly room: string };

export interface Dictionary {
  readonly id: string;
  /** Of its value in the bucket. */
  readonly revision: number;
  readonly scope: Scope;
  readonly action: WordAction;
  /** anywhere: also inside of longer words. word: only where no letter or digit is next to it. */
  readonly match: "anywhere" | "word";
  readonly words: readonly string[];
}

/** What was found in a message. */
export interface WordVerdict {
  readonly action: WordAction | "pass";
  /** With "mask": the texts as they may be shown. */
  readonly texts: readonly string[];
  /** With "mask": for each text what was masked of it, ascending and apart. */
  readonly spans: readonly (readonly Span[])[];
  /** The first few words found, as the dictionaries compare them. */
  readonly words: readonly string[];
  /** Ids of the dictionaries that have them. */
  readonly dictionaries: readonly string[];
}

export interface DictionaryState {
  readonly id: string;
  readonly revision: number;
  readonly scope: Scope;
  readonly words: number;
  readonly states: number;
  /** Words that cannot be looked for: nothing of them is a letter, or too little. */
  readonly skipped: number;
}

interface Built extends Omit<DictionaryState, "scope"> {
  readonly dictionary: Omit<Dictionary, "words">;
  readonly folded: readonly string[];
  readonly automaton: Automaton;
}

export interface WordFilterConfig {
  /** Milliseconds of work in one piece while a dictionary is built. */
  readonly sliceMs: number;
}

/** A part of a text, in UTF-16 units. */
export type Span = [start: number, end: number];

const WORDS_TOLD_MAX = 8;
/** Words between two looks at the clock. */
const FOLD_EVERY = 64;
const letter = /[\p{L}\p{N}]/u;

export class WordFilter {
  readonly #config: WordFilterConfig;
  readonly #clock: Pick<Clock, "monotonic" | "yield">;
  readonly #built = new Map<string, Built>();
  readonly #text = new Folded();
  #all: Built[] = [];
  #byType = new Map<string, Built[]>();
  #byRoom = new Map<string, Built[]>();

  constructor(config: WordFilterConfig, clock: Pick<Clock, "monotonic" | "yield">) {
    this.#config = config;
    this.#clock = clock;
  }

  /** Dictionaries in force. */
  get size(): number {
    return this.#built.size;
  }

  /** Builds the dictionary beside the work of the process and puts it in its place. */
  async set(dictionary: Dictionary): Promise<void> {
    const options = {
      sliceMs: this.#config.sliceMs,
      monotonic: () => this.#clock.monotonic(),
      turn: (() => new Promise<void>((done) => this.#clock.yield(done))) satisfies Turn,
    };
    const slice = slices(options);
    const folded: string[] = [];
    let skipped = 0;
    for (const [index, word] of dictionary.words.entries()) {
      const one = foldWord(word);
      if (isLongEnough(one)) folded.push(one);
      else skipped++;
      if (index % FOLD_EVERY === 0) await slice();
    }
    const automaton = await Automaton.build(folded, options);
    const { words: _, ...rest } = dictionary;
    const { id, revision } = dictionary;
    const states = { states: automaton.states, words: folded.length, skipped };
    this.#built.set(id, { id, revision, ...states, dictionary: rest, folded, automaton });
    this.#arrange();
  }

  remove(id: string): void {
    if (this.#built.delete(id)) this.#arrange();
  }

  states(): DictionaryState[] {
    return [...this.#built.values()].map(({ dictionary, revision, words, states, skipped }) => {
      const { id, scope } = dictionary;
      return { id, revision, scope, words, states, skipped };
    });
  }

  /** Looks at texts that are to be shown in a room. */
  check(room: string, texts: readonly string[]): WordVerdict {
    const lists = [this.#all, this.#byType.get(parseRoomId(room).type), this.#byRoom.get(room)];
    const words = new Set<string>();
    const dictionaries = new Set<string>();
    let action = "pass" as WordVerdict["action"];
    const found = texts.map((text) => {
      fold(text, this.#text);
      const spans: Span[] = [];
      for (const built of lists.flatMap((list) => list ?? [])) {
        if (!this.#find(built, text, { words, spans })) continue;
        dictionaries.add(built.id);
        action = harder(action, built.dictionary.action);
      }
      return together(spans);
    });
    const what = { words: [...words].slice(0, WORDS_TOLD_MAX), dictionaries: [...dictionaries] };
    if (action !== "mask") return { action, texts, spans: [], ...what };
    const masked = texts.map((text, at) => maskSpans(text, found[at] ?? []));
    return { action, texts: masked, spans: found, ...what };
  }

  /** Whether the folded text has one of its words; where they are is told if it masks them. */
  #find(built: Built, text: string, into: { words: Set<string>; spans: Span[] }): boolean {
    const { automaton, folded, dictionary } = built;
    const { units, length, starts, ends } = this.#text;
    let has = false;
    automaton.find(units, length, (word, end) => {
      const one = folded[word] as string;
      const start = starts[end - one.length] as number;
      const stop = ends[end - 1] as number;
      if (dictionary.match === "word" && !standsAlone(text, start, stop)) return;
      has = true;
      if (into.words.size < WORDS_TOLD_MAX) into.words.add(one);
      if (dictionary.action === "mask") into.spans.push([start, stop]);
    });
    return has;
  }

  #arrange(): void {
    this.#all = [];
    this.#byType = new Map();
    this.#byRoom = new Map();
    for (const built of this.#built.values()) {
      const { scope } = built.dictionary;
      if (scope.kind === "all") this.#all.push(built);
      else if (scope.kind === "type") listed(this.#byType, scope.type).push(built);
      else listed(this.#byRoom, scope.room).push(built);
    }
  }
}

function listed(map: Map<string, Built[]>, name: string): Built[] {
  const list = map.get(name) ?? [];
  map.set(name, list);
  return list;
}

function harder(one: WordVerdict["action"], other: WordAction): WordAction {
  if (one === "pass") return other;
  return wordActions.indexOf(one) <= wordActions.indexOf(other) ? one : other;
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = [...text.slice(Math.max(0, start - 2), start)].at(-1) ?? "";
  const [after = ""] = text.slice(end, end + 2);
  return !letter.test(before) && !letter.test(after);
}

/** Spans that touch or overlap as one, ascending. */
function together(spans: Span[]): Span[] {
  const joined: Span[] = [];
  for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}
