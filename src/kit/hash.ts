const encoder = new TextEncoder();

/**
 * FNV-1a, 32 bits, over the UTF-8 bytes of `text`, with Murmur3's finaliser because the low bits of
 * plain FNV are poor and the shard is taken from them. Part of the wire contract: every publisher
 * computes shards with it. Source: Fowler/Noll/Vo, http://www.isthe.com/chongo/tech/comp/fnv/.
 */
export function hash32(text: string): number {
  let hash = fnvOfAscii(text) ?? fnv(encoder.encode(text));
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

function fnv(bytes: Uint8Array): number {
  let hash = FNV_BASIS;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash;
}

/** The same for text whose bytes are its characters; undefined for other text. */
function fnvOfAscii(text: string): number | undefined {
  let hash = FNV_BASIS;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return undefined;
    hash = Math.imul(hash ^ code, FNV_PRIME);
  }
  return hash;
}
