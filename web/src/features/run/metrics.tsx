/** The numbers a step reported: a curve where there are many, a table where there is one; always also as a table. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ask } from "@/app/client";
import { RunMetricsDocument } from "@/gen/graphql";
import { number } from "@/lib/format";
import { css, Empty, Failure, Loading } from "@/ui/page";
import { Plot } from "@/ui/plot";

export type Point = [step: string, item: number, name: string, at: number | null, value: number, ms: number];

/** The curves of a metric: a series an item, over the steps reported or else their order. */
export function curves(points: Point[], name: string): { x: number[]; series: { label: string; values: (number | null)[] }[] } {
  const mine = points.filter((point) => point[2] === name);
  const items = [...new Set(mine.map((point) => point[1]))].sort((a, b) => a - b);
  const order = new Map<number, number>();
  const placed = mine.map((point) => {
    const index = order.get(point[1]) ?? 0;
    order.set(point[1], index + 1);
    return [point[1], point[3] ?? index, point[4]] as const;
  });
  const x = [...new Set(placed.map(([, at]) => at))].sort((a, b) => a - b);
  const column = new Map(x.map((at, index) => [at, index]));
  return {
    x,
    series: items.map((item) => {
      const values: (number | null)[] = x.map(() => null);
      for (const [of, at, value] of placed) if (of === item) values[column.get(at)!] = value;
      return { label: item < 0 ? name : `${item}`, values };
    }),
  };
}

/** What its code logged by MLflow. */
export interface Tracked {
  param: Record<string, string>;
  tag: Record<string, string>;
}

export function Metrics({ run, step, item, moving, tracked }: { run: string; step: string; item: number | null; moving: boolean; tracked: Tracked }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["metrics", run, moving], queryFn: () => ask(RunMetricsDocument, { id: run }) });
  if (query.error) return <div style={{ padding: 14 }}><Failure error={query.error} retry={() => void query.refetch()} /></div>;
  if (!query.data?.run) return <Loading rows={4} />;
  const points = (query.data.run.metrics as Point[]).filter((point) => point[0] === step && (item === null || point[1] === item));
  const said = [...Object.entries(tracked.param), ...Object.entries(tracked.tag).filter(([name]) => !name.startsWith("mlflow."))];
  if (!points.length && !said.length) return <Empty title={moving ? t("No numbers yet") : t("It reported no numbers")}>{t("A step reports by writing lines of JSON, such as {\"step\": 3, \"loss\": 0.21}, to the file $CUBE_METRICS, or by MLflow.")}</Empty>;
  const names = [...new Set(points.map((point) => point[2]))];
  const found = names.map((name) => ({ name, ...curves(points, name) }));
  const single = found.filter((each) => each.x.length < 2);
  const many = found.filter((each) => each.x.length >= 2);
  return (
    <div style={{ padding: 14, display: "grid", gap: 18 }}>
      {said.length > 0 && (
        <table className={css.table} aria-label={t("Parameters and tags that it logged")}><tbody>{said.map(([name, value]) => <tr key={name}><td className={css.mono} style={{ width: 160 }}>{name}</td><td className={css.mono} style={{ whiteSpace: "normal", overflowWrap: "anywhere" }}>{value}</td></tr>)}</tbody></table>
      )}
      {many.map(({ name, x, series }) => <Plot key={name} title={name} x={x} series={series} format={number} />)}
      {single.length > 0 && (
        <table className={css.table}>
          <thead><tr><th>{t("Metric")}</th>{single[0]!.series.map((series) => <th key={series.label} className={css.num}>{series.label === single[0]!.name ? t("Value") : t("item {{n}}", { n: series.label })}</th>)}</tr></thead>
          <tbody>{single.map(({ name, series }) => <tr key={name}><td>{name}</td>{series.map((each) => <td key={each.label} className={css.num}>{each.values[0] == null ? "–" : number(each.values[0])}</td>)}</tr>)}</tbody>
        </table>
      )}
      {many.length > 0 && (
        <details><summary>{t("As a table")}</summary>
          <div style={{ maxHeight: 320, overflow: "auto" }}><table className={css.table}><thead><tr><th className={css.num}>{t("Step")}</th>{many.flatMap(({ name, series }) => series.map((each) => <th key={`${name}${each.label}`} className={css.num}>{each.label === name ? name : `${name} ${each.label}`}</th>))}</tr></thead>
            <tbody>{[...new Set(many.flatMap((each) => each.x))].sort((a, b) => a - b).slice(0, 500).map((at) => <tr key={at}><td className={css.num}>{at}</td>{many.flatMap(({ name, x, series }) => series.map((each) => { const value = each.values[x.indexOf(at)]; return <td key={`${name}${each.label}`} className={css.num}>{value == null ? "" : number(value)}</td>; }))}</tr>)}</tbody></table></div>
        </details>
      )}
    </div>
  );
}
