/** A question to the user's own code as a POST. */
import { GoimError } from "../../kit/errors.ts";

interface Post {
  readonly call: typeof fetch;
  readonly url: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly answerBytesMax: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Resolves to the body of an answer of 200. 401 and 403 are the service's own refusal: GoimError
 * "unauthorized" and "forbidden". Everything else is no answer and rejects with another Error.
 */
export async function postQuestion(
  { call, url, timeout, answerBytesMax, headers }: Post,
  question: string,
): Promise<Uint8Array> {
  const response = await call(url, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json", Accept: "application/json" },
    body: question,
    redirect: "error",
    signal: AbortSignal.timeout(timeout),
  });
  if (response.status === 200) return await bodyWithin(response, answerBytesMax);
  await response.body?.cancel();
  if (response.status === 401) throw new GoimError("unauthorized", "this login is not allowed");
  if (response.status === 403) throw new GoimError("forbidden", "this is not allowed");
  throw new Error(`the hook's address answered with status ${response.status}`);
}

async function bodyWithin(response: Response, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
