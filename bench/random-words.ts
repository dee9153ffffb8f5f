/** Random text of CJK. */
import { randomInt } from "node:crypto";

/** Characters that words and messages are made of: as many as are common. */
const FIRST = 0x4e00;
const COMMON = 3_500;

const character = () => String.fromCharCode(FIRST + randomInt(COMMON));
/** So many random characters. */
export const textOf = (length: number) => Array.from({ length }, character).join("");

/** Words of two to five of them. */
export function distinctWords(count: number): string[] {
  const words = new Set<string>();
  while (words.size < count) words.add(textOf(2 + randomInt(4)));
  return [...words];
}
