/** Groups of people: who is in them, made and changed by administrators. */
import { Button, Select, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  DeleteGroupDocument,
  GroupsDocument,
  type GroupsQuery,
  RemoveGroupMemberDocument,
  UpdateGroupDocument,
} from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { css, Failure, Loading, Notice, Panel } from "@/ui/page";
import { say } from "@/ui/toast";

type Group = GroupsQuery["groups"]["nodes"][number];
const fresh = () => cache.invalidateQueries({ queryKey: ["groups"] });

export function Groups({ may }: { may: boolean }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["groups"], queryFn: () => ask(GroupsDocument) });
  const [edited, setEdited] = useState<Group | "new" | null>(null);
  const [gone, setGone] = useState<Group | null>(null);
  const providers = query.data?.signInProviders ?? [];
  const title = (name: string) => providers.find((each) => each.name === name)?.title || name;
  return (
    <Panel
      title={t("group.title")}
      aside={
        may ? (
          <Button size="compact-sm" onClick={() => setEdited("new")}>
            {t("group.create")}
          </Button>
        ) : undefined
      }
    >
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : query.isPending ? (
        <Loading rows={2} />
      ) : query.data.groups.nodes.length === 0 ? (
        <div className={`${css.dim} ${css.p14}`}>{t("group.none")}</div>
      ) : (
        query.data.groups.nodes.map((group) => (
          <div key={group.id} className={`${css.row} ${css.wraps}`}>
            <div className={`${css.basis220} ${css.miw0}`}>
              <b>{group.name}</b>{" "}
              {group.provider && (
                <span className={css.dim}>{t("group.managedBy", { name: title(group.provider) })}</span>
              )}
              <div className={`${css.dim} ${css.breaks}`}>
                {group.description && `${group.description} · `}
                {group.members?.length ? group.members.map((each) => each.name).join(", ") : t("group.empty")}
              </div>
            </div>
            {may && (
              <Button
                size="compact-sm"
                onClick={() => setEdited(group)}
                aria-label={t("common.editName", { name: group.name })}
              >
                {t("common.edit")}
              </Button>
            )}
            {may && (
              <Button
                size="compact-sm"
                variant="subtle"
                onClick={() => setGone(group)}
                aria-label={t("common.deleteName", { name: group.name })}
              >
                {t("common.deleteMenu")}
              </Button>
            )}
          </div>
        ))
      )}
      {edited && (
        <Edit
          group={edited === "new" ? null : edited}
          providers={providers.map((each) => ({ value: each.name, label: each.title || each.name }))}
          close={() => setEdited(null)}
        />
      )}
      {gone && <Delete group={gone} close={() => setGone(null)} />}
    </Panel>
  );
}

function Edit({
  group,
  providers,
  close,
}: {
  group: Group | null;
  providers: { value: string; label: string }[];
  close: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(group?.name ?? "");
  const [text, setText] = useState(group?.description ?? "");
  const [provider, setProvider] = useState<string | null>(group?.provider ?? null);
  const before = group?.members?.map((each) => each.name) ?? [];
  const [people, setPeople] = useState(before);
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  const save = () =>
    run(async () => {
      try {
        const sent = { name, description: text, provider };
        const made = group
          ? await act(UpdateGroupDocument, { id: group.id, ...sent })
          : await act(CreateGroupDocument, sent);
        if (!provider) {
          for (const user of people.filter((each) => !before.includes(each)))
            await act(AddGroupMemberDocument, { id: made.id, user });
          for (const user of before.filter((each) => !people.includes(each)))
            await act(RemoveGroupMemberDocument, { id: made.id, user });
        }
      } finally {
        void fresh();
      }
      say(t("common.saved"));
      close();
    });
  return (
    <Dialog
      title={group ? t("common.editName", { name: group.name }) : t("group.create")}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("common.save")}
      error={["name", "user", "provider"].some(fault) ? null : error}
      why={!name.trim() && t("common.nameRequired")}
    >
      <TextInput
        label={t("common.name")}
        description={t("common.nameRule")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fault("name")}
        required
        data-autofocus
      />
      <TextInput
        label={t("common.description")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {(providers.length > 0 || provider) && (
        <Select
          label={t("group.source")}
          data={[
            { value: "", label: t("group.sourceHere") },
            ...providers.map((each) => ({
              value: each.value,
              label: t("group.sourceProvider", { name: each.label }),
            })),
          ]}
          value={provider ?? ""}
          onChange={(next) => setProvider(next || null)}
          allowDeselect={false}
          error={fault("provider")}
        />
      )}
      {!provider && (
        <TagsInput
          label={t("nav.users")}
          description={t("group.userName")}
          value={people}
          onChange={setPeople}
          error={fault("user")}
        />
      )}
    </Dialog>
  );
}

function Delete({ group, close }: { group: Group; close: () => void }) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const end = () =>
    run(async () => {
      await act(DeleteGroupDocument, { id: group.id });
      say(t("common.nameDeleted", { name: group.name }));
      void fresh();
      close();
    });
  return (
    <Dialog
      title={t("common.deleteName", { name: group.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("common.deletePermanently")}
      error={error}
      danger
    >
      <Notice tone="bad">{t("group.deleteHint")}</Notice>
    </Dialog>
  );
}
