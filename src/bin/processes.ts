import cluster from "node:cluster";
import {
  type ConfigSources,
  type ConfigSpec,
  loadConfig,
  type ProcessName,
} from "../kit/config.ts";
import type { SharedAddresses, SuperviseConfig } from "../kit/supervise.ts";

/** A process as the command line sees it: its configuration, and a way to run it. */
export interface ProcessEntry {
  readonly spec: ConfigSpec<never>;
  run(sources: ConfigSources): Promise<void>;
}

/** What each process is for, in the order of the help. */
export const processes: Readonly<Record<ProcessName, string>> = {
  comet: "hold the connections of clients",
  logic: "decide who gets what: the HTTP API, logins, commits to JetStream",
  job: "spread what was committed to the comets",
};

/** Whether `name` is one of the three. */
export function isProcessName(name: string): name is ProcessName {
  return Object.hasOwn(processes, name);
}

/** Loads no more than the named process: logic does not need uWebSockets, comet no HTTP server. */
export async function loadEntry(name: ProcessName): Promise<ProcessEntry> {
  switch (name) {
    case "comet": {
      const { cometConfig } = await import("../comet/config.ts");
      return supervised(
        cometConfig,
        () => import("../comet/main.ts"),
        ({ websocket, tcp }) => [
          ["websocket.bind", websocket.bind],
          ["tcp.bind", tcp.bind],
        ],
      );
    }
    case "logic": {
      const { logicConfig } = await import("../logic/config.ts");
      return supervised(
        logicConfig,
        () => import("../logic/main.ts"),
        ({ httpServer }) => [["httpServer.addr", [httpServer.addr]]],
      );
    }
    case "job": {
      const { jobConfig } = await import("../job/config.ts");
      return entry(jobConfig, () => import("../job/main.ts"));
    }
  }
}

type Load<T> = () => Promise<{ main(config: T): Promise<void> }>;

/** A process that runs as several under a supervisor when its configuration says so. */
function supervised<T extends SuperviseConfig>(
  spec: ConfigSpec<T>,
  load: Load<T>,
  shared: (config: T) => SharedAddresses,
): ProcessEntry {
  return entry(spec, async () => ({
    async main(config) {
      if (config.workers === 1 || cluster.isWorker) {
        const { main } = await load();
        return main(config);
      }
      const { supervise } = await import("../kit/supervise.ts");
      return supervise(spec.process, config, shared(config));
    },
  }));
}

function entry<T>(spec: ConfigSpec<T>, load: Load<T>): ProcessEntry {
  return {
    spec,
    async run(sources) {
      const config = loadConfig(spec, sources);
      const { main } = await load();
      await main(config);
    },
  };
}
