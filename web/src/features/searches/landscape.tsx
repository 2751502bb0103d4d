/** What the objective does over one parameter (slices) and over two (a landscape between the trials), on a canvas that holds ten thousand. */
import { Select, useComputedColorScheme } from "@mantine/core";
import { type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OptimizationDirection } from "@/gen/graphql";
import { brief, number } from "@/lib/format";
import ui from "@/ui/ui.module.css";
import css from "./searches.module.css";
import type { Parameter, Spec } from "./spec";
import { place, type Trial, value } from "./trials";

interface Point {
  x: number;
  y: number;
  /** From 0 (the worst) to 1 (the best). */
  good: number;
  trial: Trial;
}

const PAD = { left: 12, right: 12, top: 8, bottom: 20 };
const FIELD = 36;
/** Trials that the field between them is reckoned from. */
const NEAR = 400;
const show = (each: unknown) => (typeof each === "number" ? number(each) : brief(each));
const ends = (parameter: Parameter) =>
  parameter.type === "categorical"
    ? [show(parameter.choices[0]), show(parameter.choices.at(-1))]
    : [show(parameter.low), show(parameter.high)];

/** How good each value is, from 0 to 1, and the reach of all. */
function scale(trials: Trial[], direction: OptimizationDirection) {
  const values = trials.map(value).filter((each): each is number => each !== null && Number.isFinite(each));
  let [low, high] = [Infinity, -Infinity];
  for (const each of values) {
    low = Math.min(low, each);
    high = Math.max(high, each);
  }
  const at = (each: number) => (high === low ? 0.5 : (each - low) / (high - low));
  return { low, high, at, good: (each: number) => (direction === "MAXIMIZE" ? at(each) : 1 - at(each)) };
}

const mix = (from: number[], to: number[], share: number) =>
  `rgb(${from.map((each, index) => Math.round(each + (to[index]! - each) * share)).join(" ")})`;

function Canvas({
  title,
  points,
  x,
  y,
  field,
  height = 180,
}: {
  title: string;
  points: Point[];
  x: string[];
  y: string[];
  field?: boolean;
  height?: number;
}) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme("light");
  const [width, setWidth] = useState(300);
  const [near, setNear] = useState<Point | null>(null);
  useEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(entry!.contentRect.width, 120)));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const across = (each: number) => PAD.left + each * (width - PAD.left - PAD.right);
  const up = (each: number) => height - PAD.bottom - each * (height - PAD.top - PAD.bottom);
  useEffect(() => {
    const paint = canvas.current?.getContext("2d");
    if (!paint || !canvas.current) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.current.width = width * ratio;
    canvas.current.height = height * ratio;
    paint.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint.clearRect(0, 0, width, height);
    const style = getComputedStyle(document.documentElement);
    const [bad, good] =
      scheme === "dark"
        ? [
            [58, 42, 82],
            [124, 226, 178],
          ]
        : [
            [214, 206, 240],
            [16, 110, 70],
          ];
    if (field && points.length > 2) {
      const some = points.slice(-NEAR);
      const [w, h] = [(width - PAD.left - PAD.right) / FIELD, (height - PAD.top - PAD.bottom) / FIELD];
      const edge = (at: number, size: number) => Math.round(at * size * ratio) / ratio; // whole pixels: no seams
      for (let i = 0; i < FIELD; i++)
        for (let j = 0; j < FIELD; j++) {
          const [cx, cy] = [(i + 0.5) / FIELD, (j + 0.5) / FIELD];
          let [sum, weight] = [0, 0];
          for (const point of some) {
            const much = 1 / ((point.x - cx) ** 2 + (point.y - cy) ** 2 + 1e-4) ** 1.5;
            sum += much * point.good;
            weight += much;
          }
          paint.fillStyle = mix(bad!, good!, sum / weight);
          paint.globalAlpha = 0.55;
          paint.fillRect(
            PAD.left + edge(i, w),
            height - PAD.bottom - edge(j + 1, h),
            edge(i + 1, w) - edge(i, w),
            edge(j + 1, h) - edge(j, h),
          );
        }
      paint.globalAlpha = 1;
    }
    paint.strokeStyle = style.getPropertyValue("--line");
    paint.strokeRect(
      PAD.left + 0.5,
      PAD.top + 0.5,
      width - PAD.left - PAD.right - 1,
      height - PAD.top - PAD.bottom - 1,
    );
    for (const point of points) {
      paint.beginPath();
      paint.arc(across(point.x), up(point.y), points.length > 2000 ? 1.6 : 3.2, 0, 2 * Math.PI);
      paint.fillStyle = mix(bad!, good!, point.good);
      paint.fill();
      paint.strokeStyle = style.getPropertyValue("--ink-3");
      paint.lineWidth = 0.6;
      if (points.length <= 2000) paint.stroke();
    }
    paint.fillStyle = style.getPropertyValue("--ink-3");
    paint.font = "11px Inter Variable, sans-serif";
    paint.fillText(x[0]!, PAD.left, height - 6);
    paint.textAlign = "right";
    paint.fillText(x[1]!, width - PAD.right, height - 6);
    paint.textAlign = "left";
    paint.fillText(y[1]!, PAD.left + 4, PAD.top + 13);
    paint.fillText(y[0]!, PAD.left + 4, height - PAD.bottom - 5);
  });
  const hover = (event: PointerEvent) => {
    const place = canvas.current!.getBoundingClientRect();
    const far = (point: Point) =>
      (across(point.x) - (event.clientX - place.left)) ** 2 +
      (up(point.y) - (event.clientY - place.top)) ** 2;
    let best: Point | null = null;
    for (const point of points) if (!best || far(point) < far(best)) best = point;
    setNear(best && far(best) < 200 ? best : null);
  };
  return (
    <figure className={`${ui.flush} ${ui.miw0}`} aria-label={title}>
      <figcaption className={css.caption}>
        {title}
        <span className={`${ui.cut} ${ui.dim} ${ui.fw400}`}>
          {near &&
            `#${near.trial.number} · ${show(value(near.trial))} · ${Object.entries(near.trial.params)
              .map(([name, each]) => `${name} ${show(each)}`)
              .join(", ")}`}
        </span>
      </figcaption>
      <div ref={box}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={title}
          className={css.landscape}
          style={{ height }}
          onPointerMove={hover}
          onPointerLeave={() => setNear(null)}
        />
      </div>
    </figure>
  );
}

