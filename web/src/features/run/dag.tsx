/** The live graph of a run: each step with its state, time and use; a press selects it. */

import {
  Background,
  Controls,
  type Edge,
  Handle,
  MiniMap,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from "@xyflow/react";
import { localised } from "@/lib/i18n";
import "@xyflow/react/dist/style.css";
import "@/ui/canvas.css";
import { memo, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StepRowFragment } from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { useCanvasLabels } from "@/ui/canvas";
import { type Direction, direction, HEIGHT, layout, reduced, WIDTH } from "@/ui/layout";
import { Took } from "@/ui/page";
import { final, StateIcon, tone, useWord } from "@/ui/state";
import ui from "@/ui/ui.module.css";

type Use = Record<string, [number, number, number]>;
type StepNode = Node<{ step: StepRowFragment; use?: [number, number, number]; way: Direction }, "step">;

const Step = memo(function Step({ data, selected }: NodeProps<StepNode>) {
  const { t } = useTranslation();
  const { step, use, way } = data;
  const moving = !final(step.state) && step.startedAt !== null;
  return (
    <div className="cube-node" data-selected={selected}>
      <Handle
        type="target"
        position={way === "LR" ? Position.Left : Position.Top}
        isConnectable={false}
        className={ui.invisible}
      />
      <StateIcon state={step.state} />
      <span className="name" title={step.name}>
        {step.name}
      </span>
      <span className="facts">
        <span>
          {step.itemCount
            ? t("run.itemCount", { count: step.itemCount })
            : step.state === "CACHED"
              ? t("run.cached")
              : step.attempt > 1
                ? t("run.attempt", { n: step.attempt })
                : (step.reason ?? "")}
        </span>
        <span>
          {step.state === "CACHED" ? "" : <Took from={step.startedAt} to={step.finishedAt} moving={moving} />}
        </span>
      </span>
      {use && (
        <span className="use">
          <span>
            {use[0].toFixed(2)} {t("common.coresUnit")}
          </span>
          <progress
            max={use[2]}
            value={use[1]}
            className={`${ui.grow} ${ui.h5}`}
            aria-label={t("common.memory")}
          />
          <span>{bytes(use[1])}</span>
        </span>
      )}
      <Handle
        type="source"
        position={way === "LR" ? Position.Right : Position.Bottom}
        isConnectable={false}
        className={ui.invisible}
      />
    </div>
  );
});

const TYPES = { step: Step };
const LOOK: Record<string, string> = {
  ok: "edge-ok",
  run: "edge-run",
  bad: "edge-bad",
  cached: "edge-cached",
};

export function Dag({
  steps,
  placed,
  selected,
  select,
  use,
}: {
  steps: StepRowFragment[];
  placed: Record<string, [number, number]>;
  selected: string | null;
  select: (name: string | null) => void;
  use: Use;
}) {
  const { t } = useTranslation();
  const labels = useCanvasLabels();
  const word = useWord();
  const box = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<{ width: number; height: number } | null>(null);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setStage((old) =>
        old && Math.abs(old.width - width) < 80 && Math.abs(old.height - height) < 80
          ? old
          : { width, height },
      );
    });
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  const shape = JSON.stringify([steps.map((step) => [step.name, step.needs]), placed]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says when places change.
  const { places, arrows, way } = useMemo(() => {
    const names = steps.map((step) => step.name);
    const known = new Set(names);
    const arrows = reduced(
      steps.flatMap((step) =>
        step.needs.filter((need) => known.has(need)).map((need): [string, string] => [need, step.name]),
      ),
    );
    const places = names.every((name) => placed[name]) ? placed : layout(names, arrows, stage ?? undefined);
    return { places, arrows, way: direction(places, arrows) };
  }, [shape, stage]);
  const nodes: StepNode[] = steps.map((step) => {
    const [x, y] = places[step.name] ?? [0, 0];
    return {
      id: step.name,
      type: "step",
      position: { x, y },
      data: { step, use: step.podId ? use[step.podId] : undefined, way },
      selected: step.name === selected,
      draggable: false,
      width: WIDTH,
      initialWidth: WIDTH,
      initialHeight: HEIGHT,
      ariaLabel: `${step.name}: ${word(step.state)}${step.explanation ? `, ${localised(step.explanation)}` : ""}`,
      focusable: true,
    };
  });
  const states = new Map(steps.map((step) => [step.name, step.state]));
  const edges: Edge[] = arrows.map(([from, to]) => ({
    id: `${from}→${to}`,
    source: from,
    target: to,
    className: LOOK[tone(states.get(to)!)] ?? "",
    focusable: false,
  }));
  return (
    <div ref={box} className={ui.full}>
      {stage && (
        <ReactFlow
          key={`${stage.width}×${stage.height}`}
          nodes={nodes}
          edges={edges}
          nodeTypes={TYPES}
          fitView
          fitViewOptions={{ padding: 0.15, maxZoom: 1 }}
          minZoom={0.05}
          nodesConnectable={false}
          elementsSelectable
          onlyRenderVisibleElements={steps.length > 1000}
          aria-label={t("run.graphLabel")}
          ariaLabelConfig={labels}
          onNodeClick={(_, node) => select(node.id)}
          onPaneClick={() => select(null)}
          onKeyDown={(event) => {
            const id = (event.target as HTMLElement).closest<HTMLElement>(".react-flow__node")?.dataset.id;
            if (id && (event.key === "Enter" || event.key === " ")) select(id);
          }}
        >
          <Background gap={16} size={1} />
          <Controls showInteractive={false} />
          {steps.length > 15 && (
            <MiniMap
              pannable
              zoomable
              nodeColor={(node) => `var(--${tone((node.data as { step: StepRowFragment }).step.state)})`}
            />
          )}
        </ReactFlow>
      )}
    </div>
  );
}
