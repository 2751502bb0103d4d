/** Runs across pipelines, of the chosen project or of all: filters that live in the URL, views that are kept, stopping many, comparing some. */

import { Button, Menu, MultiSelect, Select, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { useViewer } from "@/api/viewer";
import { useRunActions } from "@/features/runs/actions";
import { DeleteRuns, MOST } from "@/features/runs/delete";
import { RunTable } from "@/features/runs/table";
import { type RunState, RunsDocument } from "@/gen/graphql";
import { useTitle } from "@/ui/crumbs";
import { css, Empty, Head, Loading, Panel } from "@/ui/page";
import { NotListed, SearchField, Wider } from "@/ui/scoped";
import { useWord } from "@/ui/state";

const STATES: RunState[] = ["QUEUED", "RUNNING", "CANCELLING", "SUCCEEDED", "FAILED", "CANCELLED"];
const SINCE: Record<string, number> = { hour: 3600, day: 86_400, week: 7 * 86_400, month: 30 * 86_400 };
const KEY = "cube-run-views";

/** name=value as a filter; a value that is JSON is taken as such. */
export function parameter(text: string | undefined): Record<string, unknown> {
  const match = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(text ?? "");
  if (!match) return {};
  try {
    return { [match[1]!]: JSON.parse(match[2]!) };
  } catch {
    return { [match[1]!]: match[2] };
  }
}

/** The start of a span before now, to the minute, so that equal questions are equal. */
const since = (span: string | undefined) =>
  span && SINCE[span]
    ? new Date(Math.floor(Date.now() / 60_000) * 60_000 - SINCE[span] * 1000).toISOString()
    : null;

export function Runs() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/runs" });
  const go = useNavigate({ from: "/runs" });
  const word = useWord();
  const me = useViewer().data?.viewer?.name;
  const { cancel } = useRunActions();
  const [selected, setSelected] = useState(new Set<string>());
  const [deleting, setDeleting] = useState(false);
  useTitle([{ label: t("nav.runs") }]);
  const set = (change: Partial<typeof search>) =>
    void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const states = search.states?.split(",").filter(Boolean) as RunState[] | undefined;
  const variables = {
    project: search.project ?? null,
    pipeline: null,
    states: states?.length ? states : null,
    author: search.author ?? null,
    search: search.search ?? "",
    since: since(search.since),
    until: null,
    params: parameter(search.param),
  };
  const runs = useInfiniteQuery({
    queryKey: ["runs", variables],
    queryFn: ({ pageParam }) => ask(RunsDocument, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.runs),
  });
  const nodes = runs.data?.pages.flatMap((page) => page.runs.nodes) ?? [];
  const chosen = nodes.filter((run) => selected.has(run.id));
  const stoppable = chosen.filter((run) => run.viewerCanCancel);
  const deletable = chosen.filter((run) => run.viewerCanDelete);
  const filtered = Object.entries(search).some(([name, value]) => value && name !== "project");
  return (
    <>
      <Head
        title={t("nav.runs")}
        actions={
          <>
            {chosen.length > 0 && (
              <Button
                color="red"
                variant="light"
                disabled={!deletable.length || deletable.length > MOST}
                title={deletable.length > MOST ? t("run.deleteMost", { most: MOST }) : undefined}
                onClick={() => setDeleting(true)}
              >
                {t("run.deleteCount", { count: deletable.length })}
              </Button>
            )}
            {chosen.length > 0 && (
              <Button
                color="red"
                variant="light"
                disabled={!stoppable.length}
                onClick={() => void cancel(stoppable.map((run) => run.id))}
              >
                {t("run.cancelCount", { count: stoppable.length })}
              </Button>
            )}
            <Button
              disabled={chosen.length < 2 || chosen.length > 10}
              title={t("pipeline.compareHint")}
              onClick={() => void go({ to: "/compare", search: { runs: [...selected].join(",") } })}
            >
              {t("common.compare")}
            </Button>
            <Views now={search} />
          </>
        }
      >
        <div className={`${css.flow} ${css.gap8} ${css.mt12}`}>
          <SearchField
            label={t("run.filterName")}
            value={search.search}
            set={(next) => set({ search: next })}
          />
          <MultiSelect
            aria-label={t("common.state")}
            placeholder={states?.length ? "" : t("common.state")}
            data={STATES.map((state) => ({ value: state, label: word(state) }))}
            value={states ?? []}
            onChange={(next) => set({ states: next.join(",") || undefined })}
            miw={150}
            clearable
          />
          <Select
            aria-label={t("common.startedBy")}
            placeholder={t("common.startedBy")}
            data={[
              ...new Set(
                [me, search.author, ...nodes.map((run) => run.author.name)].filter((name): name is string =>
                  Boolean(name),
                ),
              ),
            ]}
            value={search.author ?? null}
            onChange={(next) => set({ author: next ?? undefined })}
            clearable
            searchable
            w={140}
          />
          <Select
            aria-label={t("run.since")}
            placeholder={t("run.since")}
            data={[
              { value: "hour", label: t("run.lastHour") },
              { value: "day", label: t("run.lastDay") },
              { value: "week", label: t("run.last7Days") },
              { value: "month", label: t("run.last30Days") },
            ]}
            value={search.since ?? null}
            onChange={(next) => set({ since: next ?? undefined })}
            clearable
            w={130}
          />
          <TextInput
            aria-label={t("run.filterParameter")}
            placeholder={t("run.filterParameterHint")}
            defaultValue={search.param}
            onChange={(event) => set({ param: event.currentTarget.value || undefined })}
            w={130}
            error={Boolean(search.param) && Object.keys(parameter(search.param)).length === 0}
          />
        </div>
      </Head>
      {deleting && (
        <DeleteRuns runs={deletable} close={() => setDeleting(false)} done={() => setSelected(new Set())} />
      )}
      <div className={css.body}>
        <Panel label={t("nav.runs")}>
          {runs.error ? (
            <NotListed error={runs.error} retry={() => void runs.refetch()} />
          ) : runs.isPending ? (
            <Loading rows={10} />
          ) : nodes.length === 0 ? (
            filtered ? (
              <Empty
                title={t("run.noMatch")}
                action={<Button onClick={() => void go({ search: {} })}>{t("run.clearFilters")}</Button>}
              >
                {t("common.fewerFilters")}
              </Empty>
            ) : (
              <Empty
                title={t("run.empty.title")}
                action={
                  <Wider>
                    <Button onClick={() => void go({ to: "/pipelines" })}>{t("nav.pipelines")}</Button>
                  </Wider>
                }
              >
                {t("run.empty.text")}
              </Empty>
            )
          ) : (
            <RunTable runs={nodes} selected={selected} select={setSelected} project={!search.project} />
          )}
        </Panel>
        {runs.hasNextPage && (
          <Button
            className={css.selfCenter}
            loading={runs.isFetchingNextPage}
            onClick={() => void runs.fetchNextPage()}
          >
            {t("pipeline.olderRuns")}
          </Button>
        )}
      </div>
    </>
  );
}

