import type { System } from "../harness/cluster.ts";
import type { TestNats } from "../harness/nats.ts";
import type { NatsProxy } from "../harness/nats-proxy.ts";
import type { NodeProcess } from "../harness/node-process.ts";
import type { TcpProxy } from "../harness/tcp-proxy.ts";
import type { ChaosClient } from "./client.ts";
import { Random } from "./random.ts";
import type { FaultName, Planned } from "./schedule.ts";

/** What faults happen to. */
export interface World {
  readonly system: System;
  readonly servers: readonly TestNats[];
  /** Between each comet and NATS, one per server. */
  readonly links: readonly (readonly NatsProxy[])[];
  /** Between each job and NATS. */
  readonly jobLinks: readonly (readonly NatsProxy[])[];
  /** Between clients and each comet: WebSocket and TCP. */
  readonly doors: readonly (readonly TcpProxy[])[];
  readonly clients: readonly ChaosClient[];
  emptySessions(): Promise<void>;
  loseMailboxes(): Promise<void>;
}

export interface Fault {
  readonly name: FaultName;
  inject(): Promise<void>;
  heal(): Promise<void>;
}

type Make = (world: World, target: number, dice: Random, forMs: number) => Omit<Fault, "name">;

const nothing = async () => {};
const START_TRIES = 5;

const makers: Readonly<Record<FaultName, Make>> = {
  "kill-comet": ({ system }, n) => killed(system.comets[n]),
  "kill-logic": ({ system }, n) => killed(system.logics[n]),
  "kill-job": ({ system }, n) => killed(system.jobs[n]),
  "end-comet": ({ system }, n) => ended(system.comets[n]),
  "end-job": ({ system }, n) => ended(system.jobs[n]),
  "pause-comet": ({ system }, n) => paused(system.comets[n]),
  "pause-job": ({ system }, n) => paused(system.jobs[n]),
  "pause-logic": ({ system }, n) => paused(system.logics[n]),
  "restart-nats": ({ servers }, n) => ({
    inject: async () => await servers[n]?.kill(),
    heal: async () => await servers[n]?.restart(),
  }),
  "pause-redis": ({ system }) => ({
    inject: async () => system.redis?.pause(),
    heal: async () => system.redis?.resume(),
  }),
  "empty-sessions": (world) => ({ inject: () => world.emptySessions(), heal: nothing }),
  "lose-mailboxes": (world) => ({ inject: () => world.loseMailboxes(), heal: nothing }),
  "drop-casts": (world, n, dice) => dropped(world, n, dice, /^goim\.(room\.|all$)/),
  "drop-digests": (world, n, dice) => dropped(world, n, dice, /^goim\.digest\./),
  "drop-pushes": (world, n, dice) => dropped(world, n, dice, /^goim\.comet\./),
  "drop-all": (world, n, dice) => dropped(world, n, dice, /^(?!_INBOX|\$)/),
  "cut-link": ({ links }, n) => cut(links[n]),
  "stall-link": ({ links }, n) => stalled(links[n]),
  "slow-link": ({ links }, n, dice) => slow(links[n], dice),
  "cut-job-link": ({ jobLinks }, n) => cut(jobLinks[n]),
  "stall-job-link": ({ jobLinks }, n) => stalled(jobLinks[n]),
  "slow-job-link": ({ jobLinks }, n, dice) => slow(jobLinks[n], dice),
  "reset-clients": ({ doors }, n, dice) => {
    const share = dice.between(0.1, 1);
    const reset = async () => {
      for (const door of doors[n] ?? []) door.reset(() => dice.chance(share));
    };
    return { inject: reset, heal: reset };
  },
  "stall-clients": ({ doors }, n, dice) => {
    const share = dice.between(0.05, 0.5);
    return {
      inject: async () => {
        for (const door of doors[n] ?? []) door.stall(() => dice.chance(share));
      },
      heal: async () => {
        for (const door of doors[n] ?? []) door.flow();
      },
    };
  },
  "stall-readers": ({ clients }, _, dice, forMs) => ({
    inject: async () => {
      for (const one of dice.some(clients, 1 + dice.below(8))) one.stallReading(forMs);
    },
    heal: nothing,
  }),
};

/** The fault that was planned, on the things that are there. */
export function createFault(planned: Planned, world: World, seed: number): Fault {
  const target = Number(planned.target.split("-").at(-1)) - 1;
  const dice = new Random(seed).fork(planned.label);
  return { name: planned.name, ...makers[planned.name](world, target, dice, planned.forMs) };
}

function onEach(
  links: readonly NatsProxy[] = [],
  inject: (link: NatsProxy) => void,
  heal: (link: NatsProxy) => void,
): Omit<Fault, "name"> {
  return {
    inject: async () => links.forEach(inject),
    heal: async () => links.forEach(heal),
  };
}

function cut(links: readonly NatsProxy[] | undefined): Omit<Fault, "name"> {
  const inject = (link: NatsProxy) => {
    link.refuse(true);
    link.cut();
  };
  return onEach(links, inject, (link) => link.refuse(false));
}

function stalled(links: readonly NatsProxy[] | undefined): Omit<Fault, "name"> {
  return onEach(
    links,
    (link) => link.stall(),
    (link) => link.flow(),
  );
}

function slow(links: readonly NatsProxy[] | undefined, dice: Random): Omit<Fault, "name"> {
  const ms = Math.round(dice.between(50, 600));
  return onEach(
    links,
    (link) => link.delay(ms),
    (link) => link.delay(0),
  );
}

function killed(one: NodeProcess | undefined): Omit<Fault, "name"> {
  return {
    inject: async () => void (await one?.kill9()),
    heal: () => started(one),
  };
}

/** SIGTERM: an orderly end, as in a rolling update. */
function ended(one: NodeProcess | undefined): Omit<Fault, "name"> {
  return {
    inject: async () => void (await one?.terminate()),
    heal: () => started(one),
  };
}

function paused(one: NodeProcess | undefined): Omit<Fault, "name"> {
  return { inject: async () => one?.pause(), heal: async () => one?.resume() };
}

/** While it was down a connection of somebody may have got its port; it goes away soon. */
async function started(one: NodeProcess | undefined): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await one?.start();
    } catch (error) {
      if (attempt === START_TRIES) throw error;
      await one?.kill9();
    }
  }
}

/** Loses messages on their way to one comet, some or all. */
function dropped({ links }: World, n: number, dice: Random, subjects: RegExp): Omit<Fault, "name"> {
  const share = dice.chance(0.3) ? 1 : dice.between(0.1, 0.9);
  const fits = (subject: string) => subjects.test(subject) && dice.chance(share);
  const each = (wanted: ((subject: string) => boolean) | undefined) => {
    for (const link of links[n] ?? []) link.drop(wanted);
  };
  return { inject: async () => each(fits), heal: async () => each(undefined) };
}
