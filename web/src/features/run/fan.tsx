/** The items of a fan-out as one: how long they took, the failed ones first, any of them by its number. */

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { StepFanDocument, type StepRowFragment } from "@/gen/graphql";
import { between, brief, duration } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { css, Failure, Loading } from "@/ui/page";
import { Counts, final, State } from "@/ui/state";
import own from "./run.module.css";

const BINS = 24;
const SHOWN = 200;

/** How many of the durations fall into each of equal spans between the shortest and the longest. */
export function bins(seconds: number[], count = BINS): { from: number; to: number; n: number }[] {
  if (!seconds.length) return [];
  const low = Math.min(...seconds);
  const high = Math.max(...seconds);
  const width = (high - low) / count || 1;
  const made = Array.from({ length: high > low ? count : 1 }, (_, index) => ({
    from: low + index * width,
    to: low + (index + 1) * width,
    n: 0,
  }));
  for (const value of seconds) made[Math.min(Math.floor((value - low) / width), made.length - 1)]!.n += 1;
  return made;
}

export function Fan({ step }: { step: StepRowFragment }) {
  const { t } = useTranslation();
  const go = useNavigate({ from: "/runs/$run" });
  const { item } = useSearch({ from: "/runs/$run" });
  const query = useInfiniteQuery({
    queryKey: ["fan", step.id, final(step.state) ? "done" : step.state],
    queryFn: ({ pageParam }) => ask(StepFanDocument, { id: step.id, after: pageParam }),
    initialPageParam: -1,
    getNextPageParam: (page) =>
      page.step && page.step.items.length === 200 ? (page.step.items.at(-1)!.item ?? null) : null,
  });
  if (query.hasNextPage && !query.isFetchingNextPage && (query.data?.pages.length ?? 0) < 50)
    void query.fetchNextPage();
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading rows={3} />;
  const items = query.data.pages.flatMap((page) => page.step?.items ?? []);
  const counts = [...new Set(items.map((each) => each.state))].map((state) => ({
    state,
    count: items.filter((each) => each.state === state).length,
  }));
  const took = items
    .map((each) => (each.finishedAt ? between(each.startedAt, each.finishedAt, 0) : null))
    .filter((value): value is number => value !== null);
  const histogram = bins(took);
  const most = Math.max(...histogram.map((bin) => bin.n), 1);
  const rank = (state: string) => (state === "FAILED" ? 0 : final(state) ? 2 : 1);
  const shown = [...items]
    .sort((a, b) => rank(a.state) - rank(b.state) || (a.item ?? 0) - (b.item ?? 0))
    .slice(0, SHOWN);
  return (
    <div className={`${css.stack} ${css.gap12} ${css.p14}`}>
      <div className={`${css.line} ${css.gap12} ${css.middle}`}>
        <b>{t("run.itemCount", { count: step.itemCount ?? items.length })}</b>
        <span className={css.grow}>
          <Counts counts={counts} />
        </span>
      </div>
      {histogram.length > 1 && (
        <figure className={css.flush}>
          <div
            className={own.bins}
            role="img"
            aria-label={t("run.itemDurations", {
              low: duration(histogram[0]!.from),
              high: duration(histogram.at(-1)!.to),
            })}
          >
            {histogram.map((bin) => (
              <span
                key={bin.from}
                title={`${duration(bin.from)} – ${duration(bin.to)}: ${bin.n}`}
                className={own.bin}
                style={{ height: `max(${(100 * bin.n) / most}%, ${bin.n ? 2 : 0}px)` }}
              />
            ))}
          </div>
          <figcaption className={`${css.dim} ${css.line} ${css.spread}`}>
            <span>{duration(histogram[0]!.from)}</span>
            <span>{t("run.itemDurationsLabel")}</span>
            <span>{duration(histogram.at(-1)!.to)}</span>
          </figcaption>
        </figure>
      )}
      <table className={css.table}>
        <thead>
          <tr>
            <th className={css.num}>{t("run.item")}</th>
            <th>{t("common.value")}</th>
            <th>{t("common.state")}</th>
            <th className={css.num}>{t("common.duration")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((each) => (
            <tr
              key={each.id}
              aria-selected={each.id === item}
              className={css.pointer}
              onClick={() =>
                void go({ search: (now) => ({ ...now, item: each.id, tab: undefined }), replace: true })
              }
            >
              <td className={css.num}>
                <button type="button" className={`${css.bare} ${css.accent} ${css.p0}`}>
                  {each.item}
                </button>
              </td>
              <td title={brief(each.value)}>{brief(each.value)}</td>
              <td title={localised(each.explanation ?? undefined)}>
                <State state={each.state} reason={each.reason} />
              </td>
              <td className={css.num}>{duration(between(each.startedAt, each.finishedAt, Date.now()))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {items.length > SHOWN && (
        <span className={css.dim}>{t("run.itemsHidden", { count: items.length - SHOWN })}</span>
      )}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("common.showMore")}
        </Button>
      )}
    </div>
  );
}
