/** The graph being drawn: steps are moved and joined by hand; an arrow that would close a circle is refused as it is drawn. */
import {
  applyNodeChanges,
  Background,
  type Connection,
  Controls,
  type Edge,
  Handle,
  MiniMap,
  type Node,
  type NodeChange,
  type NodeProps,
  Position,
  ReactFlow,
  type ReactFlowInstance,
  useUpdateNodeInternals,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "@/ui/canvas.css";
import { IconAlertTriangle, IconPlayerSkipForward, IconPuzzle, IconRepeat } from "@tabler/icons-react";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { closes, type StepSpec } from "@/lib/graph";
import { useCanvasLabels } from "@/ui/canvas";
import { type Direction, direction, HEIGHT, layout, reduced, WIDTH } from "@/ui/layout";
import { Notice } from "@/ui/page";
import ui from "@/ui/ui.module.css";
import css from "./editor.module.css";
import type { Layout } from "./state";

type StepNode = Node<{ step: StepSpec; faults: string[]; way: Direction }, "step">;

const Step = memo(function Step({ id, data, selected }: NodeProps<StepNode>) {
  const { t } = useTranslation();
  const { step, faults, way } = data;
  const moved = useUpdateNodeInternals();
  useEffect(() => moved(id), [id, way, moved]);
  const Icon = faults.length
    ? IconAlertTriangle
    : step.skip
      ? IconPlayerSkipForward
      : step.for_each != null
        ? IconRepeat
        : IconPuzzle;
  return (
    <div
      className={`cube-node ${step.skip ? ui.faded : ""}`}
      data-selected={selected}
      data-bad={faults.length > 0}
      title={faults.join("\n") || undefined}
    >
      <Handle type="target" position={way === "LR" ? Position.Left : Position.Top} />
      <Icon size={15} className={`${ui.mt2} ${faults.length ? ui.bad : ui.dim}`} aria-hidden />
      <span className="name" title={step.name}>
        {step.name}
      </span>
      <span className="facts">
        <span>{step.template}</span>
        <span>
          {faults.length
            ? t("editor.faults", { count: faults.length })
            : step.skip
              ? t("editor.disabled")
              : step.for_each != null
                ? t("editor.forEach")
                : ""}
        </span>
      </span>
      <Handle type="source" position={way === "LR" ? Position.Right : Position.Bottom} />
    </div>
  );
});

const TYPES = { step: Step };

interface Props {
  steps: StepSpec[];
  edges: [string, string][];
  places: Layout;
  faults: Map<string, string[]>;
  selected: Set<string>;
  select: (names: Set<string>) => void;
  move: (layout: Layout) => void;
  join: (from: string, to: string) => void;
  part: (pairs: [string, string][]) => void;
  remove: (names: Set<string>) => void;
  drop: (template: string, at: [number, number]) => void;
  locked: boolean;
  ready?: (flow: ReactFlowInstance<StepNode>) => void;
}

/** Places for all steps: those that were put by hand, and beside them those that have none yet. */
export function placed(
  steps: StepSpec[],
  edges: [string, string][],
  places: Layout,
  stage?: { width: number; height: number },
): Layout {
  if (steps.every((step) => places[step.name])) return places;
  const made = layout(
    steps.map((step) => step.name),
    reduced(edges),
    stage,
  );
  return Object.keys(places).some((name) => made[name]) ? { ...made, ...places } : made;
}

export function Canvas({
  steps,
  edges,
  places,
  faults,
  selected,
  select,
  move,
  join,
  part,
  remove,
  drop,
  locked,
  ready,
}: Props) {
  const { t } = useTranslation();
  const labels = useCanvasLabels();
  const [circle, setCircle] = useState<string[] | null>(null);
  const flow = useRef<ReactFlowInstance<StepNode> | null>(null);
  const whole = useMemo(
    () => placed(steps, edges, places, { width: 640, height: 620 }),
    [steps, edges, places],
  );
  const way = direction(whole, edges);
  const made = useMemo<StepNode[]>(
    () =>
      steps.map((step) => {
        const [x, y] = whole[step.name] ?? [0, 0];
        return {
          id: step.name,
          type: "step",
          position: { x, y },
          data: { step, faults: faults.get(step.name) ?? [], way },
          selected: selected.has(step.name),
          width: WIDTH,
          initialWidth: WIDTH,
          initialHeight: HEIGHT,
          ariaLabel: `${step.name}, ${step.template}${faults.get(step.name)?.length ? `, ${faults.get(step.name)!.join("; ")}` : ""}`,
        };
      }),
    [steps, whole, faults, selected, way],
  );
  const [nodes, setNodes] = useState(made);
  useEffect(
    () =>
      setNodes((old) => {
        const known = new Map(old.map((node) => [node.id, node]));
        return made.map((node) => ({ ...known.get(node.id), ...node }));
      }),
    [made],
  );
  const plain = useMemo(() => new Set(reduced(edges).map(([from, to]) => `${from}→${to}`)), [edges]);
  const lines = useMemo<Edge[]>(
    () =>
      edges.map(([from, to]) => ({
        id: `${from}→${to}`,
        style: plain.has(`${from}→${to}`) ? undefined : { strokeDasharray: "3 4" },
        source: from,
        target: to,
        deletable: !locked,
        ariaLabel: t("editor.edge", { from, to }),
      })),
    [edges, locked, plain, t],
  );
  const [picked, setPicked] = useState<Set<string>>(new Set());
  const changed = useCallback(
    (changes: NodeChange<StepNode>[]) => {
      setNodes((old) => {
        const next = applyNodeChanges(changes, old);
        if (changes.some((each) => each.type === "select")) {
          const names = new Set(next.filter((node) => node.selected).map((node) => node.id));
          queueMicrotask(() => select(names));
        }
        return next;
      });
    },
    [select],
  );
  const valid = useCallback(
    (connection: Connection | Edge) => {
      const way = closes(edges, connection.source, connection.target);
      setCircle(way);
      return way === null;
    },
    [edges],
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what a drag does, Enter on a template does, too.
    <div
      className={`${ui.full} ${ui.relative}`}
      onDragOver={(event) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={(event) => {
        const template = event.dataTransfer.getData("application/x-cube-template");
        const at = flow.current?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
        if (template && at) drop(template, [at.x - WIDTH / 2, at.y - HEIGHT / 2]);
      }}
    >
      {circle && (
        <div className={css.circle}>
          <Notice tone="bad">{t("editor.cycle", { path: circle.join(" → ") })}</Notice>
        </div>
      )}
      <ReactFlow
        nodes={nodes}
        edges={lines.map((line) => (picked.has(line.id) ? { ...line, selected: true } : line))}
        nodeTypes={TYPES}
        onInit={(made) => {
          flow.current = made;
          ready?.(made);
        }}
        onNodesChange={changed}
        onEdgesChange={(changes) =>
          setPicked((old) => {
            const next = new Set(old);
            for (const each of changes) {
              if (each.type === "select" && each.selected) next.add(each.id);
              else if (each.type === "select") next.delete(each.id);
            }
            return next;
          })
        }
        onNodeDragStop={(_, __, moved) =>
          move(Object.fromEntries(moved.map((node) => [node.id, [node.position.x, node.position.y]])))
        }
        onConnect={(connection) => join(connection.source, connection.target)}
        isValidConnection={valid}
        onConnectEnd={() => setCircle(null)}
        onDelete={({ nodes: gone, edges: cut }) => {
          if (gone.length) remove(new Set(gone.map((node) => node.id)));
          else if (cut.length) part(cut.map((edge) => [edge.source, edge.target]));
        }}
        nodesDraggable={!locked}
        nodesConnectable={!locked}
        deleteKeyCode={locked ? null : ["Backspace", "Delete"]}
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        selectionKeyCode="Shift"
        snapToGrid
        snapGrid={[8, 8]}
        fitView
        fitViewOptions={{ padding: 0.2, maxZoom: 1 }}
        minZoom={0.05}
        maxZoom={2}
        onlyRenderVisibleElements={steps.length > 1000}
        connectionRadius={32}
        aria-label={t("editor.canvas")}
        ariaLabelConfig={labels}
      >
        <Background gap={16} size={1} />
        <Controls showInteractive={false} />
        {steps.length > 6 && (
          <MiniMap
            pannable
            zoomable
            nodeColor={(node) =>
              (node.data as StepNode["data"]).faults.length ? "var(--bad)" : "var(--line-strong)"
            }
          />
        )}
      </ReactFlow>
    </div>
  );
}
