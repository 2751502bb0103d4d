/** The groups that are members of a project, and letting one in. */
import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { GroupNamesDocument, type ProjectQuery, type Role, SetGroupDocument } from "@/gen/graphql";
import { css } from "@/ui/page";
import { complain } from "@/ui/toast";
import { ROLES, useRole } from "./roles";

type Found = NonNullable<ProjectQuery["project"]>;

export function GroupMembers({ project }: { project: Found }) {
  const { t } = useTranslation();
  const role = useRole();
  const query = useQuery({
    queryKey: ["groups", "names"],
    queryFn: () => ask(GroupNamesDocument),
    enabled: project.viewerCanManage,
  });
  const [name, setName] = useState<string | null>(null);
  const [as, setAs] = useState<Role>("MEMBER");
  const roles = ROLES.map((each) => ({ value: each, label: role(each) }));
  const set = async (group: string, next: Role | null) => {
    try {
      await act(SetGroupDocument, { project: project.id, group, role: next });
      setName(null);
    } catch (error) {
      complain(error);
    }
    void cache.invalidateQueries({ queryKey: ["project"] });
  };
  const inside = project.groups.map((each) => each.group.name);
  const others = query.data?.groups.nodes.filter((each) => !inside.includes(each.name)) ?? [];
  return (
    <>
      {project.groups.map(({ group, role: now }) => (
        <div key={group.id} className={css.row}>
          <div className={css.fill}>
            <b>{group.name}</b> <span className={css.dim}>{t("project.groupBadge")}</span>
            <div className={css.dim}>{group.description}</div>
          </div>
          <Select
            aria-label={t("project.roleOf", { name: group.name })}
            data={roles}
            value={now}
            w={130}
            allowDeselect={false}
            disabled={!project.viewerCanManage}
            onChange={(next) => next && void set(group.name, next as Role)}
          />
          <Button
            size="compact-sm"
            variant="subtle"
            disabled={!project.viewerCanManage}
            onClick={() => void set(group.name, null)}
            aria-label={t("common.removeName", { name: group.name })}
          >
            {t("common.remove")}
          </Button>
        </div>
      ))}
      {project.viewerCanManage && others.length > 0 && (
        <form
          className={`${css.row} ${css.bottom} ${css.wraps}`}
          onSubmit={(event) => {
            event.preventDefault();
            if (name) void set(name, as);
          }}
        >
          <Select
            label={t("project.addGroup")}
            data={others.map((each) => each.name)}
            value={name}
            onChange={setName}
            searchable
            flex="1 1 200px"
          />
          <Select
            label={t("project.groupRole")}
            data={roles}
            value={as}
            allowDeselect={false}
            w={120}
            onChange={(next) => next && setAs(next as Role)}
          />
          <Button type="submit" disabled={!name} aria-label={t("project.addGroupSubmit")}>
            {t("common.add")}
          </Button>
        </form>
      )}
    </>
  );
}
