/** A plan as text. */
import { limits } from "./costs.ts";
import type { Workload } from "./load.ts";
import type { Headroom, Plan } from "./plan.ts";

export function planText(work: Workload, plan: Plan, headroom: Headroom): string {
  const { sizes, load } = plan;
  const { comet, logic, job, nats } = load;
  const gbit = (bytes: number) => `${((bytes * 8) / 1e9).toFixed(2)} Gbit/s`;
  const flush = work.flushSeconds * 1000;
  const rows = [
    ["", "processes", "cores each", "memory each", ""],
    [
      "comet",
      count(sizes.comets),
      comet.cores.toFixed(2),
      memory(comet.memory),
      `${count(comet.connections)} connections, ${count(comet.rooms)} rooms, ` +
        `flushes ${Math.round(comet.flushSeconds * 1000)} ms apart, ` +
        `${count(comet.casts)} casts/s in, ${count(comet.sends)} sends/s, ` +
        `${gbit(comet.bytesOut)} out`,
    ],
    [
      "logic",
      count(sizes.logics),
      logic.cores.toFixed(2),
      memory(logic.memory),
      `${logic.counting.toFixed(2)} cores of it for counts of rooms`,
    ],
    ["job", count(sizes.jobs), job.cores.toFixed(2), memory(job.memory), ""],
    [
      "nats-server",
      count(sizes.natsNodes),
      nats.cores.toFixed(2),
      memory(nats.memory),
      `${count(nats.writes)} stored/s in ${plan.streams} stream${plan.streams === 1 ? "" : "s"} ` +
        `of rooms, ${count(nats.out)} messages/s out, ${gbit(nats.bytesOut)}, ` +
        `${count(nats.subscriptions)} subscriptions`,
    ],
  ];
  return [
    `${count(work.connections)} connections (${work.transport}), ${count(work.rooms)} ` +
      `room${work.rooms === 1 ? "" : "s"}, ${work.roomRate} messages/s each; the largest: ` +
      `${count(work.roomMax)} members, ${work.roomMaxRate}/s; ` +
      `${work.bodyBytes} bytes; flushes at most ${flush} ms apart`,
    `${count(work.userRate)} pushes to users/s, ${count(work.loginRate)} logins/s; ` +
      `${headroom.cores} of a core used at most, ${headroom.natsCores} cores for a nats-server`,
    "",
    ...columns(rows),
    "",
    "what breaks first (1.00 = all of it is used)",
    ...columns(
      plan.limits.map(({ what, used, setting }) => [
        `  ${used.toFixed(2)}${used > 1 ? " !" : ""}`,
        what,
        setting,
      ]),
    ),
    "",
    `rooms spread evenly; a nats-server reads its files from memory; Node's heap is ` +
      `${memory(limits.heapBytes)} unless NODE_OPTIONS says otherwise`,
  ].join("\n");
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function memory(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
