/** A node of a directed graph without cycles. */
interface LayoutNode {
  readonly id: string;
  readonly needs: readonly string[];
}

export interface Place {
  /** Longest way from a node that needs nothing; 0 at the start. */
  readonly layer: number;
  /** Place within the layer, in nodes; may be fractional, since layers are centred on each other. */
  readonly lane: number;
}

/** CSS pixels from one node to the next. */
export const GAP = { lane: 232, layer: 84 } as const;
/** What the buttons beneath the steps need, twice: the steps are in the middle. */
const CONTROLS = 72;
const HIGHEST = 640;

/** CSS pixels that a graph takes, also before it can be drawn: nothing beneath it moves then. */
export function graphHeight(nodes: readonly LayoutNode[]): number {
  const layers = layersOf(nodes, new Map(nodes.map(({ id, needs }) => [id, needs]))).length;
  return Math.min(HIGHEST, layers * GAP.layer + CONTROLS);
}

const SWEEPS = 4;

/**
 * Places nodes in layers by the longest path, and orders each layer by the mean place of its neighbours, which takes away
 * most crossings (Sugiyama, Tagawa and Toda 1981, the barycentre heuristic).
 * @param nodes each id once; names of `needs` that are no node are left out
 */
export function layOut(nodes: readonly LayoutNode[]): ReadonlyMap<string, Place> {
  const needs = new Map(nodes.map(({ id, needs }) => [id, needs] as const));
  const layers = layersOf(nodes, needs);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    const order = isDown ? layers : [...layers].reverse();
    for (const [at, layer] of order.entries()) {
      const neighbours = order[at - 1];
      if (neighbours !== undefined) sortLayer(layer, neighbours, needs);
    }
  }
  const widest = Math.max(0, ...layers.map((layer) => layer.length));
  return new Map(
    layers.flatMap((layer, at) =>
      layer.map((id, lane) => [id, { layer: at, lane: lane + (widest - layer.length) / 2 }] as const),
    ),
  );
}

function layersOf(
  nodes: readonly LayoutNode[],
  needs: ReadonlyMap<string, readonly string[]>,
): readonly string[][] {
  const depths = new Map<string, number>();
  const depthOf = (id: string, above: ReadonlySet<string>): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const below = (needs.get(id) ?? []).filter((other) => needs.has(other) && !above.has(other));
    const inside = new Set([...above, id]);
    const depth = Math.max(0, ...below.map((other) => depthOf(other, inside) + 1));
    depths.set(id, depth);
    return depth;
  };
  const layers: string[][] = [];
  for (const { id } of nodes) {
    const depth = depthOf(id, new Set([id]));
    while (layers.length <= depth) layers.push([]);
    layers[depth]?.push(id);
  }
  return layers;
}

/** Stable: nodes without a neighbour in that layer stay where they are. */
function sortLayer(
  layer: string[],
  neighbours: readonly string[],
  needs: ReadonlyMap<string, readonly string[]>,
): void {
  const weights = new Map(
    layer.map((id, at) => {
      const places = neighbours.flatMap((other, place) =>
        needs.get(id)?.includes(other) || needs.get(other)?.includes(id) ? [place] : [],
      );
      return [id, places.length === 0 ? at : places.reduce((sum, place) => sum + place, 0) / places.length];
    }),
  );
  layer.sort((one, other) => (weights.get(one) ?? 0) - (weights.get(other) ?? 0));
}
