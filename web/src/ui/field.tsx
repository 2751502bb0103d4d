/** A field for one typed argument or parameter, made from what the template says of it. */
import {
  ActionIcon,
  Button,
  Input,
  JsonInput,
  MultiSelect,
  NumberInput,
  PasswordInput,
  Select,
  Slider,
  Switch,
  TextInput,
} from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Code } from "./code";
import css from "./ui.module.css";

export interface Argument {
  name: string;
  type: string;
  item_type?: string;
  label?: string;
  describe?: string;
  placeholder?: string;
  language?: string | null;
  require?: boolean;
  default?: unknown;
  choice?: unknown[];
  range?: [number | null, number | null] | null;
  editable?: boolean;
  sub_args?: Argument[];
}

interface Props {
  argument: Argument;
  value: unknown;
  set: (value: unknown) => void;
  error?: ReactNode;
  /** Names that may stand in double braces here. */
  names?: string[];
  disabled?: boolean;
  /** Named for readers only, as an item of a list is. */
  bare?: boolean;
}

const braces = (value: unknown) => typeof value === "string" && value.includes("{{");

export function Field({ argument, value, set, error, names = [], disabled, bare }: Props) {
  const { t } = useTranslation();
  const label = argument.label || argument.name;
  const common = {
    label: bare ? "" : label,
    ...(bare ? { "aria-label": label } : {}),
    description: argument.describe || undefined,
    error,
    required: argument.require !== false && argument.default == null,
    placeholder: argument.placeholder,
    disabled: disabled || argument.editable === false,
  };
  const shown = value === undefined ? argument.default : value;
  const [low, high] = argument.range ?? [null, null];
  const reference = names.length > 0 && argument.type !== "secret";
  if (reference && braces(shown) && !["text", "str"].includes(argument.type))
    return (
      <Reference
        {...common}
        value={String(shown)}
        set={set}
        names={names}
        plain={() => set(argument.default ?? undefined)}
      />
    );
  switch (argument.type) {
    case "int":
    case "float": {
      const sliding = low != null && high != null && high - low <= 10_000;
      return (
        <div>
          <NumberInput
            {...common}
            value={typeof shown === "number" ? shown : ""}
            onChange={(next) => set(next === "" ? undefined : next)}
            allowDecimal={argument.type === "float"}
            min={low ?? undefined}
            max={high ?? undefined}
            clampBehavior="none"
            rightSection={reference ? <Braces set={set} names={names} /> : undefined}
          />
          {sliding && (
            <Slider
              mt={6}
              size="sm"
              label={null}
              thumbProps={{ "aria-label": label }}
              min={low}
              max={high}
              step={argument.type === "int" ? 1 : (high - low) / 100}
              value={typeof shown === "number" ? shown : low}
              onChange={set}
              disabled={common.disabled}
            />
          )}
        </div>
      );
    }
    case "bool":
      return (
        <Switch {...common} checked={shown === true} onChange={(event) => set(event.currentTarget.checked)} />
      );
    case "enum":
      return (
        <Select
          {...common}
          data={(argument.choice ?? []).map(String)}
          value={shown == null ? null : String(shown)}
          onChange={(next) => set((argument.choice ?? []).find((each) => String(each) === next))}
          searchable={(argument.choice ?? []).length > 8}
          rightSection={reference ? <Braces set={set} names={names} /> : undefined}
          rightSectionPointerEvents="all"
        />
      );
    case "multiple":
      return (
        <MultiSelect
          {...common}
          data={(argument.choice ?? []).map(String)}
          value={Array.isArray(shown) ? shown.map(String) : []}
          onChange={(next) => set((argument.choice ?? []).filter((each) => next.includes(String(each))))}
        />
      );
    case "secret":
      return <Secret {...common} value={value} set={set} />;
    case "list":
      return <List {...common} argument={argument} value={Array.isArray(shown) ? shown : []} set={set} />;
    case "json":
    case "dict":
      return (
        <Json
          {...common}
          value={shown}
          set={set}
          right={reference ? <Braces set={set} names={names} /> : undefined}
        />
      );
    case "text":
      return (
        <Code
          {...common}
          language={argument.language ?? "text"}
          value={typeof shown === "string" ? shown : ""}
          set={set}
          names={names}
        />
      );
    case "date":
      return (
        <TextInput
          {...common}
          type="date"
          value={typeof shown === "string" ? shown : ""}
          onChange={(event) => set(event.currentTarget.value || undefined)}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          value={typeof shown === "string" ? shown : shown == null ? "" : JSON.stringify(shown)}
          onChange={(event) => set(event.currentTarget.value)}
          rightSection={
            reference ? (
              <Braces set={(name) => set(`${typeof shown === "string" ? shown : ""}${name}`)} names={names} />
            ) : undefined
          }
          title={t("field.template")}
        />
      );
  }
}

