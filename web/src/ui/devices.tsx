/** Fields for what a workload requests of a cluster besides cores, memory and a number of GPUs. */
import { TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Gpus, read, written } from "@/lib/devices";
import css from "./ui.module.css";

interface Props {
  value: Gpus;
  put: (change: Partial<Gpus>) => void;
  fault: (field: string) => string | undefined;
  disabled?: boolean;
}

export function DeviceFields({ value, put, fault, disabled = false }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {value.gpu > 0 && (
        <div className={css.pair}>
          <TextInput
            label={t("devices.gpuType")}
            description={t("devices.gpuTypeHint")}
            placeholder={t("devices.any")}
            value={value.gpu_type ?? ""}
            disabled={disabled}
            error={fault("gpu_type")}
            onChange={(event) => put({ gpu_type: event.currentTarget.value })}
          />
          <TextInput
            label={t("devices.gpuShare")}
            description={t("devices.gpuShareHint")}
            placeholder={t("devices.wholeGpu")}
            value={value.gpu_share ?? ""}
            disabled={disabled}
            error={fault("gpu_share")}
            onChange={(event) => put({ gpu_share: event.currentTarget.value })}
          />
        </div>
      )}
      <div className={css.pair}>
        <Amounts
          label={t("devices.devices")}
          description={t("devices.devicesHint")}
          placeholder="rdma=2"
          value={value.devices}
          set={(devices) => put({ devices })}
          error={fault("devices")}
          disabled={disabled}
        />
        <Amounts
          label={t("devices.claims")}
          description={t("devices.claimsHint")}
          placeholder="gpu.nvidia.com=2"
          value={value.claims}
          set={(claims) => put({ claims })}
          error={fault("claims")}
          disabled={disabled}
        />
      </div>
    </>
  );
}

/** Names with numbers, one a tag; a line that cannot be read is not taken, and stays said until the next one. */
function Amounts({
  value,
  set,
  error,
  ...rest
}: {
  label: string;
  description: string;
  placeholder: string;
  value: Record<string, number> | undefined;
  set: (amounts: Record<string, number>) => void;
  error: string | undefined;
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const [bad, setBad] = useState<string | null>(null);
  const tags = written(value);
  return (
    <TagsInput
      {...rest}
      placeholder={tags.length ? "" : rest.placeholder}
      value={tags}
      splitChars={[",", " "]}
      acceptValueOnBlur
      error={bad === null ? error : t("devices.invalid", { line: bad })}
      onChange={(lines) => {
        const told = read(lines);
        setBad(told.bad);
        set(told.amounts);
      }}
    />
  );
}
