import type { MailPage } from "../store/mailbox.ts";

/** A page, and where it begins. */
type Page = MailPage & { readonly cursor: number };

/** Bytes of an entry besides its body, as it is encoded. */
const ENTRY_BYTES = 64;

/**
 * Cuts pages so that together they have at most `bytes`: an equal share each, and what one does not
 * need goes to those after it. A page that is cut ends at its last entry, and may be left without
 * any. `getOn`: the first entry of all stays, however large; where it takes more than there is, the
 * pages after it are left out, so that the answer stays one that NATS takes.
 */
export function fitPages<T extends Page>(
  pages: readonly T[],
  { bytes, getOn }: { readonly bytes: number; readonly getOn: boolean },
): { readonly pages: T[]; readonly cut: number } {
  const fitted: T[] = [];
  let behind = pages.filter(({ entries }) => entries.length > 0).length;
  let left = bytes;
  let cut = 0;
  let first = getOn;
  for (const page of pages) {
    if (left < 0) break;
    const { count, used } = fitting(page, left / Math.max(1, behind), first);
    if (page.entries.length > 0) behind--;
    if (count > 0) first = false;
    left -= used;
    if (count < page.entries.length) cut++;
    fitted.push(count < page.entries.length ? cutAt(page, count) : page);
  }
  return { pages: fitted, cut };
}

function fitting({ entries }: Page, share: number, first: boolean) {
  let [count, used] = [0, 0];
  for (const { body } of entries) {
    const size = body.length + ENTRY_BYTES;
    if (used + size > share && !(first && count === 0)) break;
    used += size;
    count++;
  }
  return { count, used };
}

function cutAt<T extends Page>(page: T, count: number): T {
  const entries = page.entries.slice(0, count);
  return { ...page, entries, through: entries.at(-1)?.offset ?? page.cursor };
}
