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
import { Registries } from "@/features/images/registries";
import { Policy } from "@/features/notebooks/policy";
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
  useTitle([{ label: t("Projects"), to: "/projects" }, { label: key }]);
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading />;
  if (!project)
    return (
      <Empty
        whole
        title={t("There is no such project")}
        action={<Link to="/projects">{t("All projects")}</Link>}
      >
        {t("Or you are not a member of it: its owners can add you.")}
      </Empty>
    );
  return (
    <>
      <Head
        title={project.name}
        facts={
          <>
            <span>
              {t("I am")} <b>{role(project.viewerRole)}</b>
            </span>
            <span>
              {t("Cluster")} <b>{project.cluster}</b>
            </span>
            <span>
              {t("Made")}{" "}
              <b>
                <Ago at={project.createdAt} />
              </b>
            </span>
          </>
        }
        actions={
          <Link to="/pipelines" search={{ project: project.name }}>
            <Button component="span">{t("Pipelines")}</Button>
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
        {query.data.clusters.some((each) => each.kind === "kubernetes") && (
          <Places
            key={JSON.stringify([project.id, project.spaces, project.nodeGroup])}
            id={project.id}
            spaces={project.spaces as Record<string, string>}
            group={project.nodeGroup}
            admin={me?.admin ?? false}
          />
        )}
        <Policy project={project.name} />
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
      say(t("Saved."));
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
    <Panel title={t("About")}>
      <div className={`${css.stack} ${css.p14} ${css.gap10}`} data-unsaved={changed || undefined}>
        <TextInput
          label={t("Name")}
          description={t("Small letters, digits and hyphens")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          disabled={!project.viewerCanManage}
          error={fault("name")}
        />
        <Textarea
          label={t("Description")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          disabled={!project.viewerCanManage}
          autosize
          minRows={2}
          error={fault("description")}
        />
        <Select
          label={t("Cluster")}
          description={t("Where its work runs unless a run says otherwise")}
          data={known}
          value={cluster}
          onChange={(next) => next && setCluster(next)}
          allowDeselect={false}
          disabled={!project.viewerCanManage}
          error={fault("cluster")}
        />
        {known.length > 1 && (
          <MultiSelect
            label={t("Further clusters")}
            description={t("Where a run may go when it is started so")}
            data={known.filter((each) => each !== cluster)}
            value={further.filter((each) => each !== cluster)}
            onChange={setFurther}
            disabled={!project.viewerCanManage}
            error={fault("clusters")}
          />
        )}
        {further.filter((each) => each !== cluster).length > 0 && (
          <Select
            label={t("Runs that name no cluster")}
            description={t(
              "The first that fits: asked in the order {{clusters}}; the first where the run starts now, else the first where it waits",
              { clusters: [cluster, ...further.filter((each) => each !== cluster)].join(", ") },
            )}
            data={[
              { value: "NAMED", label: t("run on {{cluster}}", { cluster }) },
              { value: "FIRST", label: t("run on the first cluster that fits") },
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
            {t("Save")}
          </Button>
        ) : (
          !project.archivedAt && (
            <span className={css.dim}>{t("Owners of the project can change this.")}</span>
          )
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
    <Panel title={t("Members")}>
      {project.members.map(({ user, role: now }) => (
        <div key={user.id} className={css.row}>
          <div className={css.fill}>
            <b>{user.name}</b> {user.id === me?.id && <span className={css.dim}>{t("(me)")}</span>}
            <div className={css.dim}>{user.email}</div>
          </div>
          <Select
            aria-label={t("Role of {{name}}", { name: user.name })}
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
            aria-label={user.id === me?.id ? t("Leave") : t("Remove {{name}}", { name: user.name })}
          >
            {user.id === me?.id ? t("Leave") : t("Remove")}
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
            label={t("Add somebody by user name")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fault}
            flex="1 1 200px"
          />
          <Select
            label={t("As")}
            data={roles}
            value={as}
            allowDeselect={false}
            w={120}
            onChange={(next) => next && setAs(next as Role)}
          />
          <Button type="submit" disabled={!name.trim()}>
            {t("Add")}
          </Button>
        </form>
      )}
      {project.viewerCanManage && <Invitations project={project} roles={roles} />}
      {Boolean(error) && !fault && (
        <div className={css.p14}>
          <Failure error={error} />
        </div>
      )}
      <div className={`${css.dim} ${css.pUnderRow}`}>
        {t(
          "Viewers look; members make and run; maintainers also keep secrets, registries and policies and stop what is others'; owners also decide who is in. Administrators are owners everywhere.",
        )}
      </div>
    </Panel>
  );
}
