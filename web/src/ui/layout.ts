/** Places for the steps of a graph by dagre: left to right, or downwards where that shows them larger. */
import dagre from "@dagrejs/dagre";

export const WIDTH = 196;
export const HEIGHT = 62;

export type Places = Record<string, [number, number]>;
export type Direction = "LR" | "TB";

function place(
  names: string[],
  edges: [string, string][],
  rankdir: Direction,
): { places: Places; width: number; height: number } {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir, nodesep: rankdir === "LR" ? 26 : 32, ranksep: rankdir === "LR" ? 56 : 44 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of names) graph.setNode(name, { width: WIDTH, height: HEIGHT });
  for (const [from, to] of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  const places: Places = {};
  for (const name of names) {
    const { x, y } = graph.node(name) as { x: number; y: number };
    places[name] = [Math.round((x - WIDTH / 2) / 8) * 8, Math.round((y - HEIGHT / 2) / 8) * 8];
  }
  const { width = 1, height = 1 } = graph.graph() as { width?: number; height?: number };
  return { places, width, height };
}

/** The arrows that no longer way says already. */
export function reduced(edges: [string, string][]): [string, string][] {
  const next = new Map<string, string[]>();
  for (const [from, to] of edges) next.set(from, [...(next.get(from) ?? []), to]);
  return edges.filter(([from, to]) => {
    const seen = new Set<string>();
    const queue = (next.get(from) ?? []).filter((each) => each !== to);
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (at === to) return false;
      if (seen.has(at)) continue;
      seen.add(at);
      queue.push(...(next.get(at) ?? []));
    }
    return true;
  });
}

/** Places that fill a stage of the given size best. */
export function layout(
  names: string[],
  edges: [string, string][],
  stage: { width: number; height: number } = { width: 1200, height: 700 },
): Places {
  const across = place(names, edges, "LR");
  if (names.length > 120) return across.places;
  const down = place(names, edges, "TB");
  const zoom = (made: { width: number; height: number }) =>
    Math.min(stage.width / made.width, stage.height / made.height, 1);
  return zoom(down) > zoom(across) * 1.05 ? down.places : across.places;
}

/** Which way the arrows go, as the places have it. */
export function direction(places: Places, edges: [string, string][]): Direction {
  let [across, down] = [0, 0];
  for (const [from, to] of edges) {
    const [a, b] = [places[from], places[to]];
    if (a && b) {
      across += b[0] - a[0];
      down += b[1] - a[1];
    }
  }
  return down > across ? "TB" : "LR";
}
