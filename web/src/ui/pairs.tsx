/** Names and values, a row each; of secrets the values are never shown. */
import { ActionIcon, Button, Input, PasswordInput, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import css from "./ui.module.css";

export function Pairs({
  label,
  pairs,
  set,
  error,
  secret,
}: {
  label: string;
  pairs: Record<string, string | null>;
  set: (pairs: Record<string, string | null>) => void;
  error?: string;
  secret?: boolean;
}) {
  const { t } = useTranslation();
  const rows = Object.entries(pairs);
  const replace = (at: number, name: string, value: string | null) =>
    set(Object.fromEntries(rows.map((row, index) => (index === at ? [name, value] : row))));
  const free = () => {
    let n = rows.length + 1;
    while (`NAME_${n}` in pairs) n += 1;
    return `NAME_${n}`;
  };
  return (
    <Input.Wrapper label={label} labelElement="div" error={error}>
      <div className={`${css.stack} ${css.gap6}`}>
        {rows.map(([name, value], index) => (
          <div key={index} className={css.pairRow}>
            <TextInput
              aria-label={t("common.name")}
              value={name}
              onChange={(event) => replace(index, event.currentTarget.value, value)}
              styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
            />
            {secret ? (
              <PasswordInput
                aria-label={t("field.valueOf", { name })}
                placeholder={value === null ? t("common.secretKept") : ""}
                value={value ?? ""}
                onChange={(event) => replace(index, name, event.currentTarget.value)}
                autoComplete="off"
              />
            ) : (
              <TextInput
                aria-label={t("field.valueOf", { name })}
                value={value ?? ""}
                onChange={(event) => replace(index, name, event.currentTarget.value)}
              />
            )}
            <ActionIcon
              aria-label={t("common.removeName", { name })}
              onClick={() => set(Object.fromEntries(rows.filter((_, at) => at !== index)))}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </div>
        ))}
        <Button size="compact-sm" className={css.selfStart} onClick={() => set({ ...pairs, [free()]: "" })}>
          {t("field.addPair")}
        </Button>
      </div>
    </Input.Wrapper>
  );
}
