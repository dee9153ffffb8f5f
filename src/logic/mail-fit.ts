import type { MailPage } from "../store/mailbox.ts";

/** A page, and where it begins. */
type Page = MailPage & { readonly cursor: number };

/** Bytes of an entry besides its body, as it is encoded. */
const ENTRY_BYTES = 64;

/**
 * Cuts pages so that together they have at most `bytes`; a page that is cut ends at its last entry,
 * and may be left without any. `getOn`: the first page with an entry keeps that one, however
 * large, and then the rest of the pages is left out, so that the answer stays one that NATS takes.
 */
export function fitPages<T extends Page>(
  pages: readonly T[],
  { bytes, getOn }: { readonly bytes: number; readonly getOn: boolean },
): { readonly pages: T[]; readonly cut: number } {
  const fitted: T[] = [];
  let left = bytes;
  let cut = 0;
  let first = getOn;
  for (const page of pages) {
    let count = 0;
    for (const entry of page.entries) {
      const size = entry.body.length + ENTRY_BYTES;
      if (size > left && !first) break;
      left -= size;
      count++;
      first = false;
      if (left < 0) break;
    }
    if (count < page.entries.length) cut++;
    fitted.push(count < page.entries.length ? cutAt(page, count) : page);
    if (left < 0) break;
  }
  return { pages: fitted, cut };
}

function cutAt<T extends Page>(page: T, count: number): T {
  const entries = page.entries.slice(0, count);
  return { ...page, entries, through: entries.at(-1)?.offset ?? page.cursor };
}
