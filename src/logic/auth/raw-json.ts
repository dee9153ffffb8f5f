/**
 * The parts of a JSON text as they are written, because JSON.parse rounds large integers. The text
 * must have passed JSON.parse before: only what valid JSON can hold is looked for here.
 */

export interface RawMember {
  readonly name: string;
  /** The value as written, without white space around it. */
  readonly raw: string;
}

/** Members of the outermost object, in order; a repeated name comes each time. */
export function jsonMembers(text: string): RawMember[] {
  const members: RawMember[] = [];
  let at = skipSpace(text, text.indexOf("{") + 1);
  while (at < text.length && text[at] !== "}") {
    const nameEnd = valueEnd(text, at);
    const start = skipSpace(text, text.indexOf(":", nameEnd) + 1);
    const end = valueEnd(text, start);
    members.push({
      name: JSON.parse(text.slice(at, nameEnd)) as string,
      raw: text.slice(start, end),
    });
    at = nextItem(text, end);
  }
  return members;
}

/** Elements of the outermost array, in order, as written. */
export function jsonElements(text: string): string[] {
  const elements: string[] = [];
  let at = skipSpace(text, text.indexOf("[") + 1);
  while (at < text.length && text[at] !== "]") {
    const end = valueEnd(text, at);
    elements.push(text.slice(at, end));
    at = nextItem(text, end);
  }
  return elements;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (" \t\n\r".includes(text[at] ?? "x")) at++;
  return at;
}

/** Position of the next item after a comma, or of the closing bracket. */
function nextItem(text: string, from: number): number {
  const at = skipSpace(text, from);
  return text[at] === "," ? skipSpace(text, at + 1) : at;
}

/** Position after the value that starts at `from`. */
function valueEnd(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return stringEnd(text, from);
  if (first === "{" || first === "[") return nestedEnd(text, from);
  let at = from;
  while (at < text.length && !" \t\n\r,:]}".includes(text[at] ?? "")) at++;
  return at;
}

function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function nestedEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      at = stringEnd(text, at);
      continue;
    }
    if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") depth--;
    at++;
    if (depth === 0) break;
  }
  return at;
}
