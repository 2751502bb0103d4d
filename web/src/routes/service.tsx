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
  ServiceDocument,
  ServicePodsDocument,
  type ServiceQuery,
  ServiceUpdatedDocument,
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
      return listen(ServiceUpdatedDocument, { id }, ({ serviceUpdated }) => {
        put<ServiceQuery>(["service", id], { service: serviceUpdated.service });
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
  useTitle([{ label: t("Services"), to: "/services" }, { label: service?.name ?? t("Service") }]);
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading rows={8} what={t("Loading the service…")} />;
  if (!service)
    return (
      <Empty
        whole
        title={t("There is no such service")}
        action={<Link to="/services">{t("All services")}</Link>}
      >
        {t("It was deleted, or you are not a member of its project.")}
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
              {t("Deploy…")}
            </Act>
            {service.on ? (
              <Act why={bar(can)} onClick={() => void attempt(act(StopServiceDocument, { id: service.id }))}>
                {t("Stop")}
              </Act>
            ) : (
              <Act why={bar(can)} onClick={() => void attempt(act(StartServiceDocument, { id: service.id }))}>
                {t("Start")}
              </Act>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <Button aria-label={t("More")}>…</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Choice why={!service.on && t("It does not run.")} onClick={() => void open()}>
                  {t("Open in the browser")}
                </Choice>
                <Menu.Divider />
                <Choice
                  color="red"
                  why={
                    bar(can) || (service.revisions.some((each) => !off(each.state)) && t("Stop it first."))
                  }
                  onClick={() => setDialog("delete")}
                >
                  {t("Delete…")}
                </Choice>
              </Menu.Dropdown>
            </Menu>
          </>
        }
        facts={
          <>
            <span>
              {t("Project")}{" "}
              <Link
                to="/projects/$project"
                params={{ project: service.project.name }}
                className={`${css.fw600} ${css.underlined}`}
              >
                {service.project.name}
              </Link>
            </span>
            <span>
              {t("Cluster")} <b>{service.cluster}</b>
            </span>
            <span>
              {t("By")} <b>{service.author.name}</b>
            </span>
            <span>
              {t("Traffic")} <Shares traffic={service.traffic} />
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
            <Tabs.Tab value="about">{t("About")}</Tabs.Tab>
            <Tabs.Tab value="try">{t("Try it")}</Tabs.Tab>
            <Tabs.Tab value="requests">{t("Requests")}</Tabs.Tab>
            <Tabs.Tab value="log">{t("Log")}</Tabs.Tab>
            <Tabs.Tab value="resources">{t("Resources")}</Tabs.Tab>
            <Tabs.Tab value="events">{t("Events")}</Tabs.Tab>
            <Tabs.Tab value="settings">{t("Settings")}</Tabs.Tab>
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
      (each.number === newest.number || String(each.number) in (service.traffic as object)),
  );
  return (
    <>
      {service.description && <span>{service.description}</span>}
      {service.state === "Unknown" && (
        <Notice tone="waitful">
          {t(
            "Its cluster does not answer now. What goes on there goes on; this page is right again when it does.",
          )}
        </Notice>
      )}
      {failed && (
        <Notice
          tone="bad"
          action={
            <Button component={Link} to={`/services/${service.id}?tab=log`}>
              {t("See the log")}
            </Button>
          }
        >
          <b>{t("Revision {{n}} could not go on", { n: failed.number })}</b>
          <div>{localised(failed.explanation ?? failed.reason ?? "")}</div>
        </Notice>
      )}
      {service.revisions.map((each) => (
        <Restarted key={each.id} last={each.restarted} what={t("Revision {{n}}", { n: each.number })} />
      ))}
      {service.revisions
        .filter((each) => each.state === "DEGRADED" && each.explanation)
        .map((each) => (
          <Notice key={each.id} tone="waitful">
            <b>{t("Revision {{n}} is degraded", { n: each.number })}</b>
            <div>{localised(each.explanation!)}</div>
          </Notice>
        ))}
      {coming && <Way stages={newest.stages} moving explanation={newest.explanation} />}
      <Rollout service={service} />
      <Panel title={t("Address")}>
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
    label: `${t("Revision {{n}}", { n: each.revision })}, ${word(each.pod.state)} (${replicas.length - index})`,
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
      label={t("Replica")}
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
      say(t("{{name}} is deleted.", { name: service.name }));
      close();
      then();
    });
  return (
    <Dialog
      title={t("Delete {{name}}", { name: service.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("Delete for good")}
      error={error}
      danger
    >
      <Notice tone="bad">
        {t(
          "This deletes {{count}} revisions with their logs, its keys, and what was counted. Its address answers nobody any more.",
          { count: service.revisions.length },
        )}
      </Notice>
    </Dialog>
  );
}
