import { buffer } from "node:stream/consumers";
import type { Command } from "commander";
import { decodePayload, payloadTypes } from "../decode.ts";

/** `goim decode`: the filter for `nats sub --translate`, one payload in, one JSON text out. */
export function registerDecode(program: Command): void {
  program
    .command("decode")
    .description("read one payload of ours from standard input and print it as JSON")
    .option("-t, --type <message>", `its type (else it is guessed): ${payloadTypes().join(", ")}`)
    .action(async (options: { type?: string }) => {
      const payload = await buffer(process.stdin);
      process.stdout.write(`${JSON.stringify(decodePayload(payload, options.type), null, 2)}\n`);
    });
}
