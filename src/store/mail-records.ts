/** The records of the bucket GOIM_MAILBOX and the members of a mailbox in Redis (proto/mailbox). */
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { IndexEntry, MailHead, PageRef } from "./mail-index.ts";
import type { MailEntry } from "./mailbox.ts";

/** The entry as it lies in the index. */
export function indexed(entry: MailEntry, inlineBytes: number): IndexEntry {
  const { body, ...rest } = entry;
  const inline = body.length <= inlineBytes;
  return { ...rest, body: inline ? body : undefined, bytes: body.length };
}

export function encodeHead(head: MailHead): Uint8Array {
  const entries = head.entries.map(fieldsOf);
  return goim.store.MailHead.encode({ ...head, pages: [...head.pages], entries }).finish();
}

export function encodePage(entries: readonly IndexEntry[]): Uint8Array {
  return goim.store.MailPage.encode({ entries: entries.map(fieldsOf) }).finish();
}

export function encodeEntry(entry: IndexEntry): Uint8Array {
  return goim.push.MailEntry.encode(fieldsOf(entry)).finish();
}

/** Undefined for what is no head of ours. */
export function decodeHead(bytes: Uint8Array): MailHead | undefined {
  const head = attempt(() => goim.store.MailHead.decode(bytes));
  if (head === undefined || head.epoch === "") return undefined;
  const last = toNumber(head.last ?? 0);
  const dropped = toNumber(head.dropped ?? 0);
  const pages = head.pages.map(refOf);
  const entries = head.entries.map(entryOf);
  let before = dropped;
  for (const page of pages) {
    if (!(page.first > before && page.last >= page.first && page.entries > 0)) return undefined;
    before = page.last;
  }
  if (!isAscending(entries, before, last)) return undefined;
  const { epoch, life } = head;
  return { epoch: epoch ?? "", life: life ?? "", last, dropped, pages, entries };
}

/** Undefined for what is not this page. */
export function decodePage(bytes: Uint8Array, ref: PageRef): IndexEntry[] | undefined {
  const page = attempt(() => goim.store.MailPage.decode(bytes));
  const entries = page?.entries.map(entryOf) ?? [];
  if (entries.length !== ref.entries || !isAscending(entries, 0, ref.last)) return undefined;
  return entries[0]?.offset === ref.first && entries.at(-1)?.offset === ref.last
    ? entries
    : undefined;
}

export function decodeEntry(bytes: Uint8Array): IndexEntry | undefined {
  const entry = attempt(() => goim.push.MailEntry.decode(bytes));
  return entry === undefined ? undefined : entryOf(entry);
}

function fieldsOf(entry: IndexEntry): goim.push.MailEntry.$Properties {
  const { body, bytes, ...rest } = entry;
  return body === undefined ? { ...rest, bytes } : { ...rest, body };
}

function entryOf(entry: goim.push.MailEntry.$Properties): IndexEntry {
  const body = entry.body ?? undefined;
  return {
    offset: toNumber(entry.offset ?? 0),
    op: entry.op ?? 0,
    body,
    bytes: body?.length ?? entry.bytes ?? 0,
    expiresAt: toNumber(entry.expiresAt ?? 0),
    time: toNumber(entry.time ?? 0),
    sender: entry.sender ?? "",
  };
}

function refOf(ref: goim.store.MailPageRef.$Properties): PageRef {
  return {
    id: ref.id ?? "",
    revision: toNumber(ref.revision ?? 0),
    first: toNumber(ref.first ?? 0),
    last: toNumber(ref.last ?? 0),
    entries: ref.entries ?? 0,
    bytes: toNumber(ref.bytes ?? 0),
    time: toNumber(ref.time ?? 0),
  };
}

function isAscending(entries: readonly IndexEntry[], above: number, upTo: number): boolean {
  let before = above;
  for (const { offset } of entries) {
    if (!Number.isSafeInteger(offset) || offset <= before || offset > upTo) return false;
    before = offset;
  }
  return true;
}

function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
