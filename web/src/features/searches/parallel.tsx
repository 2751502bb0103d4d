/** Parallel coordinates on a canvas: a line per trial over the axes of the space and the objective; dragging on an axis chooses. */
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { brief, number } from "@/lib/format";
import { css } from "@/ui/page";
import own from "./searches.module.css";
import type { Spec } from "./spec";
import { place, type Trial, value } from "./trials";

interface Axis {
  name: string;
  low: string;
  high: string;
  at: (trial: Trial) => number | null;
}

export type Brushes = Record<string, [number, number]>;

/** The axes: each parameter, then each objective. */
export function axesOf(spec: Spec, trials: Trial[]): Axis[] {
  const show = (each: unknown) => (typeof each === "number" ? number(each) : brief(each));
  const axes: Axis[] = spec.parameters.map((parameter) => ({
    name: parameter.name,
    low: parameter.type === "categorical" ? show(parameter.choices[0]) : show(parameter.low),
    high: parameter.type === "categorical" ? show(parameter.choices.at(-1)) : show(parameter.high),
    at: (trial) => place(parameter, trial.params[parameter.name]),
  }));
  spec.objectives.forEach((objective, index) => {
    const values = trials
      .map((trial) => trial.values?.[index])
      .filter((each): each is number => each !== undefined);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    axes.push({
      name: objective.metric,
      low: values.length ? number(low) : "",
      high: values.length ? number(high) : "",
      at: (trial) => place({ type: "float", low, high, log: false, choices: [] }, trial.values?.[index]),
    });
  });
  return axes;
}

/** Trials that are within every brush. */
export const within = (axes: Axis[], trials: Trial[], brushes: Brushes) =>
  trials.filter((trial) =>
    Object.entries(brushes).every(([name, [low, high]]) => {
      const at = axes.find((axis) => axis.name === name)?.at(trial);
      return at != null && at >= low && at <= high;
    }),
  );

const HEIGHT = 240;
const PAD = { top: 30, bottom: 26, side: 54 };

export function Parallel({
  spec,
  trials,
  brushes,
  setBrushes,
}: {
  spec: Spec;
  trials: Trial[];
  brushes: Brushes;
  setBrushes: (next: Brushes) => void;
}) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme("light");
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(600);
  const axes = useMemo(() => axesOf(spec, trials), [spec, trials]);
  const chosen = useMemo(
    () => new Set(within(axes, trials, brushes).map((trial) => trial.number)),
    [axes, trials, brushes],
  );
  const drag = useRef<{ axis: string; from: number } | null>(null);
  useEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(([entry]) =>
      setWidth(Math.max(entry!.contentRect.width, axes.length * 90)),
    );
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [axes.length]);
  const x = (index: number) =>
    PAD.side + (axes.length === 1 ? 0 : (index * (width - 2 * PAD.side)) / (axes.length - 1));
  const y = (at: number) => PAD.top + (1 - at) * (HEIGHT - PAD.top - PAD.bottom);
  useEffect(() => {
    const place_ = canvas.current;
    const paint = place_?.getContext("2d");
    if (!place_ || !paint) return;
    const ratio = window.devicePixelRatio || 1;
    place_.width = width * ratio;
    place_.height = HEIGHT * ratio;
    paint.scale(ratio, ratio);
    const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const values = trials.map(value).filter((each): each is number => each !== null);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const good = spec.objectives[0]!.direction === "MAXIMIZE";
    const stroke = (trial: Trial, on: boolean) => {
      const now = value(trial);
      const share =
        now === null || high === low ? 0 : ((now - low) / (high - low)) * (good ? 1 : -1) + (good ? 0 : 1);
      paint.strokeStyle = on
        ? now === null
          ? token("--idle")
          : token(share > 0.85 ? "--ok" : "--accent")
        : token("--line-strong");
      paint.globalAlpha = on ? (now === null ? 0.35 : 0.25 + 0.65 * share) : 0.12;
      paint.lineWidth = on && share > 0.97 ? 2.4 : 1.1;
      paint.beginPath();
      let pen = false;
      axes.forEach((axis, index) => {
        const at = axis.at(trial);
        if (at === null) {
          pen = false;
          return;
        }
        if (pen) paint.lineTo(x(index), y(at));
        else paint.moveTo(x(index), y(at));
        pen = true;
      });
      paint.stroke();
    };
    for (const trial of trials) if (!chosen.has(trial.number)) stroke(trial, false);
    for (const trial of trials) if (chosen.has(trial.number)) stroke(trial, true);
    paint.globalAlpha = 1;
    axes.forEach((axis, index) => {
      paint.strokeStyle = token("--line-strong");
      paint.lineWidth = 1;
      paint.beginPath();
      paint.moveTo(x(index), y(0));
      paint.lineTo(x(index), y(1));
      paint.stroke();
      const brush = brushes[axis.name];
      if (brush) {
        paint.fillStyle = token("--accent");
        paint.globalAlpha = 0.25;
        paint.fillRect(x(index) - 8, y(brush[1]), 16, y(brush[0]) - y(brush[1]));
        paint.globalAlpha = 1;
      }
      paint.textAlign = "center";
      paint.fillStyle = token("--ink");
      paint.font = "600 12px Inter Variable, sans-serif";
      paint.fillText(axis.name.length > 16 ? `${axis.name.slice(0, 15)}…` : axis.name, x(index), 14);
      paint.fillStyle = token("--ink-3");
      paint.font = "11px Inter Variable, sans-serif";
      paint.fillText(axis.high.slice(0, 12), x(index), PAD.top - 4);
      paint.fillText(axis.low.slice(0, 12), x(index), HEIGHT - PAD.bottom + 14);
    });
  });
  const where = (event: React.PointerEvent) => {
    const rect = canvas.current!.getBoundingClientRect();
    const at = Math.min(
      Math.max(1 - (event.clientY - rect.top - PAD.top) / (HEIGHT - PAD.top - PAD.bottom), 0),
      1,
    );
    const index = axes.reduce(
      (best, _, each) =>
        Math.abs(x(each) - (event.clientX - rect.left)) < Math.abs(x(best) - (event.clientX - rect.left))
          ? each
          : best,
      0,
    );
    return { axis: axes[index]!.name, at };
  };
  return (
    <div
      ref={box}
      className={css.scroll}
      tabIndex={0}
      role="img"
      aria-label={t("search.parallelLabel", {
        count: trials.length,
        names: axes.map((axis) => axis.name).join(", "),
      })}
    >
      <canvas
        ref={canvas}
        className={own.brushes}
        style={{ width, height: HEIGHT }}
        data-scheme={scheme}
        onPointerDown={(event) => {
          const { axis, at } = where(event);
          drag.current = { axis, from: at };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          if (!drag.current) return;
          const { at } = where(event);
          setBrushes({
            ...brushes,
            [drag.current.axis]: [Math.min(drag.current.from, at), Math.max(drag.current.from, at)],
          });
        }}
        onPointerUp={(event) => {
          const begun = drag.current;
          drag.current = null;
          if (!begun || Math.abs(where(event).at - begun.from) > 0.02) return;
          setBrushes(Object.fromEntries(Object.entries(brushes).filter(([name]) => name !== begun.axis)));
        }}
      />
    </div>
  );
}
