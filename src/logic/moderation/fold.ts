/**
 * Text as the word filter compares it: without regard to width, case, accents and whatever is put
 * between letters to hide a word, with a way back to where each unit came from.
 */

/** What comes before the first letter of a block that is written without spaces. */
const CJK_FROM = 0x2e80;
const SPACE = 0x20;

/** In the table of single units. */
const UNKNOWN = 0;
const DROPPED = 1;
const SEVERAL = 2;

const whitespace = /\s/u;
/** Voiced marks make other letters of kana: they are kept. */
const voiced = /[\u3099\u309a]/u;
/** Marks of no script are put on letters to hide them; those of a script belong to its letters. */
const marks = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{P}\p{S}\p{Script=Inherited}]/gu;
const combining = /\p{M}/u;

const table = new Uint16Array(0x10000);
/** Foldings of single units and of pairs that become several units. */
const several = new Map<string, string>();
/** Pairs seen last are kept: texts hold few different ones, and there are a million of them. */
const SEVERAL_MAX = 16_384;

function foldCharacter(character: string): string {
  if (whitespace.test(character)) return " ";
  const folded = character.normalize("NFKD").toUpperCase().toLowerCase().normalize("NFKD");
  return folded.replaceAll(marks, (mark) => (voiced.test(mark) ? mark : ""));
}

/** The folding of one unit that is no half of a pair, as the table keeps it. */
function learn(unit: number): number {
  const character = String.fromCharCode(unit);
  const folded = foldCharacter(character);
  let entry = folded.charCodeAt(0);
  if (folded === "") entry = DROPPED;
  else if (folded.length > 1 || entry <= SEVERAL) {
    entry = SEVERAL;
    remember(character, folded);
  }
  table[unit] = entry;
  return entry;
}

function remember(character: string, folded: string): void {
  if (several.size >= SEVERAL_MAX) {
    // Those of single units are found again by asking.
    several.clear();
    table.fill(UNKNOWN);
  }
  several.set(character, folded);
}

function foldSeveral(character: string): string {
  const known = several.get(character);
  if (known !== undefined) return known;
  const folded = foldCharacter(character);
  remember(character, folded);
  return folded;
}

/** A folded text; reused, so what is in it is good until the next `fold` into it. */
export class Folded {
  /** The units compared; the first `length` of them count. */
  units = new Uint16Array(1024);
  /** For each, where in the original its character begins ... */
  starts = new Uint32Array(1024);
  /** ... and ends. */
  ends = new Uint32Array(1024);
  length = 0;

  #space = -1;

  /** Takes the next unit; a space waits for what comes behind it. */
  add(unit: number, start: number, end: number): void {
    if (unit === SPACE) {
      if (this.#space < 0) this.#space = start;
      return;
    }
    if (this.#space >= 0) {
      const before = this.length === 0 ? CJK_FROM : (this.units[this.length - 1] as number);
      if (before < CJK_FROM && unit < CJK_FROM) this.#push(SPACE, this.#space, this.#space + 1);
      this.#space = -1;
    }
    this.#push(unit, start, end);
  }

  end(): void {
    this.#space = -1;
  }

  #push(unit: number, start: number, end: number): void {
    if (this.length === this.units.length) this.#grow();
    this.units[this.length] = unit;
    this.starts[this.length] = start;
    this.ends[this.length++] = end;
  }

  #grow(): void {
    const size = this.units.length * 2;
    const { units, starts, ends } = this;
    this.units = new Uint16Array(size);
    this.starts = new Uint32Array(size);
    this.ends = new Uint32Array(size);
    this.units.set(units);
    this.starts.set(starts);
    this.ends.set(ends);
  }
}

/**
 * Folds `text` into `out`. White space between two letters becomes one space, none beside a letter
 * of a script that is written without spaces, none at the ends.
 */
export function fold(text: string, out: Folded): void {
  out.length = 0;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    const pair = (unit & 0xfc00) === 0xd800 && isLow(text.charCodeAt(at + 1));
    const end = pair ? at + 2 : at + 1;
    const known = pair ? SEVERAL : (table[unit] as number);
    const entry = known === UNKNOWN ? learn(unit) : known;
    if (entry === SEVERAL) {
      const folded = foldSeveral(text.slice(at, end));
      for (let index = 0; index < folded.length; index++) {
        out.add(folded.charCodeAt(index), at, end);
      }
    } else if (entry !== DROPPED) {
      out.add(entry, at, end);
    }
    at = end;
  }
  out.end();
}

function isLow(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}

const scratch = new Folded();

/** A word of a dictionary as texts are compared with it; "" where nothing of it is a letter. */
export function foldWord(word: string): string {
  fold(word, scratch);
  let folded = "";
  for (let at = 0; at < scratch.length; at++)
    folded += String.fromCharCode(scratch.units[at] as number);
  return folded;
}

/** Whether a folded word is long enough not to be in every text: two units, or one of CJK. */
export function isLongEnough(folded: string): boolean {
  return folded.length > 1 || folded.charCodeAt(0) >= CJK_FROM;
}

/** Replaces these spans of the text, ascending and apart, by one `*` for each character. */
export function maskSpans(text: string, spans: readonly (readonly [number, number])[]): string {
  let masked = "";
  let done = 0;
  for (const [start, from] of spans) {
    let end = from;
    // A mark on the last letter would go on to the star.
    while (end < text.length && combining.test(text[end] as string)) end++;
    masked += text.slice(done, start) + "*".repeat([...text.slice(start, from)].length);
    done = Math.max(done, end);
  }
  return masked + text.slice(done);
}
