/** Which project the lists are of: one of mine, found by name, or all. */
import { Combobox, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { recent, remember } from "@/api/project";
import { choose, listOf, useScope } from "@/api/scope";
import { FindProjectsDocument } from "@/gen/graphql";
import { Failure } from "@/ui/page";
import ui from "@/ui/ui.module.css";
import css from "./shell.module.css";

const ALL = "*"; // no name of a project

export function Switcher() {
  const { t } = useTranslation();
  const scope = useScope();
  const go = useNavigate();
  const path = useLocation({ select: (location) => location.pathname });
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 120);
  const list = useCombobox({
    onDropdownClose: () => {
      list.resetSelectedOption();
      setWords("");
      list.focusTarget();
    },
    onDropdownOpen: () => list.focusSearchInput(),
  });
  const found = useQuery({
    queryKey: ["my-projects", "found", search],
    queryFn: () => ask(FindProjectsDocument, { search }),
    enabled: list.dropdownOpened,
    placeholderData: keepPreviousData,
  });
  const names = (found.data?.projects.nodes.map((each) => each.name) ?? []).filter((name) =>
    name.includes(words.trim().toLowerCase()),
  ); // what is shown meanwhile is of the text before
  const before =
    words || !found.data
      ? []
      : recent().filter((name) => names.includes(name) || found.data.projects.pageInfo.hasNextPage);
  const rest = names.filter((name) => !before.includes(name));
  const first = words && rest[0];
  useEffect(() => {
    if (first) list.selectFirstOption();
  }, [words, first, list.selectFirstOption]);
  const take = (name: string) => {
    const next = name === ALL ? null : name;
    choose(next);
    if (next) remember(next);
    list.closeDropdown();
    void go({ to: listOf(path), search: { project: next ?? undefined } });
  };
  const option = (name: string, label = name) => (
    <Combobox.Option key={name} value={name} active={name === (scope ?? ALL)} className={css.option}>
      <span className={css.name}>{label}</span>
      {name === (scope ?? ALL) && <IconCheck size={14} aria-label={t("switcher.selected")} />}
    </Combobox.Option>
  );
  return (
    <Combobox store={list} onOptionSubmit={take} width={260} position="bottom-start" shadow="md">
      <Combobox.Target targetType="button">
        <button
          type="button"
          className={css.project}
          aria-label={t("switcher.current", { name: scope ?? t("nav.allProjects") })}
          onClick={() => list.toggleDropdown()}
        >
          <span className={css.cube} />
          <span className={css.name}>{scope ?? t("nav.allProjects")}</span>
          <IconChevronDown size={14} />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          placeholder={t("switcher.find")}
          aria-label={t("switcher.find")}
          size="xs"
        />
        <Combobox.Options mah={340} className={ui.scrollsDown} aria-label={t("nav.projects")}>
          {!words && option(ALL, t("nav.allProjects"))}
          {before.length > 0 && (
            <Combobox.Group label={t("switcher.recent")}>{before.map((name) => option(name))}</Combobox.Group>
          )}
          {rest.length > 0 &&
            (before.length > 0 ? (
              <Combobox.Group label={t("nav.projects")}>{rest.map((name) => option(name))}</Combobox.Group>
            ) : (
              rest.map((name) => option(name))
            ))}
          {found.error ? (
            <Failure error={found.error} retry={() => void found.refetch()} />
          ) : (
            names.length === 0 && (
              <Combobox.Empty>
                {found.isPending ? t("common.loading") : words ? t("switcher.none") : t("project.empty")}
              </Combobox.Empty>
            )
          )}
          {found.data?.projects.pageInfo.hasNextPage && (
            <Combobox.Empty>{t("switcher.typeToFind")}</Combobox.Empty>
          )}
        </Combobox.Options>
        <Combobox.Footer className={css.foot}>
          {scope && (
            <Link to="/projects/$project" params={{ project: scope }} onClick={() => list.closeDropdown()}>
              {t("switcher.settings", { name: scope })}
            </Link>
          )}
          <Link to="/projects" onClick={() => list.closeDropdown()}>
            {t("switcher.manage")}
          </Link>
        </Combobox.Footer>
      </Combobox.Dropdown>
    </Combobox>
  );
}
