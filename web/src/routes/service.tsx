/** One service: whether it answers, who gets the traffic, trying it, its logs, who may ask. */
import { Button, Menu, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache, put } from "@/api/cache";
import { act, ask } from "@/api/client";
import { useRemember } from "@/api/project";
import { listen } from "@/api/socket";
import { Pods, VIEWS } from "@/features/run/pods";
import { Deploy } from "@/features/services/form";
import { Load } from "@/features/services/load";
import { Requests } from "@/features/services/requests";
import { fresh, off, type Whole } from "@/features/services/service";
import { Settings } from "@/features/services/settings";
import { Revisions, Way as Rollout, Shares } from "@/features/services/traffic";
import { Try } from "@/features/services/try";
import {
  DeleteServiceDocument,
  OpenServiceDocument,
  ServiceChangedDocument,
  ServiceDocument,
  ServicePodsDocument,
  type ServiceQuery,
  StartServiceDocument,
  StopServiceDocument,
} from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { tabOf } from "@/lib/tab";
import { Act, Choice, useBar } from "@/ui/act";
import { useAttempt } from "@/ui/attempt";
import { useTitle } from "@/ui/crumbs";
import { Dialog } from "@/ui/dialog";
import { Copy, css, Empty, Failure, Head, Loading, Notice, Panel } from "@/ui/page";
import { Restarted } from "@/ui/restarted";
import { State, useWord } from "@/ui/state";
import { complain, say } from "@/ui/toast";
import { Way } from "@/ui/way";

function useService(id: string) {
  const query = useQuery({ queryKey: ["service", id], queryFn: () => ask(ServiceDocument, { id }) });
  const there = Boolean(query.data?.service);
  useEffect(() => {
    if (there)
      return listen(ServiceChangedDocument, { id }, ({ serviceChanged }) => {
        put<ServiceQuery>(["service", id], { service: serviceChanged.service });
        void cache.invalidateQueries({ queryKey: ["service-pods", id] });
      });
  }, [id, there]);
  return query;
}

