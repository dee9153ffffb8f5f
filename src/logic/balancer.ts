/**
 * Which comets a new client should try first, with goim's weights: a comet's share of all weight,
 * its own region's comets with a gain, less half of its share of all connections.
 */
import type { CometInfo } from "../bus/bus.ts";

/** Most comets in one answer. */
export const NODES_MAX = 5;

const WEIGHT_MIN = 1;
const WEIGHT_MAX = 1 << 20;

/** How much of its connection share is taken from a comet's weight share. */
const CONNECTION_FACTOR = 0.5;

export interface Balancer {
  /** Replaces what is known. Counts raised by `choose` hold until the comet reports again. */
  update(comets: readonly CometInfo[]): void;
  /** At most NODES_MAX comets, the best first, which is counted as having one client more. */
  choose(region: string): readonly CometInfo[];
}

interface Node {
  readonly comet: CometInfo;
  connections: number;
}

/** `regionWeight` is the gain of comets in the client's region. */
export function createBalancer(regionWeight: number): Balancer {
  let nodes = new Map<string, Node>();
  return {
    update: (comets) => {
      const next = new Map<string, Node>();
      // An offline or draining comet gets no new clients and has no part in the shares.
      for (const comet of comets.filter(({ offline }) => !offline)) {
        const old = nodes.get(comet.id);
        const same = old !== undefined && old.comet.updatedAt === comet.updatedAt;
        next.set(comet.id, { comet, connections: same ? old.connections : comet.connections });
      }
      nodes = next;
    },
    choose: (region) => {
      const ranked = rank([...nodes.values()], region, regionWeight);
      const [best] = ranked;
      if (best !== undefined) best.connections++;
      return ranked.slice(0, NODES_MAX).map((node) => node.comet);
    },
  };
}

function rank(nodes: readonly Node[], region: string, regionWeight: number): Node[] {
  const totals = {
    weight: nodes.reduce((sum, { comet }) => sum + comet.weight, 0),
    connections: nodes.reduce((sum, node) => sum + node.connections, 0),
  };
  const score = (node: Node) =>
    weigh(
      { weight: node.comet.weight, connections: node.connections },
      totals,
      // No region known is no region: comets without one do not gain by it.
      region !== "" && node.comet.region === region ? regionWeight : 1,
    );
  return nodes
    .map((node) => ({ node, score: score(node) }))
    .sort((a, b) => b.score - a.score || byLoad(a.node, b.node))
    .map(({ node }) => node);
}

/** Equal scores: the emptier comet first, then by id, so that nothing depends on luck. */
function byLoad(a: Node, b: Node): number {
  return a.connections - b.connections || (a.comet.id < b.comet.id ? -1 : 1);
}

export interface Load {
  readonly weight: number;
  readonly connections: number;
}

/** The current weight of one comet among all of them. */
export function weigh(node: Load, totals: Load, gain: number): number {
  const fixed = node.weight * gain;
  // While nobody is connected there are no shares, only the weights themselves.
  if (totals.connections <= 0) return fixed;
  const totalWeight = totals.weight + Math.trunc(fixed) - node.weight;
  const weightShare = totalWeight > 0 ? fixed / totalWeight : 0;
  const connectionShare = (node.connections / totals.connections) * CONNECTION_FACTOR;
  const difference = weightShare - connectionShare;
  const current = Math.trunc(fixed + roundHalfDown(difference * totals.connections));
  return difference < 0 ? Math.max(WEIGHT_MIN, current) : Math.min(WEIGHT_MAX, current);
}

function roundHalfDown(value: number): number {
  const floor = Math.floor(value);
  return value - floor <= 0.5 ? floor : floor + 1;
}