/** Filters that were given a name, kept in this browser. */
function Views({ now }: { now: Record<string, string | undefined> }) {
  const { t } = useTranslation();
  const go = useNavigate({ from: "/runs" });
  const [kept, setKept] = useState<Record<string, Record<string, string>>>(() =>
    JSON.parse(localStorage.getItem(KEY) ?? "{}"),
  );
  const [name, setName] = useState("");
  const put = (next: typeof kept) => {
    localStorage.setItem(KEY, JSON.stringify(next));
    setKept(next);
  };
  const forget = (label: string) =>
    put(Object.fromEntries(Object.entries(kept).filter(([each]) => each !== label)));
  const filters = Object.fromEntries(Object.entries(now).filter(([, value]) => value)) as Record<
    string,
    string
  >;
  return (
    <Menu closeOnItemClick={false} width={260} position="bottom-end">
      <Menu.Target>
        <Button>{t("run.views")}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(kept).map(([label, search]) => (
          <Menu.Item
            key={label}
            closeMenuOnClick
            onClick={() => void go({ search })}
            rightSection={
              <span
                role="button"
                tabIndex={0}
                aria-label={t("run.deleteView", { name: label })}
                onClick={(event) => {
                  event.stopPropagation();
                  forget(label);
                }}
                onKeyDown={(event) => {
                  if (event.key !== "Enter" && event.key !== " ") return;
                  event.preventDefault();
                  event.stopPropagation();
                  forget(label);
                }}
              >
                ✕
              </span>
            }
          >
            {label}
          </Menu.Item>
        ))}
        {Object.keys(kept).length === 0 && <Menu.Label>{t("run.viewsHint")}</Menu.Label>}
        <form
          className={`${css.line} ${css.gap6} ${css.p8}`}
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim()) put({ ...kept, [name.trim()]: filters });
            setName("");
          }}
        >
          <TextInput
            size="xs"
            flex={1}
            aria-label={t("run.viewName")}
            placeholder={t("run.viewName")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button size="compact-sm" type="submit" disabled={!Object.keys(filters).length || !name.trim()}>
            {t("run.saveView")}
          </Button>
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
