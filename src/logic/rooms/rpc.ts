/** What comets ask about rooms with policies. */
import type { RpcHandler } from "../../bus/bus.ts";
import { GoimError } from "../../kit/errors.ts";
import { goim } from "../../protocol/gen/messages.js";
import { decode } from "../rpc-codec.ts";
import type { Admitted, RoomPolicy } from "./policy.ts";

export interface PolicyRpcDeps {
  readonly policy: Pick<RoomPolicy, "admit" | "guards">;
}

export function policyRpc({ policy }: PolicyRpcDeps): Readonly<Record<string, RpcHandler>> {
  const { logic } = goim;
  return {
    join: async (data) => {
      const { checks } = decode(logic.JoinReq, data);
      const answers = await policy.admit(
        checks.map(({ room, mid, again }) => ({
          room: room ?? "",
          mid: mid || "0",
          again: again ?? false,
        })),
      );
      return logic.JoinReply.encode({ verdicts: answers.map(verdictOf) }).finish();
    },
    guards: async (data) => {
      const { rooms } = decode(logic.GuardsReq, data);
      return logic.GuardsReply.encode({ guards: await policy.guards(rooms) }).finish();
    },
  };
}

function verdictOf(answer: Admitted | GoimError): goim.logic.IRoomVerdict {
  if (answer instanceof GoimError) return { error: answer.code, errorText: answer.message };
  const { guard, cursor, history } = answer;
  const place = cursor === undefined ? {} : { since: cursor.offset, epoch: cursor.epoch };
  return { guard, noHistory: !history, ...place };
}