export function Service() {
  const { t } = useTranslation();
  const bar = useBar();
  const { service: id } = useParams({ from: "/services/$service" });
  const search = useSearch({ from: "/services/$service" });
  const go = useNavigate({ from: "/services/$service" });
  const query = useService(id);
  const service = query.data?.service;
  const [dialog, setDialog] = useState<"deploy" | "delete" | null>(search.deploy ? "deploy" : null);
  useRemember(service?.project.name);
  useTitle([{ label: t("nav.services"), to: "/services" }, { label: service?.name ?? t("kind.service") }]);
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading rows={8} what={t("service.loading")} />;
  if (!service)
    return (
      <Empty whole title={t("service.notFound")} action={<Link to="/services">{t("service.all")}</Link>}>
        {t("common.notFoundHint")}
      </Empty>
    );
  const can = service.viewerCanChange;
  const tab = tabOf(search.tab, ["about", "try", "requests", ...VIEWS, "settings"], "about");
  const attempt = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      complain(error);
    }
    fresh();
  };
  const open = async () => {
    const page = window.open("about:blank", "_blank");
    try {
      const { url } = await act(OpenServiceDocument, { id: service.id });
      if (page) page.location.href = url;
      else location.href = url;
    } catch (error) {
      page?.close();
      complain(error);
    }
  };
  return (
    <>
      <Head
        title={service.name}
        state={<State state={service.state} />}
        actions={
          <>
            <Act variant="filled" why={bar(can)} onClick={() => setDialog("deploy")}>
              {t("common.deployMenu")}
            </Act>
            {service.enabled ? (
              <Act why={bar(can)} onClick={() => void attempt(act(StopServiceDocument, { id: service.id }))}>
                {t("common.stop")}
              </Act>
            ) : (
              <Act why={bar(can)} onClick={() => void attempt(act(StartServiceDocument, { id: service.id }))}>
                {t("common.start")}
              </Act>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <Button aria-label={t("common.more")}>…</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Choice why={!service.enabled && t("common.notRunning")} onClick={() => void open()}>
                  {t("service.openInBrowser")}
                </Choice>
                <Menu.Divider />
                <Choice
                  color="red"
                  why={
                    bar(can) || (service.revisions.some((each) => !off(each.state)) && t("common.stopFirst"))
                  }
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
              {t("kind.project")}{" "}
              <Link
                to="/projects/$project"
                params={{ project: service.project.name }}
                className={`${css.fw600} ${css.underlined}`}
              >
                {service.project.name}
              </Link>
            </span>
            <span>
              {t("kind.cluster")} <b>{service.cluster}</b>
            </span>
            <span>
              {t("common.author")} <b>{service.author.name}</b>
            </span>
            <span>
              {t("service.traffic")} <Shares traffic={service.traffic} />
            </span>
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
            <Tabs.Tab value="try">{t("service.invoke")}</Tabs.Tab>
            <Tabs.Tab value="requests">{t("common.requests")}</Tabs.Tab>
            <Tabs.Tab value="log">{t("common.log")}</Tabs.Tab>
            <Tabs.Tab value="resources">{t("common.resources")}</Tabs.Tab>
            <Tabs.Tab value="events">{t("common.events")}</Tabs.Tab>
            <Tabs.Tab value="settings">{t("common.settings")}</Tabs.Tab>
          </Tabs.List>
        </Tabs>
      </Head>
      <div className={css.body}>
        {tab === "about" && <About service={service} />}
        {tab === "try" && <Try key={service.id} service={service} />}
        {tab === "requests" && <Requests id={service.id} />}
        {VIEWS.includes(tab) && <Inside service={service} pod={search.pod} tab={tab} />}
        {tab === "settings" && <Settings key={service.id} service={service} />}
      </div>
      {dialog === "deploy" && (
        <Deploy
          service={service}
          model={search.deploy}
          close={() => {
            setDialog(null);
            void go({ search: (now) => ({ ...now, deploy: undefined }), replace: true });
          }}
        />
      )}
      {dialog === "delete" && (
        <Delete service={service} close={() => setDialog(null)} then={() => void go({ to: "/services" })} />
      )}
    </>
  );
}

function About({ service }: { service: Whole }) {
  const { t } = useTranslation();
  const newest = service.revisions[0]!;
  const coming = ["REQUESTED", "DEPLOYING"].includes(newest.state);
  const failed = service.revisions.find(
    (each) =>
      each.state === "FAILED" &&
      (each.number === newest.number || service.traffic.some((share) => share.revision === each.number)),
  );
  return (
    <>
      {service.description && <span>{service.description}</span>}
      {service.state === "UNKNOWN" && <Notice tone="waitful">{t("common.clusterDown")}</Notice>}
      {failed && (
        <Notice
          tone="bad"
          action={
            <Button component={Link} to={`/services/${service.id}?tab=log`}>
              {t("common.viewLogs")}
            </Button>
          }
        >
          <b>{t("service.revisionFailed", { n: failed.number })}</b>
          <div>{localised(failed.explanation ?? failed.reason ?? "")}</div>
        </Notice>
      )}
      {service.revisions.map((each) => (
        <Restarted
          key={each.id}
          last={each.restarted}
          what={t("service.revisionTitle", { n: each.number })}
        />
      ))}
      {service.revisions
        .filter((each) => each.state === "DEGRADED" && each.explanation)
        .map((each) => (
          <Notice key={each.id} tone="waitful">
            <b>{t("service.revisionDegraded", { n: each.number })}</b>
            <div>{localised(each.explanation!)}</div>
          </Notice>
        ))}
      {coming && <Way stages={newest.stages} moving explanation={newest.explanation} />}
      <Rollout service={service} />
      <Panel title={t("service.address")}>
        <div className={`${css.flow} ${css.p14} ${css.gap10} ${css.middle}`}>
          <code className={`${css.mono} ${css.breaks} ${css.miw0}`}>{service.url}</code>
          <span className={css.push}>
            <Copy text={service.url} />
          </span>
        </div>
      </Panel>
      <Revisions service={service} />
      <Load id={service.id} />
    </>
  );
}

function Inside({ service, pod, tab }: { service: Whole; pod: string | undefined; tab: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const go = useNavigate({ from: "/services/$service" });
  const query = useQuery({
    queryKey: ["service-pods", service.id],
    queryFn: () => ask(ServicePodsDocument, { id: service.id }),
  });
  const replicas = query.data?.service?.replicas ?? [];
  const pods = replicas.map((each, index) => ({
    pod: each.pod,
    label: `${t("service.revisionTitle", { n: each.revision })}, ${word(each.pod.state)} (${replicas.length - index})`,
  }));
  const none = query.error ? (
    <div className={css.p14}>
      <Failure error={query.error} retry={() => void query.refetch()} />
    </div>
  ) : query.isPending ? (
    <Loading rows={6} />
  ) : undefined;
  return (
    <Pods
      pods={pods}
      chosen={pod}
      choose={(next) => void go({ search: { tab, pod: next }, replace: true })}
      tab={tab}
      label={t("service.replica")}
      none={none}
    />
  );
}

function Delete({ service, close, then }: { service: Whole; close: () => void; then: () => void }) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const end = () =>
    run(async () => {
      await act(DeleteServiceDocument, { id: service.id });
      void cache.invalidateQueries({ queryKey: ["services"] });
      say(t("common.nameDeleted", { name: service.name }));
      close();
      then();
    });
  return (
    <Dialog
      title={t("common.deleteName", { name: service.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("common.deletePermanently")}
      error={error}
      danger
    >
      <Notice tone="bad">{t("service.deleteHint", { count: service.revisions.length })}</Notice>
    </Dialog>
  );
}
