import { GoimError, isGoimError } from "../../kit/errors.ts";
import { bytesOf, cutShort } from "./light.ts";

/**
 * The whole body, any bytes, perhaps none. Fails with "too_large" as soon as it is known to be, and
 * with "invalid" when the client went away before its end.
 */
export function readBody(request: Request, bytesMax: number): Promise<Uint8Array> {
  const length = request.headers.get("content-length");
  if (length === null) return readChunks(request, bytesMax);
  // Node ends a body at its content length, so this cannot grow beyond the bound.
  return Number(length) > bytesMax ? Promise.reject(tooLarge(bytesMax)) : bytesOf(request);
}

async function readChunks(request: Request, bytesMax: number): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw tooLarge(bytesMax);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw isGoimError(cause) ? cause : cutShort(cause);
  }
  return Buffer.concat(chunks);
}

function tooLarge(bytesMax: number): GoimError {
  return new GoimError("too_large", `the body is larger than ${bytesMax} bytes`);
}
