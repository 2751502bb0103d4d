/** One notebook: how it stands, the way in, what goes on in it, its log, what it is made of. */

import { Button, Menu, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { put } from "@/api/cache";
import { ask } from "@/api/client";
import { patient } from "@/api/patient";
import { useRemember } from "@/api/project";
import { listen } from "@/api/socket";
import { NewImage } from "@/features/images/form";
import { CloneNotebook, DeleteNotebook } from "@/features/notebooks/dialogs";
import { coming, off, shown, useNotebookActions } from "@/features/notebooks/notebook";
import { Settings } from "@/features/notebooks/settings";
import { useEnding } from "@/features/notebooks/stop";
import { Activity, IdleStop, Warning } from "@/features/notebooks/use";
import { Pods, VIEWS } from "@/features/run/pods";
import {
  NotebookChangedDocument,
  NotebookDocument,
  NotebookPackagesDocument,
  type NotebookQuery,
} from "@/gen/graphql";
import { requested } from "@/lib/devices";
import { bytes, number } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { tabOf } from "@/lib/tab";
import { Act, Choice, useBar } from "@/ui/act";
import { useTitle } from "@/ui/crumbs";
import { Ago, css, Empty, Failure, Head, Loading, Notice, Panel } from "@/ui/page";
import { Restarted } from "@/ui/restarted";
import { State, useWord } from "@/ui/state";
import { complain } from "@/ui/toast";
import { Way } from "@/ui/way";

const Terminal = lazy(() =>
  patient(() => import("@/features/run/terminal")).then((module) => ({ default: module.Terminal })),
);

type Whole = NonNullable<NotebookQuery["notebook"]>;

/** The notebook, kept right by its subscription. */
function useNotebook(id: string) {
  const query = useQuery({ queryKey: ["notebook", id], queryFn: () => ask(NotebookDocument, { id }) });
  const there = Boolean(query.data?.notebook);
  useEffect(() => {
    if (there)
      return listen(NotebookChangedDocument, { id }, ({ notebookChanged }) =>
        put<NotebookQuery>(["notebook", id], { notebook: notebookChanged.notebook }),
      );
  }, [id, there]);
  return query;
}

export function Notebook() {
  const { t } = useTranslation();
  const bar = useBar();
  const { notebook: id } = useParams({ from: "/notebooks/$notebook" });
  const search = useSearch({ from: "/notebooks/$notebook" });
  const go = useNavigate({ from: "/notebooks/$notebook" });
  const query = useNotebook(id);
  const notebook = query.data?.notebook;
  const { start, open } = useNotebookActions();
  const ending = useEnding();
  const [dialog, setDialog] = useState<"clone" | "delete" | null>(null);
  const [image, setImage] = useState<string[] | null>(null);
  const freeze = async (of: string) => {
    try {
      setImage((await ask(NotebookPackagesDocument, { id: of })).notebookPackages);
    } catch (error) {
      complain(error);
    }
  };
  useRemember(notebook?.project.name);
  useTitle([
    { label: t("nav.notebooks"), to: "/notebooks" },
    { label: notebook?.name ?? t("kind.notebook") },
  ]);
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading rows={8} what={t("notebook.loading")} />;
  if (!notebook)
    return (
      <Empty whole title={t("notebook.notFound")} action={<Link to="/notebooks">{t("notebook.all")}</Link>}>
        {t("common.notFoundHint")}
      </Empty>
    );
  const { resources } = notebook.spec;
  const inside = notebook.viewerMayOpen !== "NONE";
  const tab = tabOf(
    search.tab,
    [
      "about",
      ...(inside ? [...VIEWS, "settings"] : []),
      ...(notebook.viewerMayOpen === "EDIT" ? ["terminal"] : []),
    ],
    "about",
  );
  return (
    <>
      <Head
        title={notebook.name}
        state={<State state={shown(notebook.state)} reason={notebook.reason} />}
        actions={
          <>
            {off(notebook.state) ? (
              <Act
                variant="filled"
                why={bar(notebook.viewerCanChange)}
                onClick={() => void start(notebook.id)}
              >
                {t("common.start")}
              </Act>
            ) : (
              <Act
                variant="filled"
                why={
                  !inside
                    ? t("notebook.notShared")
                    : notebook.state !== "RUNNING" && t("notebook.notRunningYet")
                }
                onClick={() => void open(notebook)}
              >
                {t("common.open")}
              </Act>
            )}
            {!off(notebook.state) && (
              <Act
                why={
                  bar(notebook.viewerCanStop) || (notebook.state === "STOPPING" && t("common.beingStopped"))
                }
                loading={ending.busy}
                onClick={() => void ending.end(notebook, false)}
              >
                {t("common.stop")}
              </Act>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <Button aria-label={t("common.more")}>…</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Choice
                  why={bar(notebook.viewerCanChange) || (off(notebook.state) && t("common.notRunning"))}
                  onClick={() => void ending.end(notebook, true)}
                >
                  {t("common.restart")}
                </Choice>
                <Menu.Item onClick={() => setDialog("clone")}>{t("common.copyMenu")}</Menu.Item>
                <Choice
                  why={
                    (notebook.viewerMayOpen !== "EDIT" ||
                      notebook.state !== "RUNNING" ||
                      notebook.kind !== "JUPYTER") &&
                    t("notebook.imageNeedsJupyter")
                  }
                  onClick={() => void freeze(notebook.id)}
                >
                  {t("notebook.saveAsImage")}
                </Choice>
                <Menu.Divider />
                <Choice
                  color="red"
                  why={bar(notebook.viewerCanStop) || (!off(notebook.state) && t("common.stopFirst"))}
                  onClick={() => setDialog("delete")}
                >
                  {t("common.deleteMenu")}
                </Choice>
              </Menu.Dropdown>
            </Menu>
          </>
        }
        facts={
          <>
            <span>
              {t("notebook.kind")} <b>{notebook.kind.toLowerCase()}</b>
            </span>
            <span>
              {t("kind.project")}{" "}
              <Link
                to="/projects/$project"
                params={{ project: notebook.project.name }}
                className={`${css.fw600} ${css.underlined}`}
              >
                {notebook.project.name}
              </Link>
            </span>
            <span>
              {t("common.owner")} <b>{notebook.owner.name}</b>
            </span>
            <span>
              {t("kind.cluster")} <b>{notebook.cluster}</b>
            </span>
            <span>
              <b>
                {t("common.cores", { n: number(resources.cpu) })} · {bytes(resources.memory)}
                {requested({ gpu: resources.gpu, gpu_share: resources.gpuShare }, " · ")}
              </b>
            </span>
            {notebook.readyAt && !off(notebook.state) && (
              <span>
                {t("common.upSince")}{" "}
                <b>
                  <Ago at={notebook.readyAt} />
                </b>
              </span>
            )}
          </>
        }
      >
        <Tabs
          value={tab}
          onChange={(next) =>
            void go({ search: { tab: next === "about" ? undefined : (next ?? undefined) }, replace: true })
          }
          keepMounted={false}
          mt={10}
          mb={-13}
        >
          <Tabs.List>
            <Tabs.Tab value="about">{t("common.about")}</Tabs.Tab>
            <Tabs.Tab value="log" disabled={!inside}>
              {t("common.log")}
            </Tabs.Tab>
            <Tabs.Tab value="resources" disabled={!inside}>
              {t("common.resources")}
            </Tabs.Tab>
            <Tabs.Tab value="events" disabled={!inside}>
              {t("common.events")}
            </Tabs.Tab>
            <Tabs.Tab value="terminal" disabled={notebook.viewerMayOpen !== "EDIT"}>
              {t("common.terminal")}
            </Tabs.Tab>
            <Tabs.Tab value="settings" disabled={!inside}>
              {t("common.settings")}
            </Tabs.Tab>
          </Tabs.List>
        </Tabs>
      </Head>
      <div className={css.body}>
        <Warning notebook={notebook} />
        {notebook.state === "FAILED" && (
          <Notice
            tone="bad"
            action={
              inside ? (
                <Button onClick={() => void go({ search: { tab: "log" } })}>{t("common.viewLogs")}</Button>
              ) : undefined
            }
          >
            <b>{t("notebook.failed")}</b>
            <div>{localised(notebook.explanation ?? notebook.reason ?? "")}</div>
          </Notice>
        )}
        <Restarted last={notebook.restarted} />
        {notebook.state === "UNKNOWN" && <Notice tone="waitful">{t("common.clusterDown")}</Notice>}
        {tab === "about" && <About notebook={notebook} inside={inside} />}
        {VIEWS.includes(tab) && inside && <Inside notebook={notebook} pod={search.pod} tab={tab} />}
        {tab === "terminal" && notebook.viewerMayOpen === "EDIT" && <Shell notebook={notebook} />}
        {tab === "settings" && inside && <Settings key={notebook.id} notebook={notebook} />}
      </div>
      {image && (
        <NewImage
          given={{ project: notebook.project.name, fields: { pip: image } }}
          close={() => setImage(null)}
        />
      )}
      {ending.dialog}
      {dialog === "clone" && <CloneNotebook notebook={notebook} close={() => setDialog(null)} />}
      {dialog === "delete" && (
        <DeleteNotebook
          notebook={notebook}
          close={() => setDialog(null)}
          then={() => void go({ to: "/notebooks" })}
        />
      )}
    </>
  );
}

function About({ notebook, inside }: { notebook: Whole; inside: boolean }) {
  const { t } = useTranslation();
  const started = notebook.stages.some((stage) => stage.at);
  return (
    <>
      {notebook.description && <span>{notebook.description}</span>}
      {!inside && <Notice>{t("notebook.notSharedHint", { name: notebook.owner.name })}</Notice>}
      {notebook.idleStop && off(notebook.state) && <IdleStop stop={notebook.idleStop} />}
      {started && (coming(notebook.state) || !off(notebook.state)) && (
        <Way stages={notebook.stages} moving={coming(notebook.state)} explanation={notebook.explanation} />
      )}
      {!started && (
        <Panel label={t("common.about")}>
          <Empty title={t("notebook.neverStarted")}>{t("notebook.neverStartedHint")}</Empty>
        </Panel>
      )}
      {(notebook.state === "RUNNING" || notebook.activity) && !notebook.idleStop && (
        <Activity notebook={notebook} policy={notebook.policy} />
      )}
      <Panel title={t("common.files")}>
        <div className={`${css.dim} ${css.p14}`}>
          {t("notebook.folderHint")} <code className={css.mono}>{notebook.folder}</code>
        </div>
      </Panel>
    </>
  );
}

function Inside({ notebook, pod, tab }: { notebook: Whole; pod: string | undefined; tab: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const go = useNavigate({ from: "/notebooks/$notebook" });
  const pods = notebook.pods.map((each) => ({
    pod: each,
    label: `${each.createdAt ? new Date(each.createdAt).toLocaleString() : ""} · ${word(each.state)}`,
  }));
  return (
    <Pods
      pods={pods}
      chosen={pod}
      choose={(next) => void go({ search: { tab, pod: next }, replace: true })}
      tab={tab}
      label={t("common.start")}
    />
  );
}

function Shell({ notebook }: { notebook: Whole }) {
  const { t } = useTranslation();
  const pod = notebook.pods.find((each) => each.state === "RUNNING");
  return (
    <Panel title={t("common.terminal")}>
      {pod ? (
        <div className={css.tall}>
          <Suspense fallback={<Loading rows={5} />}>
            <Terminal key={pod.id} pod={pod.id} />
          </Suspense>
        </div>
      ) : (
        <div className={`${css.dim} ${css.p20}`}>{t("common.terminalNeedsPod")}</div>
      )}
    </Panel>
  );
}
