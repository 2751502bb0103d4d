/** Places for the steps of a graph, left to right, by dagre. */
import dagre from "@dagrejs/dagre";

export const WIDTH = 196;
export const HEIGHT = 62;

export function layout(names: string[], edges: [string, string][]): Record<string, [number, number]> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 26, ranksep: 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of names) graph.setNode(name, { width: WIDTH, height: HEIGHT });
  for (const [from, to] of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  return Object.fromEntries(names.map((name) => {
    const { x, y } = graph.node(name) as { x: number; y: number };
    return [name, [Math.round((x - WIDTH / 2) / 8) * 8, Math.round((y - HEIGHT / 2) / 8) * 8]];
  }));
}
