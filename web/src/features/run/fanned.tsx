/** What the items of a fan-out used, the hungriest first: each has pods of its own, the step itself has none. */
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { StepFanUseDocument } from "@/gen/graphql";
import { bytes, number } from "@/lib/format";
import { css, Failure, Loading } from "@/ui/page";
import { State } from "@/ui/state";

const PAGE = 200;

export function FanUse({ step, state, open }: { step: string; state: string; open: (item: string) => void }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["fan", "use", step, state],
    queryFn: ({ pageParam }) => ask(StepFanUseDocument, { id: step, after: pageParam }),
    initialPageParam: -1,
    getNextPageParam: (page) => (page.step?.items.length === PAGE ? page.step.items.at(-1)!.item : null),
  });
  if (query.error)
    return (
      <div className={css.p14}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (!query.data) return <Loading rows={4} />;
  const items = query.data.pages.flatMap((page) => page.step?.items ?? []);
  const rows = [...items].sort(
    (a, b) =>
      Number(b.pod?.peakMemory ?? -1) - Number(a.pod?.peakMemory ?? -1) || (a.item ?? 0) - (b.item ?? 0),
  );
  const seconds = items.reduce((sum, each) => sum + (each.pod?.cpuSeconds ?? 0), 0);
  return (
    <div className={`${css.stack} ${css.p14} ${css.gap10}`}>
      <span className={css.dim}>
        {t("run.itemsCpuTime", {
          count: items.length,
          seconds: number(Math.round(seconds * 100) / 100),
        })}
      </span>
      <div className={css.scroll}>
        <table className={css.table} aria-label={t("run.itemUsage")}>
          <thead>
            <tr>
              <th className={css.num}>{t("run.item")}</th>
              <th>{t("common.state")}</th>
              <th className={css.num}>{t("run.peakMemory")}</th>
              <th className={css.num}>{t("run.peakCores")}</th>
              <th className={css.num}>{t("run.cpuTime")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, item, state: now, pod }) => (
              <tr key={id}>
                <td className={css.num}>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={t("run.itemResources", { n: item })}
                    onClick={() => open(id)}
                  >
                    {item}
                  </Button>
                </td>
                <td>
                  <State state={now} />
                </td>
                <td className={css.num}>
                  {pod
                    ? `${bytes(pod.peakMemory == null ? null : Number(pod.peakMemory))} / ${bytes(Number(pod.memory))}`
                    : "–"}
                </td>
                <td className={css.num}>
                  {pod ? `${pod.peakCpu == null ? "–" : number(pod.peakCpu)} / ${number(pod.cpu)}` : "–"}
                </td>
                <td className={css.num}>{pod?.cpuSeconds == null ? "–" : `${number(pod.cpuSeconds)} s`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {query.hasNextPage && (
        <Button
          className={css.selfCenter}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("common.showMore")}
        </Button>
      )}
    </div>
  );
}
