/** What a step can be, by category: drag one to the canvas, or press Enter on it. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TemplatesQuery } from "@/gen/graphql";
import { css as ui } from "@/ui/page";
import css from "./editor.module.css";

export type Template = TemplatesQuery["templates"][number];

export function Palette({
  templates,
  add,
  locked,
}: {
  templates: Template[];
  add: (template: string) => void;
  locked: boolean;
}) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const low = words.trim().toLowerCase();
  const found = templates.filter((each) =>
    `${each.name} ${each.title} ${each.description} ${each.category}`.toLowerCase().includes(low),
  );
  const categories = [...new Set(found.map((each) => each.category))];
  return (
    <div className={css.palette} role="group" aria-label={t("nav.templates")}>
      <TextInput
        type="search"
        size="xs"
        aria-label={t("template.search")}
        placeholder={t("template.search")}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && found[0] && !locked) add(found[0].name);
        }}
      />
      {categories.map((category) => (
        <div key={category}>
          <h2>{category}</h2>
          {found
            .filter((each) => each.category === category)
            .map((each) => (
              <button
                key={each.id}
                type="button"
                className={css.item}
                disabled={locked}
                draggable={!locked}
                title={each.description}
                onClick={() => add(each.name)}
                onDragStart={(event) => {
                  event.dataTransfer.setData("application/x-cube-template", each.name);
                  event.dataTransfer.effectAllowed = "copy";
                }}
              >
                {each.title}
                <small>{each.description.split(". ")[0]}</small>
              </button>
            ))}
        </div>
      ))}
      {found.length === 0 && <p className={`${ui.dim} ${ui.p8}`}>{t("template.noMatch")}</p>}
    </div>
  );
}
