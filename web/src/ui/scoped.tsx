/** Parts of pages that list what is in the chosen project: the search field, the button that makes one, what is said when nothing can be shown. */
import { Button, TextInput } from "@mantine/core";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Refused } from "@/api/client";
import { useChosen } from "@/api/project";
import { choose, listOf, useScope } from "@/api/scope";
import { Act, useBar } from "./act";
import { Empty, Failure } from "./page";
import css from "./ui.module.css";

/** A search that is kept in the address; it is emptied when the address is. */
export function SearchField({
  label,
  value = "",
  set,
  w = 190,
}: {
  label: string;
  value?: string;
  set: (next: string | undefined) => void;
  w?: number;
}) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      w={w}
      value={text}
      onChange={({ currentTarget: { value: next } }) => {
        told.current = next;
        setText(next);
        set(next || undefined);
      }}
    />
  );
}

/** The button that makes a new one: not in a project where I may only look. */
export function Made({ go, children }: { go: () => void; children: ReactNode }) {
  const bar = useBar();
  return (
    <Act variant="filled" why={bar(useChosen()?.viewerCanRun ?? true)} onClick={go}>
      {children}
    </Act>
  );
}

function useAll(): () => void {
  const go = useNavigate();
  const path = useLocation({ select: (location) => location.pathname });
  return () => {
    choose(null);
    void go({ to: listOf(path), search: {} });
  };
}

/** What one can do where a project has nothing, and beside it the way to all projects. */
export function Wider({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  const all = useAll();
  const scope = useScope();
  return (
    <div className={`${css.flow} ${css.gap8} ${css.toCenter}`}>
      {children}
      {scope && <Button onClick={all}>{t("switcher.showAll")}</Button>}
    </div>
  );
}

/** Why a list is not there. */
export function NotListed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const scope = useScope();
  if (scope && error instanceof Refused && error.code === "NOT_FOUND") {
    return (
      <Empty title={t("switcher.notFound", { name: scope })} action={<Wider />}>
        {t("project.notMember")}
      </Empty>
    );
  }
  return (
    <div className={css.p14}>
      <Failure error={error} retry={retry} />
    </div>
  );
}
