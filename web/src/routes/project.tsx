/** One project: what it is, who is in it and what they may. */
import { Button, MultiSelect, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import { remember, useRemember } from "@/api/project";
import { useViewer } from "@/api/viewer";
import { Retention } from "@/features/housekeeping/retention";
import { Storage } from "@/features/housekeeping/storage";
import { Registries } from "@/features/images/registries";
import { Policy } from "@/features/notebooks/policy";
import { Channels } from "@/features/notifications/channels";
import { Archived, Ending } from "@/features/projects/ending";
import { GroupMembers } from "@/features/projects/groups";
import { Invitations } from "@/features/projects/invitations";
import { Places } from "@/features/projects/places";
import { ROLES, useRole } from "@/features/projects/roles";
import { Secrets } from "@/features/projects/secrets";
import { QuotaPanel } from "@/features/quotas/panel";
import {
  ProjectDocument,
  type ProjectQuery,
  RemoveMemberDocument,
  type Role,
  SetMemberDocument,
  UpdateProjectDocument,
} from "@/gen/graphql";
import { useTitle } from "@/ui/crumbs";
import { Ago, css, Empty, Failure, Head, Loading, Panel } from "@/ui/page";
import { complain, say } from "@/ui/toast";

type Found = NonNullable<ProjectQuery["project"]>;
const fresh = () => cache.invalidateQueries({ queryKey: ["project"] });

export function Project() {
  const { t } = useTranslation();
  const { project: key } = useParams({ from: "/projects/$project" });
  const role = useRole();
  const query = useQuery({ queryKey: ["project", key], queryFn: () => ask(ProjectDocument, { key }) });
  const project = query.data?.project;
  const me = useViewer().data?.viewer;
  useRemember(project?.name);
  useTitle([{ label: t("nav.projects"), to: "/projects" }, { label: key }]);
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading />;
  if (!project)
    return (
      <Empty whole title={t("project.notFound")} action={<Link to="/projects">{t("nav.allProjects")}</Link>}>
        {t("project.notMember")}
      </Empty>
    );
  return (
    <>
      <Head
        title={project.name}
        facts={
          <>
            <span>
              {t("project.yourRole")} <b>{role(project.viewerRole)}</b>
            </span>
            <span>
              {t("kind.cluster")} <b>{project.cluster}</b>
            </span>
            <span>
              {t("common.created")}{" "}
              <b>
                <Ago at={project.createdAt} />
              </b>
            </span>
          </>
        }
        actions={
          <Link to="/pipelines" search={{ project: project.name }}>
            <Button component="span">{t("nav.pipelines")}</Button>
          </Link>
        }
      />
      <div className={`${css.body} ${css.maw860}`}>
        <Archived project={project} />
        <About
          key={project.id + project.name}
          project={project}
          clusters={query.data.clusters.map((each) => each.name)}
        />
        <Members project={project} />
        <QuotaPanel project={project.name} />
        <Secrets project={project.name} />
        <Registries project={project.name} />
        {(project.viewerRole === "MAINTAINER" || project.viewerRole === "OWNER") && (
          <Channels project={project.name} />
        )}
        {query.data.clusters.some((each) => each.kind === "kubernetes") && (
          <Places
            key={JSON.stringify([project.id, project.namespaces, project.nodeGroup])}
            id={project.id}
            namespaces={project.namespaces}
            group={project.nodeGroup}
            admin={me?.admin ?? false}
          />
        )}
        <Policy project={project.name} />
        <Retention project={project.name} />
        <Storage project={project.name} />
        <Ending project={project} />
      </div>
    </>
  );
}

function About({ project, clusters }: { project: Found; clusters: string[] }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const [text, setText] = useState(project.description);
  const [name, setName] = useState(project.name);
  const [cluster, setCluster] = useState(project.cluster);
  const [further, setFurther] = useState(project.clusters.filter((each) => each !== project.cluster));
  const [placement, setPlacement] = useState(project.placement);
  const known = [...new Set([...clusters, ...project.clusters])];
  const changed =
    text !== project.description ||
    name !== project.name ||
    cluster !== project.cluster ||
    placement !== project.placement ||
    [cluster, ...further.filter((each) => each !== cluster)].join() !== project.clusters.join();
  const [error, setError] = useState<unknown>(null);
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  const save = async () => {
    setError(null);
    try {
      await act(UpdateProjectDocument, {
        id: project.id,
        description: text,
        name,
        cluster,
        clusters: further.filter((each) => each !== cluster),
        placement,
      });
      say(t("common.saved"));
      void cache.invalidateQueries();
      if (name !== project.name) {
        remember(name);
        await go({ to: "/projects/$project", params: { project: name }, replace: true });
      }
    } catch (caught) {
      setError(caught);
    }
  };
  return (
    <Panel title={t("common.about")}>
      <div className={`${css.stack} ${css.p14} ${css.gap10}`} data-unsaved={changed || undefined}>
        <TextInput
          label={t("common.name")}
          description={t("common.nameRule")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          disabled={!project.viewerCanManage}
          error={fault("name")}
        />
        <Textarea
          label={t("common.description")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          disabled={!project.viewerCanManage}
          autosize
          minRows={2}
          error={fault("description")}
        />
        <Select
          label={t("kind.cluster")}
          description={t("project.clusterHint")}
          data={known}
          value={cluster}
          onChange={(next) => next && setCluster(next)}
          allowDeselect={false}
          disabled={!project.viewerCanManage}
          error={fault("cluster")}
        />
        {known.length > 1 && (
          <MultiSelect
            label={t("project.moreClusters")}
            description={t("project.moreClustersHint")}
            data={known.filter((each) => each !== cluster)}
            value={further.filter((each) => each !== cluster)}
            onChange={setFurther}
            disabled={!project.viewerCanManage}
            error={fault("clusters")}
          />
        )}
        {further.filter((each) => each !== cluster).length > 0 && (
          <Select
            label={t("project.clusterChoice")}
            description={t("project.clusterChoiceHint", {
              clusters: [cluster, ...further.filter((each) => each !== cluster)].join(", "),
            })}
            data={[
              { value: "NAMED", label: t("project.clusterFixed", { cluster }) },
              { value: "FIRST", label: t("project.clusterFirst") },
            ]}
            value={placement}
            onChange={(next) => next && setPlacement(next as typeof placement)}
            allowDeselect={false}
            disabled={!project.viewerCanManage}
            error={fault("placement")}
          />
        )}
        {Boolean(error) && !["name", "description", "cluster", "clusters", "placement"].some(fault) && (
          <Failure error={error} />
        )}
        {project.viewerCanManage ? (
          <Button className={css.selfStart} disabled={!changed} onClick={() => void save()}>
            {t("common.save")}
          </Button>
        ) : (
          !project.archivedAt && <span className={css.dim}>{t("common.ownersOnly")}</span>
        )}
      </div>
    </Panel>
  );
}

function Members({ project }: { project: Found }) {
  const { t } = useTranslation();
  const role = useRole();
  const go = useNavigate();
  const me = useViewer().data?.viewer;
  const [name, setName] = useState("");
  const [as, setAs] = useState<Role>("MEMBER");
  const [error, setError] = useState<unknown>(null);
  const roles = ROLES.map((each) => ({ value: each, label: role(each) }));
  const set = async (user: string, next: Role) => {
    setError(null);
    try {
      await act(SetMemberDocument, { project: project.id, user, role: next });
      setName("");
      void fresh();
    } catch (caught) {
      setError(caught);
    }
  };
  const remove = async (user: string) => {
    try {
      await act(RemoveMemberDocument, { project: project.id, user });
      if (user === me?.name && !me.admin) {
        void cache.invalidateQueries();
        await go({ to: "/projects" });
      } else void fresh();
    } catch (caught) {
      complain(caught);
    }
  };
  const fault = error instanceof Refused && error.field === "user" ? error.message : undefined;
  return (
    <Panel title={t("common.members")}>
      {project.members.map(({ user, role: now }) => (
        <div key={user.id} className={css.row}>
          <div className={css.fill}>
            <b>{user.name}</b> {user.id === me?.id && <span className={css.dim}>{t("common.you")}</span>}
            <div className={css.dim}>{user.email}</div>
          </div>
          <Select
            aria-label={t("project.roleOf", { name: user.name })}
            data={roles}
            value={now}
            w={130}
            allowDeselect={false}
            disabled={!project.viewerCanManage}
            onChange={(next) => next && void set(user.name, next as Role)}
          />
          <Button
            size="compact-sm"
            variant="subtle"
            disabled={!project.viewerCanManage && user.id !== me?.id}
            onClick={() => void remove(user.name)}
            aria-label={user.id === me?.id ? t("project.leave") : t("common.removeName", { name: user.name })}
          >
            {user.id === me?.id ? t("project.leave") : t("common.remove")}
          </Button>
        </div>
      ))}
      <GroupMembers project={project} />
      {project.viewerCanManage && (
        <form
          className={`${css.row} ${css.bottom} ${css.wraps}`}
          onSubmit={(event) => {
            event.preventDefault();
            void set(name, as);
          }}
        >
          <TextInput
            label={t("project.addUser")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fault}
            flex="1 1 200px"
          />
          <Select
            label={t("common.role")}
            data={roles}
            value={as}
            allowDeselect={false}
            w={120}
            onChange={(next) => next && setAs(next as Role)}
          />
          <Button type="submit" disabled={!name.trim()}>
            {t("common.add")}
          </Button>
        </form>
      )}
      {project.viewerCanManage && <Invitations project={project} roles={roles} />}
      {Boolean(error) && !fault && (
        <div className={css.p14}>
          <Failure error={error} />
        </div>
      )}
      <div className={`${css.dim} ${css.pUnderRow}`}>{t("project.rolesHint")}</div>
    </Panel>
  );
}
