/** The versions of a pipeline, and the difference between any two. */

import { Button, Select } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { SavePipelineDocument, VersionsDocument, VersionYamlDocument } from "@/gen/graphql";
import { Act, useBar } from "@/ui/act";
import { Diff } from "@/ui/diff";
import { Ago, css, Failure, Loading, Panel } from "@/ui/page";
import { complain, say } from "@/ui/toast";
import { download } from "./dialogs";

function useYaml(id: string, number: number) {
  return useQuery({
    queryKey: ["version", id, number],
    queryFn: () => ask(VersionYamlDocument, { id, number }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function Versions({
  project,
  pipeline,
  left,
  right,
  set,
  start,
}: {
  project: string;
  pipeline: { id: string; name: string; latest: number; viewerCanRun: boolean };
  left: number;
  right: number;
  set: (left: number, right: number) => void;
  start: (number: number) => void;
}) {
  const { t } = useTranslation();
  const list = useInfiniteQuery({
    queryKey: ["versions", pipeline.id],
    queryFn: ({ pageParam }) => ask(VersionsDocument, { id: pipeline.id, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.pipeline?.versions),
  });
  const [a, b] = [useYaml(pipeline.id, left), useYaml(pipeline.id, right)];
  const [busy, setBusy] = useState(false);
  const bar = useBar();
  const versions = list.data?.pages.flatMap((page) => page.pipeline?.versions.nodes ?? []) ?? [];
  const numbers = Array.from({ length: pipeline.latest }, (_, index) => String(pipeline.latest - index));
  const restore = async (number: number) => {
    setBusy(true);
    try {
      const data = await ask(VersionYamlDocument, { id: pipeline.id, number });
      const saved = await act(SavePipelineDocument, {
        input: { project, definition: data.pipeline!.version!.definition, expectedVersion: pipeline.latest },
      });
      say(t("editor.savedVersion", { n: saved.pipeline.latest }));
      void cache.invalidateQueries({ queryKey: ["pipeline"] });
      void cache.invalidateQueries({ queryKey: ["versions"] });
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Panel
        title={t("common.difference")}
        aside={
          <>
            <Select
              size="xs"
              w={90}
              aria-label={t("common.left")}
              data={numbers}
              value={String(left)}
              allowDeselect={false}
              searchable
              onChange={(next) => next && set(Number(next), right)}
            />{" "}
            →{" "}
            <Select
              size="xs"
              w={90}
              aria-label={t("common.right")}
              data={numbers}
              value={String(right)}
              allowDeselect={false}
              searchable
              onChange={(next) => next && set(left, Number(next))}
            />
          </>
        }
      >
        {(a.error ?? b.error) ? (
          <div className={css.p14}>
            <Failure error={a.error ?? b.error} />
          </div>
        ) : !a.data || !b.data ? (
          <Loading rows={4} />
        ) : a.data.pipeline?.version?.yaml === b.data.pipeline?.version?.yaml ? (
          <pre tabIndex={0} className={`${css.code} ${css.noBorder} ${css.square}`}>
            {b.data.pipeline?.version?.yaml}
          </pre>
        ) : (
          <Diff left={a.data.pipeline!.version!.yaml} right={b.data.pipeline!.version!.yaml} />
        )}
      </Panel>
      <Panel title={t("common.versions")}>
        {list.error ? (
          <div className={css.p14}>
            <Failure error={list.error} />
          </div>
        ) : list.isPending ? (
          <Loading rows={3} />
        ) : (
          versions.map((version) => (
            <div key={version.id} className={`${css.row} ${css.wraps}`}>
              <b className={css.w46}>v{version.number}</b>
              <span className={css.grow}>
                {version.author.name}{" "}
                <span className={css.dim}>
                  <Ago at={version.createdAt} />
                </span>
              </span>
              <Button size="compact-sm" onClick={() => set(Math.max(version.number - 1, 1), version.number)}>
                {t("pipeline.changes")}
              </Button>
              <Button
                size="compact-sm"
                onClick={() =>
                  void download(pipeline.id, `${pipeline.name}-v${version.number}`, version.number)
                }
              >
                {t("common.exportYaml")}
              </Button>
              <Act size="compact-sm" why={bar(pipeline.viewerCanRun)} onClick={() => start(version.number)}>
                {t("kind.run")}
              </Act>
              {version.number !== pipeline.latest && (
                <Act
                  size="compact-sm"
                  why={bar(pipeline.viewerCanRun)}
                  loading={busy}
                  onClick={() => void restore(version.number)}
                >
                  {t("pipeline.restore")}
                </Act>
              )}
            </div>
          ))
        )}
      </Panel>
      {list.hasNextPage && (
        <Button className={css.selfCenter} onClick={() => void list.fetchNextPage()}>
          {t("common.showMore")}
        </Button>
      )}
    </>
  );
}