export function Landscape({
  spec,
  trials,
  importance,
}: {
  spec: Spec;
  trials: Trial[];
  importance: Record<string, number>;
}) {
  const { t } = useTranslation();
  const objective = spec.objectives[0]!;
  const done = useMemo(() => trials.filter((trial) => value(trial) !== null), [trials]);
  const reach = useMemo(() => scale(done, objective.direction), [done, objective.direction]);
  const space = useMemo(
    () => [...spec.parameters].sort((a, b) => (importance[b.name] ?? 0) - (importance[a.name] ?? 0)),
    [spec.parameters, importance],
  );
  const [pair, setPair] = useState<[string | null, string | null]>([null, null]);
  const across = space.find((each) => each.name === pair[0]) ?? space[0];
  const up =
    space.find((each) => each.name === pair[1] && each !== across) ?? space.find((each) => each !== across);
  if (done.length < 3 || !across) return <span className={ui.dim}>{t("search.sliceHint")}</span>;
  const y = [number(reach.low), number(reach.high)];
  const point = (trial: Trial, x: number | null, at: number | null): Point[] =>
    x === null || at === null ? [] : [{ x, y: at, good: reach.good(value(trial)!), trial }];
  return (
    <div className={`${ui.stack} ${ui.gap18}`}>
      <div className={`${ui.gap16} ${ui.columns260}`}>
        {space.slice(0, 12).map((parameter) => (
          <Canvas
            key={parameter.name}
            title={t("search.metricOver", { metric: objective.metric, name: parameter.name })}
            x={ends(parameter)}
            y={y}
            points={done.flatMap((trial) =>
              point(trial, place(parameter, trial.params[parameter.name]), reach.at(value(trial)!)),
            )}
          />
        ))}
      </div>
      {up && (
        <div className={`${ui.stack} ${ui.gap8}`}>
          <div className={`${ui.flow} ${ui.gap10}`}>
            <Select
              label={t("search.xAxis")}
              w={180}
              data={space.map((each) => each.name)}
              value={across.name}
              onChange={(next) => setPair([next, up.name])}
              allowDeselect={false}
            />
            <Select
              label={t("search.yAxis")}
              w={180}
              data={space.filter((each) => each !== across).map((each) => each.name)}
              value={up.name}
              onChange={(next) => setPair([across.name, next])}
              allowDeselect={false}
            />
          </div>
          <Canvas
            field
            height={300}
            title={t("search.contour", {
              metric: objective.metric,
              x: across.name,
              y: up.name,
            })}
            x={ends(across)}
            y={ends(up)}
            points={done.flatMap((trial) =>
              point(trial, place(across, trial.params[across.name]), place(up, trial.params[up.name])),
            )}
          />
        </div>
      )}
    </div>
  );
}
