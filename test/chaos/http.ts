import { Agent, request } from "node:http";

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** Few connections, kept; a logic that is killed takes its own with it. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** A POST with a bound over all of it. */
export function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body);
    const signal = AbortSignal.timeout(timeoutMs);
    const length = { "content-length": String(bytes.length) };
    const options = { method: "POST", agent, signal, headers: { ...headers, ...length } };
    const call = request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    call.on("error", reject);
    call.end(bytes);
  });
}

export function closeHttp(): void {
  agent.destroy();
}
