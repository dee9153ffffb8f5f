import { checkVersion1 } from "./check-v1.ts";
import { checkVersion2 } from "./check-v2.ts";
import type { ClientHistory, History, Message } from "./history.ts";
import { Table, type Violation } from "./table.ts";

export type { Violation } from "./table.ts";

/** What the system under test promises, and what the schedule of faults excuses. */
export interface CheckOptions {
  /**
   * Users have mailboxes: nothing in a user's log is missing, also what was pushed while the client
   * was away. Without them that log is only in order.
   */
  readonly mailboxes: boolean;
  /** The schedule destroyed mailboxes and cursors, so clients may be told that some is gone. */
  readonly mailboxLoss: boolean;
}

/** Finds one client's violations. */
export interface ClientCheck {
  readonly client: ClientHistory;
  readonly table: Table;
  readonly options: CheckOptions;
  readonly report: Report;
}

export type Report = (
  rule: string,
  text: string,
  at: number,
  more?: { message?: Message | undefined; open?: boolean },
) => void;

/** Of one client; the first ones tell, the rest follows from them. */
const PER_CLIENT_MAX = 20;

/**
 * Compares what was acknowledged with what each client saw. Pure; may be asked while things are
 * still happening: then the open ones say what has not come yet. Oldest first.
 */
export function check(history: History, options: CheckOptions): Violation[] {
  const table = new Table(history);
  const violations = [...table.violations];
  for (const client of history.clients) {
    const own: Violation[] = [];
    const report: Report = (rule, text, at, { message, open = false } = {}) => {
      if (own.length >= PER_CLIENT_MAX) return;
      own.push({ rule, text, at, client: client.name, open, ...(message && { message }) });
    };
    const one = { client, table, options, report };
    if (client.version === 1) checkVersion1(one);
    else checkVersion2(one);
    violations.push(...own);
  }
  return violations.sort((a, b) => a.at - b.at);
}
