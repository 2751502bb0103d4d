/** Lines over time or steps: drawn by uPlot in the theme's colours; hover shows all at that place, drag zooms, a double click goes back. */
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { across, binary as binaryTicks, heights, moment, moments, type Range, upwards } from "@/lib/axes";
import css from "./ui.module.css";

export interface Series {
  label: string;
  colour?: string;
  values: (number | null | undefined)[];
  /** Points without a line between them. */
  dots?: boolean;
  /** What holds from its point on until the next, as the best so far does. */
  steps?: boolean;
  /** What is no number, by x: a null value there is a gap in the line, with a mark. Without it the line goes on over nulls. */
  odd?: ReadonlyMap<number, string>;
}

const COLOURS = ["--accent", "--ok", "--wait", "--cached", "--bad", "--run", "--idle"];
export const colourOf = (index: number) => `var(${COLOURS[index % COLOURS.length]})`;
const MARKS: Record<string, string> = { NaN: "×", Infinity: "▲", "-Infinity": "▼" };
const MOST_MARKS = 500;

export type { Range };

interface Props {
  title: string;
  x: number[];
  series: Series[];
  time?: boolean;
  /** What x counts, in a word; steps when it is left out. */
  along?: string;
  height?: number;
  format: (value: number) => string;
  /** Values are bytes: ticks are at powers of two. */
  binary?: boolean;
  /** The part of x that was chosen: shown also where it has no points. */
  window?: Range;
  /** A level to draw, such as a limit. */
  limit?: { value: number; label: string };
  /** Told which part of x was dragged over, null for all of it, when whoever has the numbers has finer ones for that part. */
  zoom?: (range: Range | null) => void;
}

/** Marks at the edge of the plot for what has no height. */
function mark(plot: uPlot, series: Series[], paint: (colour: string) => string) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px Inter Variable, sans-serif`;
  ctx.textAlign = "center";
  series.forEach((each, index) => {
    ctx.fillStyle = paint(each.colour ?? colourOf(index));
    for (const [at, what] of [...(each.odd ?? [])].slice(0, MOST_MARKS)) {
      ctx.textBaseline = what === "Infinity" ? "top" : "bottom";
      ctx.fillText(
        MARKS[what] ?? "×",
        plot.valToPos(at, "x", true),
        what === "Infinity" ? bbox.top : bbox.top + bbox.height,
      );
    }
  });
  ctx.restore();
}

export function Plot({
  title,
  x,
  series,
  time = false,
  along,
  height = 180,
  format,
  binary = false,
  window,
  limit,
  zoom,
}: Props) {
  const place = useRef<HTMLDivElement>(null);
  const {
    t,
    i18n: { language },
  } = useTranslation();
  const scheme = useComputedColorScheme("light");
  const counted = time ? t("metrics.timeAxis") : (along ?? t("metrics.stepAxis"));
  const any = series.some((each) => each.odd?.size) || heights(series.map((each) => each.values));
  const told = heights(series.map((each) => each.values));
  const key = JSON.stringify([
    series.map((each) => [each.label, Boolean(each.odd)]),
    any,
    told,
    counted,
    language,
    binary,
    time,
    height,
    limit,
    scheme,
    title,
    Boolean(zoom),
  ]);
  const plot = useRef<uPlot | null>(null);
  const data = [
    x,
    ...series.map((each) => each.values),
    ...(limit ? [x.map(() => limit.value)] : []),
  ] as uPlot.AlignedData;
  const latest = useRef({ data, series, zoom, window });
  latest.current = { data, series, zoom, window };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when it is drawn anew; new data go into the same plot.
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const style = getComputedStyle(document.documentElement);
    const real = (name: string) => style.getPropertyValue(name).trim();
    const paint = (name: string) => (name.startsWith("var(") ? real(name.slice(4, -1)) : name);
    const axis = {
      stroke: real("--ink-3"),
      grid: { stroke: real("--line"), width: 1 },
      ticks: { stroke: real("--line"), width: 1 },
      font: "11px Inter Variable, sans-serif",
    };
    const said = (index: number, value: number | null, at: number | null | undefined) =>
      value != null
        ? format(value)
        : (at != null && latest.current.series[index]?.odd?.get(latest.current.data[0]![at]!)) || "–";
    const made = new uPlot(
      {
        width: box.clientWidth || 400,
        height,
        cursor: { drag: { x: true, y: false, setScale: !zoom } },
        legend: { live: true, show: series.length <= 8 },
        scales: {
          x: {
            time,
            range: (_, low, high) =>
              across(low, high, latest.current.data[0] as number[], time, latest.current.window),
          },
          y: { range: (_, low, high) => upwards(low, high) },
        },
        axes: [
          time
            ? { ...axis, size: 44, values: (_, ticks, __, ___, step) => moments(ticks, step, language) }
            : !x.every(Number.isInteger)
              ? axis
              : {
                  ...axis,
                  incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000],
                },
          {
            ...axis,
            size: 62,
            values: (_, ticks) => (told ? ticks.map(format) : []),
            ...(binary
              ? {
                  splits: (_: uPlot, __: number, low: number, high: number) =>
                    binaryTicks(low, high, height / 40),
                }
              : {}),
          },
        ],
        series: [
          {
            label: counted,
            ...(time
              ? { value: (_: uPlot, at: number | null) => (at == null ? "–" : moment(at, language)) }
              : {}),
          },
          ...series.map((each, index) => ({
            label: each.label,
            stroke: paint(each.colour ?? colourOf(index)),
            width: each.dots ? 0 : 1.6,
            ...(each.steps ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
            spanGaps: !each.odd,
            points: each.dots
              ? { show: true, size: 5, fill: paint(each.colour ?? colourOf(index)) }
              : { show: x.length < 40 && series.length <= 8 },
            value: (_: uPlot, value: number | null, __: number, at: number | null) => said(index, value, at),
          })),
          ...(limit
            ? [
                {
                  label: limit.label,
                  stroke: real("--bad"),
                  width: 1,
                  dash: [4, 4],
                  points: { show: false },
                  value: (_: uPlot, value: number | null) => (value == null ? "–" : format(value)),
                },
              ]
            : []),
        ],
        hooks: {
          draw: [(drawn) => mark(drawn, latest.current.series, paint)],
          setSelect: [
            (drawn) => {
              if (!latest.current.zoom || drawn.select.width < 2) return;
              latest.current.zoom([
                drawn.posToVal(drawn.select.left, "x"),
                drawn.posToVal(drawn.select.left + drawn.select.width, "x"),
              ]);
              drawn.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      latest.current.data,
      box,
    );
    plot.current = made;
    const back = () => latest.current.zoom?.(null);
    made.over.addEventListener("dblclick", back);
    const watch = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [key]);
  useEffect(() => plot.current?.setData(latest.current.data));
  return (
    <figure className={css.flush} aria-label={title}>
      <figcaption className={`${css.fw600} ${css.mb2}`}>{title}</figcaption>
      {!any && <span className={css.dim}>{t("metrics.nothingToPlot")}</span>}
      {any && <div ref={place} className={`${css.plot} ${css.muted} ${css.fz11}`} />}
    </figure>
  );
}
