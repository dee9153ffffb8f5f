/** Endpoints of the users' logs: pages of mailboxes, and acknowledgements. */
import type { RpcHandler } from "../bus/bus.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { Acks } from "./acks.ts";
import type { Mail, MailPart, WaitingMail } from "./mail.ts";
import { decode, errorFields } from "./rpc-codec.ts";

export interface MailRpcDeps {
  readonly mail: Pick<Mail, "pages">;
  readonly acks: Acks;
}

export function mailRpc({ mail, acks }: MailRpcDeps): Readonly<Record<string, RpcHandler>> {
  const { logic } = goim;
  return {
    mailbox: async (data) => {
      const { reads } = decode(logic.MailboxReq, data);
      const parts = await mail.pages(
        reads.map(({ mid, after, entries, bytes }) => ({
          mid: mid ?? "",
          after: toNumber(after ?? 0),
          entries: entries ?? 0,
          bytes: bytes ?? 0,
        })),
      );
      const results = parts.map((part) =>
        part.status === "fulfilled" ? { mail: mailOf(part.value) } : errorFields(part.reason),
      );
      return logic.MailboxReply.encode({ results }).finish();
    },
    ack: async (data) => {
      const { requests } = decode(logic.AckBatchReq, data);
      const results = await acks.acknowledge(
        requests.map((request) => ({
          mid: request.mid ?? "",
          device: request.device ?? "",
          epoch: request.epoch ?? "",
          session: request.session ?? "",
          acked: toNumber(request.acked ?? 0),
          handed: toNumber(request.handed ?? 0),
          since: toNumber(request.since ?? 0),
          allEpoch: request.allEpoch ?? "",
          all: toNumber(request.allAcked ?? 0),
        })),
      );
      const replies = results.map((result) =>
        typeof result === "string" ? { fenced: result === "fenced" } : { error: result.code },
      );
      return logic.AckBatchReply.encode({ replies }).finish();
    },
  };
}

/** The kept broadcasts that some of these lack, newest first to stay within an answer. */
export function keptOf(mails: readonly WaitingMail[]) {
  const [first] = mails;
  if (first === undefined) return undefined;
  const { epoch, offset, entries } = first.all.kept;
  const lowest = Math.min(...mails.map(({ all }) => all.cursor));
  return { epoch, offset, entries: entries.filter((entry) => entry.offset > lowest) };
}

/** A part of a mailbox as it travels to a comet. */
export function mailOf({ epoch, cursor, last, oldest, entries, through }: MailPart) {
  return { epoch, cursor, last, oldest, through, entries: [...entries] };
}
