/** Everybody who has an account; for administrators. Inviting, helping somebody back in, closing accounts. */

import { ActionIcon, Button, Menu, Select, TextInput } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import { nextPage } from "@/api/connection";
import { useProject, useProjects } from "@/api/project";
import { useViewer } from "@/api/viewer";
import { Retention } from "@/features/housekeeping/retention";
import { Groups } from "@/features/people/groups";
import { Providers } from "@/features/people/providers";
import { Ways } from "@/features/people/ways";
import { ROLES, useRole } from "@/features/projects/roles";
import { AllQuotas } from "@/features/quotas/all";
import {
  InvitePersonDocument,
  LinkPersonDocument,
  PeopleDocument,
  type PersonRowFragment,
  type Role,
  UpdatePersonDocument,
  ViewAsDocument,
} from "@/gen/graphql";
import { Choice } from "@/ui/act";
import { useAttempt } from "@/ui/attempt";
import { useTitle } from "@/ui/crumbs";
import { Dialog } from "@/ui/dialog";
import { Ago, barred, Copy, css, Empty, Failure, Head, Loading, Notice, Panel, Wall } from "@/ui/page";
import { complain } from "@/ui/toast";

const fresh = () => void cache.invalidateQueries({ queryKey: ["people"] });

export function People() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/people" });
  const go = useNavigate({ from: "/people" });
  const me = useViewer().data?.viewer;
  useTitle([{ label: t("nav.users") }]);
  const words = search.search ?? "";
  const list = useInfiniteQuery({
    queryKey: ["people", words],
    queryFn: ({ pageParam }) => ask(PeopleDocument, { search: words, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.users),
  });
  const rows = list.data?.pages.flatMap((page) => page.users.nodes) ?? [];
  const [inviting, setInviting] = useState(false);
  const [ways, setWays] = useState<PersonRowFragment | null>(null);
  const [way, setWay] = useState<{ name: string; url: string } | null>(null);
  const change = async (
    person: PersonRowFragment,
    values: { admin?: boolean; auditor?: boolean; closed?: boolean },
  ) => {
    try {
      await act(UpdatePersonDocument, {
        id: person.id,
        admin: values.admin ?? null,
        auditor: values.auditor ?? null,
        closed: values.closed ?? null,
      });
    } catch (error) {
      complain(error);
    }
    fresh();
  };
  const shut = (person: PersonRowFragment) => Boolean(person.deactivatedAt) && t("user.deactivated");
  const look = async (person: PersonRowFragment) => {
    try {
      await act(ViewAsDocument, { id: person.id });
      location.assign("/");
    } catch (error) {
      complain(error);
    }
  };
  const help = async (person: PersonRowFragment) => {
    try {
      const { url } = await act(LinkPersonDocument, { id: person.id });
      setWay({ name: person.name, url });
    } catch (error) {
      complain(error);
    }
  };
  if (barred(list.error)) return <Wall error={list.error} />;
  return (
    <>
      <Head
        title={t("nav.users")}
        actions={
          me?.admin && (
            <Button variant="filled" onClick={() => setInviting(true)}>
              {t("user.invite")}
            </Button>
          )
        }
      >
        <div className={css.mt12}>
          <TextInput
            type="search"
            aria-label={t("user.search")}
            placeholder={t("user.search")}
            defaultValue={words}
            w={220}
            onChange={(event) => {
              const next = event.currentTarget.value;
              void go({ search: { search: next || undefined }, replace: true });
            }}
          />
        </div>
      </Head>
      <div className={css.body}>
        <Panel label={t("nav.users")}>
          {list.error ? (
            <div className={css.p14}>
              <Failure error={list.error} retry={() => void list.refetch()} />
            </div>
          ) : list.isPending ? (
            <Loading rows={8} />
          ) : rows.length === 0 ? (
            <Empty title={t("user.noMatch")}>{t("common.fewerFilters")}</Empty>
          ) : (
            <div className={css.scroll}>
              <table className={css.table}>
                <thead>
                  <tr>
                    <th>{t("common.name")}</th>
                    <th className={css.hideSmall}>{t("common.email")}</th>
                    <th>{t("invitation.role")}</th>
                    <th>{t("user.lastSeen")}</th>
                    <th className={css.hideSmall}>{t("common.created")}</th>
                    <th>
                      <span className={css.sr}>{t("common.actions")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((person) => (
                    <tr
                      key={person.id}
                      data-row
                      tabIndex={-1}
                      className={person.deactivatedAt ? css.faded : ""}
                    >
                      <td>
                        <b>{person.name}</b>{" "}
                        {person.id === me?.id && <span className={css.dim}>{t("common.you")}</span>}
                      </td>
                      <td className={css.hideSmall}>{person.email ?? "–"}</td>
                      <td>
                        {person.deactivatedAt
                          ? t("user.inactive")
                          : person.admin
                            ? t("user.administrator")
                            : person.auditor
                              ? t("user.auditor")
                              : t("user.member")}
                      </td>
                      <td>
                        <Ago at={person.lastSeenAt} />
                      </td>
                      <td className={css.hideSmall}>
                        <Ago at={person.createdAt} />
                      </td>
                      <td className={css.right}>
                        {me?.admin && (
                          <Menu position="bottom-end">
                            <Menu.Target>
                              <ActionIcon aria-label={t("common.moreFor", { name: person.name })}>
                                <IconDots size={16} />
                              </ActionIcon>
                            </Menu.Target>
                            <Menu.Dropdown>
                              <Choice why={shut(person)} onClick={() => void help(person)}>
                                {t("user.newLink")}
                              </Choice>
                              <Menu.Item onClick={() => setWays(person)}>{t("user.sessions")}</Menu.Item>
                              <Choice
                                why={shut(person)}
                                onClick={() => void change(person, { admin: !person.admin })}
                              >
                                {person.admin ? t("user.removeAdministrator") : t("user.makeAdministrator")}
                              </Choice>
                              <Choice
                                why={shut(person)}
                                onClick={() => void change(person, { auditor: !person.auditor })}
                              >
                                {person.auditor ? t("user.removeAuditor") : t("user.makeAuditor")}
                              </Choice>
                              <Choice
                                why={shut(person) || (person.admin && t("user.auditorHint"))}
                                onClick={() => void look(person)}
                              >
                                {t("user.impersonate")}
                              </Choice>
                              <Menu.Divider />
                              <Choice
                                color={person.deactivatedAt ? undefined : "red"}
                                why={person.id === me?.id && t("user.ownAccount")}
                                onClick={() => void change(person, { closed: !person.deactivatedAt })}
                              >
                                {person.deactivatedAt ? t("user.activate") : t("user.deactivate")}
                              </Choice>
                            </Menu.Dropdown>
                          </Menu>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Panel>
        {list.hasNextPage && (
          <Button
            className={css.selfCenter}
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t("common.showMore")}
          </Button>
        )}
        <Groups may={me?.admin ?? false} />
        <Providers />
        <AllQuotas may={me?.admin ?? false} />
        <Retention project={null} />
        <span className={css.dim}>{t("user.deactivateHint")}</span>
      </div>
      {ways && <Ways id={ways.id} name={ways.name} may={me?.admin ?? false} close={() => setWays(null)} />}
      {inviting && <Invite close={() => setInviting(false)} then={setWay} />}
      {way && (
        <Dialog
          title={t("user.linkFor", way)}
          close={() => setWay(null)}
          busy={false}
          go={() => setWay(null)}
          label={t("common.done")}
          error={null}
        >
          <Notice>{t("user.linkHint")}</Notice>
          <code className={`${css.code} ${css.wrap}`}>{way.url}</code>
          <Copy text={way.url} />
        </Dialog>
      )}
    </>
  );
}

function Invite({ close, then }: { close: () => void; then: (way: { name: string; url: string }) => void }) {
  const { t } = useTranslation();
  const here = useProject();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [project, setProject] = useState<string | null>(here?.name ?? null);
  const [role, setRole] = useState<Role>("MEMBER");
  const word = useRole();
  const projects = useProjects().data?.projects.nodes ?? [];
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  const make = () =>
    run(async () => {
      const made = await act(InvitePersonDocument, { name, email: email || null, project, role });
      fresh();
      close();
      then({ name: made.user.name, url: made.url });
    });
  return (
    <Dialog
      title={t("user.invite")}
      close={close}
      busy={busy}
      go={() => void make()}
      label={t("user.create")}
      error={fault("name") || fault("email") || fault("project") ? null : error}
      why={!name && t("common.nameRequired")}
    >
      <TextInput
        required
        data-autofocus
        label={t("common.userName")}
        placeholder="ada"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fault("name")}
      />
      <TextInput
        label={t("common.email")}
        description={t("user.emailHint")}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={fault("email")}
      />
      <div className={`${css.gap12} ${css.columns170}`}>
        <Select
          label={t("kind.project")}
          placeholder={t("user.noProject")}
          description={t("user.projectHint")}
          data={projects.map((each) => each.name)}
          value={project}
          onChange={setProject}
          clearable
          searchable
          error={fault("project")}
        />
        {project && (
          <Select
            label={t("invitation.role")}
            description={t("user.projectRole")}
            data={ROLES.map((value) => ({ value, label: word(value) }))}
            value={role}
            onChange={(next) => next && setRole(next as Role)}
            allowDeselect={false}
          />
        )}
      </div>
    </Dialog>
  );
}
