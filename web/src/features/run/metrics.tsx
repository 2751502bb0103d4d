/** The numbers a step reported: a curve where there are many, a table where there is one; always also as a table. */
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { RunMetricsDocument, type RunMetricsQuery } from "@/gen/graphql";
import { number } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { aligned, type Packed, type Point, shown } from "@/lib/series";
import { css, Empty, Failure, Loading, Notice } from "@/ui/page";
import { Plot, type Range } from "@/ui/plot";

type Series = NonNullable<RunMetricsQuery["run"]>["metrics"][number];
/** Pixels for which curves are asked for: the widest that a plot here gets. */
const WIDTH = 1200;
const MOST_ROWS = 500;

/** What its code logged by MLflow. */
export interface Tracked {
  param: Record<string, string>;
  tag: Record<string, string>;
}

const label = (name: string, one: Pick<Series, "item">) => (one.item === null ? name : `${one.item}`);
const curves = (name: string, series: Series[]) =>
  aligned(series.map((each) => ({ label: label(name, each), points: each.points as Point[] })));

export function Metrics({
  run,
  step,
  item,
  moving,
  tracked,
  warnings,
}: {
  run: string;
  step: string;
  item: number | null;
  moving: boolean;
  tracked: Tracked;
  warnings: string[];
}) {
  const { t } = useTranslation();
  const variables = { id: run, step, item, points: WIDTH };
  const query = useQuery({
    queryKey: ["metrics", run, step, item, moving],
    queryFn: () => ask(RunMetricsDocument, variables),
    placeholderData: keepPreviousData,
  });
  const found = query.data?.run?.metrics;
  const names = useMemo(
    () =>
      [...new Set(found?.map((each) => each.name))].map((name) => ({
        name,
        series: found!.filter((each) => each.name === name),
      })),
    [found],
  );
  if (query.error)
    return (
      <div className={css.p14}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (!found) return <Loading rows={4} />;
  const said = [
    ...Object.entries(tracked.param),
    ...Object.entries(tracked.tag).filter(([name]) => !name.startsWith("mlflow.")),
  ];
  const odd = warnings.length > 0 && (
    <Notice tone="waitful">
      <b>{t("metrics.truncated")}</b>
      <ul className={`${css.flush} ${css.bullets}`}>
        {warnings.map((words, index) => (
          <li key={index}>{localised(words)}</li>
        ))}
      </ul>
    </Notice>
  );
  if (!found.length && !said.length)
    return (
      <>
        {odd && <div className={css.p14}>{odd}</div>}
        <Empty title={moving ? t("metrics.noneYet") : t("metrics.none")}>{t("metrics.hint")}</Empty>
      </>
    );
  const single = names.filter(({ series }) => series.every((each) => each.low === each.high));
  const many = names.filter(({ series }) => !series.every((each) => each.low === each.high));
  return (
    <div className={`${css.stack} ${css.p14} ${css.gap18}`}>
      {odd}
      {said.length > 0 && (
        <table className={css.table} aria-label={t("metrics.logged")}>
          <tbody>
            {said.map(([name, value]) => (
              <tr key={name}>
                <td className={`${css.mono} ${css.w160}`}>{name}</td>
                <td className={`${css.mono} ${css.normal} ${css.breaks}`}>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {many.map(({ name, series }) => (
        <Curve key={name} name={name} series={series} variables={variables} />
      ))}
      {single.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th>{t("common.metric")}</th>
              {single[0]!.series.map((each) => (
                <th key={each.item} className={css.num}>
                  {each.item === null ? t("common.value") : t("run.itemN", { n: each.item })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {single.map(({ name, series }) => (
              <tr key={name}>
                <td>{name}</td>
                {series.map((each) => (
                  <td key={each.item} className={css.num}>
                    {shown((each.last as Point)[1])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {many.length > 0 && <Table names={many} />}
    </div>
  );
}

/** One metric, of all items. Dragging over a part of it asks for that part as exactly as it can be drawn. */
function Curve({
  name,
  series,
  variables,
}: {
  name: string;
  series: Series[];
  variables: { id: string; step: string; item: number | null; points: number };
}) {
  const { t } = useTranslation();
  const [range, setRange] = useState<Range | null>(null);
  const near = useQuery({
    queryKey: ["metrics", variables.id, variables.step, variables.item, name, range],
    enabled: range !== null,
    placeholderData: keepPreviousData,
    queryFn: () => ask(RunMetricsDocument, { ...variables, names: [name], from: range![0], to: range![1] }),
  });
  const now = (range && near.data?.run?.metrics) || series;
  const { x, series: lines } = useMemo(() => curves(name, now), [name, now]);
  const count = series.reduce((sum, each) => sum + Number(each.count), 0);
  return (
    <div>
      <Plot title={name} x={x} series={lines} format={number} window={range ?? undefined} zoom={setRange} />
      <div className={`${css.dim} ${css.line} ${css.gap10} ${css.middle} ${css.mih26}`}>
        <span>
          {now.every((each) => each.exact)
            ? t("metrics.points", { count })
            : t("metrics.pointsHint", { count })}
        </span>
        {range && (
          <Button size="compact-xs" variant="subtle" onClick={() => setRange(null)}>
            {t("metrics.resetZoom")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Table({ names }: { names: { name: string; series: Series[] }[] }) {
  const { t } = useTranslation();
  const columns = names.flatMap(({ name, series }) =>
    series.map((each) => ({
      key: `${name} ${each.item}`,
      title: each.item === null ? name : `${name} ${each.item}`,
      cells: new Map((each.points as Point[]).map(([at, value]) => [at, value as Packed])),
    })),
  );
  const rows = [...new Set(columns.flatMap((column) => [...column.cells.keys()]))].sort((a, b) => a - b);
  return (
    <details>
      <summary>{t("metrics.asTable")}</summary>
      <div className={`${css.mah320} ${css.scrolls}`}>
        <table className={css.table}>
          <thead>
            <tr>
              <th className={css.num}>{t("kind.step")}</th>
              {columns.map((column) => (
                <th key={column.key} className={css.num}>
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST_ROWS).map((at) => (
              <tr key={at}>
                <td className={css.num}>{at}</td>
                {columns.map((column) => (
                  <td key={column.key} className={css.num}>
                    {column.cells.has(at) ? shown(column.cells.get(at)!) : ""}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MOST_ROWS && (
        <p className={css.dim}>
          {t("metrics.firstRows", {
            n: MOST_ROWS,
            count: rows.length,
          })}
        </p>
      )}
    </details>
  );
}