interface Base {
  label: string;
  description?: string;
  error?: ReactNode;
  required?: boolean;
  disabled?: boolean;
  placeholder?: string;
}

/** Takes the value from elsewhere in the run. */
function Braces({ set, names }: { set: (value: string) => void; names: string[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (open) {
    return (
      <Select
        size="xs"
        w={260}
        searchable
        data={names}
        defaultDropdownOpened
        autoFocus
        aria-label={t("field.source")}
        onBlur={() => setOpen(false)}
        onChange={(name) => {
          if (name) set(`{{ ${name} }}`);
          setOpen(false);
        }}
        styles={{ root: { position: "absolute", right: 0, zIndex: 3 } }}
      />
    );
  }
  return (
    <ActionIcon
      size="sm"
      aria-label={t("field.fromRun")}
      title={t("field.fromRun")}
      onClick={() => setOpen(true)}
      ff="var(--mono)"
      fz={10}
    >
      {"{}"}
    </ActionIcon>
  );
}

function Reference({
  value,
  set,
  plain,
  names,
  ...rest
}: Base & { value: string; set: (value: unknown) => void; plain: () => void; names: string[] }) {
  const { t } = useTranslation();
  return (
    <TextInput
      {...rest}
      value={value}
      list="cube-names"
      onChange={(event) => set(event.currentTarget.value)}
      styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
      rightSection={
        <ActionIcon size="sm" aria-label={t("field.literal")} title={t("field.literal")} onClick={plain}>
          <IconTrash size={13} />
        </ActionIcon>
      }
      data-names={names.length}
    />
  );
}

function Secret({ value, set, ...rest }: Base & { value: unknown; set: (value: unknown) => void }) {
  const { t } = useTranslation();
  const kept = typeof value === "object" && value !== null;
  return (
    <PasswordInput
      {...rest}
      value={kept ? "" : String(value ?? "")}
      placeholder={kept ? t("common.secretKept") : rest.placeholder}
      onChange={(event) => set(event.currentTarget.value || { sealed: "" })}
      autoComplete="off"
    />
  );
}

function Json({
  value,
  set,
  right,
  ...rest
}: Base & { value: unknown; set: (value: unknown) => void; right?: ReactNode }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  const [bad, setBad] = useState(false);
  const told = JSON.stringify(value);
  useEffect(() => {
    setText((now) => {
      try {
        if (now.trim() && JSON.stringify(JSON.parse(now)) === told) return now;
      } catch {
        return now;
      }
      return told === undefined ? "" : JSON.stringify(JSON.parse(told), null, 2);
    });
  }, [told]);
  return (
    <JsonInput
      {...rest}
      autosize
      minRows={2}
      maxRows={14}
      value={text}
      error={bad ? t("common.invalidJson") : rest.error}
      rightSection={right}
      styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
      onChange={(next) => {
        setText(next);
        try {
          set(next.trim() ? JSON.parse(next) : undefined);
          setBad(false);
        } catch {
          setBad(true);
        }
      }}
    />
  );
}

function List({
  argument,
  value,
  set,
  ...rest
}: Base & { argument: Argument; value: unknown[]; set: (value: unknown) => void }) {
  const { t } = useTranslation();
  const inner: Argument = {
    name: "item",
    type: argument.item_type ?? "str",
    require: false,
    sub_args: argument.sub_args,
  };
  return (
    <Input.Wrapper {...rest}>
      <div className={`${css.stack} ${css.gap4}`}>
        {value.map((item, index) => (
          <div key={index} className={`${css.line} ${css.gap4} ${css.top}`}>
            <div className={css.grow}>
              <Field
                bare
                argument={{ ...inner, label: `${argument.label || argument.name} ${index + 1}` }}
                value={item}
                set={(next) => set(value.map((old, at) => (at === index ? next : old)))}
              />
            </div>
            <ActionIcon
              aria-label={t("field.removeItem", { n: index + 1 })}
              onClick={() => set(value.filter((_, at) => at !== index))}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </div>
        ))}
        <Button
          size="compact-sm"
          onClick={() =>
            set([
              ...value,
              inner.type === "int" || inner.type === "float" ? 0 : inner.type === "dict" ? {} : "",
            ])
          }
        >
          {t("field.addItem")}
        </Button>
      </div>
    </Input.Wrapper>
  );
}
