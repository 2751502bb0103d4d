/** ⌘K: go to any page or thing, or do something, by typing part of its name. */
import { Modal, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useViewer } from "@/api/viewer";
import { Failure } from "@/ui/page";
import { StateIcon } from "@/ui/state";
import ui from "@/ui/ui.module.css";
import { type Entry, useFind } from "./find";
import { show } from "./open";
import css from "./shell.module.css";

export default function Palette() {
  const { t } = useTranslation();
  const close = () => show(null);
  return (
    <Modal
      opened
      onClose={close}
      withCloseButton={false}
      padding={0}
      yOffset="12vh"
      centered={false}
      size={560}
      aria-label={t("shortcuts.search")}
    >
      <Search close={close} />
    </Modal>
  );
}

function Search({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const { entries, late, error } = useFind(words, useViewer().data?.viewer);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => setAt(0), [words]);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    entry.go();
  };
  return (
    <div>
      <TextInput
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "ArrowDown") {
            event.preventDefault();
            setAt((at + 1) % Math.max(entries.length, 1));
          }
          if (event.key === "ArrowUp") {
            event.preventDefault();
            setAt((at + entries.length - 1) % Math.max(entries.length, 1));
          }
          if (event.key === "Enter") take(entries[at]);
        }}
        variant="unstyled"
        size="md"
        px={16}
        py={8}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        data-autofocus
        maxLength={100}
        placeholder={t("find.placeholder")}
        aria-label={t("shortcuts.search")}
        role="combobox"
        aria-expanded
        aria-controls="palette"
        aria-activedescendant={entries[at] ? `palette-${at}` : undefined}
      />
      <div
        id="palette"
        ref={list}
        role="listbox"
        aria-label={t("find.results")}
        aria-busy={late}
        className={css.results}
      >
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field takes the active option.
          <div
            key={entry.key}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseMove={() => setAt(index)}
            onClick={() => take(entry)}
            className={css.found}
          >
            {entry.state && <StateIcon state={entry.state} />}
            <span className={css.name}>
              {entry.label}
              {entry.detail && <span className={css.about}> {entry.detail}</span>}
            </span>
            {entry.project && <span className={css.about}>{entry.project}</span>}
            <span className={`${css.about} ${ui.rigid}`}>{entry.group}</span>
          </div>
        ))}
        {entries.length === 0 && !error && (
          <div role="option" aria-selected={false} aria-disabled className={`${ui.p14} ${ui.dim}`}>
            {late ? t("find.searching") : t("find.none")}
          </div>
        )}
      </div>
      {Boolean(error) && (
        <div className={ui.p10}>
          <Failure error={error} />
        </div>
      )}
    </div>
  );
}
