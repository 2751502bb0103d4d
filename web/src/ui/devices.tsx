/** What a workload requests of a cluster besides cores, memory and a number of GPUs: which kind and what part of each, further devices, claims. */
import { TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

export interface Gpus {
  gpu: number;
  gpu_type?: string;
  gpu_share?: string;
  devices?: Record<string, number>;
  claims?: Record<string, number>;
}

/** Requests without what says nothing. */
export const said = (value: Gpus): Gpus => ({
  gpu: value.gpu,
  ...(value.gpu_type ? { gpu_type: value.gpu_type } : {}),
  ...(value.gpu_share ? { gpu_share: value.gpu_share } : {}),
  ...(Object.keys(value.devices ?? {}).length ? { devices: value.devices } : {}),
  ...(Object.keys(value.claims ?? {}).length ? { claims: value.claims } : {}),
});

const written = (amounts: Record<string, number> | undefined) => Object.entries(amounts ?? {}).map(([name, count]) => (count === 1 ? name : `${name}=${count}`));
const read = (tags: string[]) => Object.fromEntries(tags.map((tag) => tag.split("=")).map(([name = "", count]) => [name.trim(), count === undefined ? 1 : Number(count)]));

/** The number of GPUs, with what makes no sense without any taken away. */
export const counted = (gpu: number): Partial<Gpus> => (gpu ? { gpu } : { gpu, gpu_share: "" });

/** For a line of text: `, 2 GPU`, `, 0.5 GPU`, `, 2 × 8Gi GPU`; empty without any. */
export function requested(value: Gpus, before = ", "): string {
  const more = [...written(value.devices), ...written(value.claims)].map((each) => `${before}${each}`).join("");
  if (!value.gpu) return more;
  if (!value.gpu_share) return `${before}${value.gpu} GPU${more}`;
  return `${before}${value.gpu > 1 ? `${value.gpu} × ` : ""}${value.gpu_share} GPU${more}`;
}

export function DeviceFields({ value, put, fault, disabled = false }: { value: Gpus; put: (change: Partial<Gpus>) => void; fault: (field: string) => string | undefined; disabled?: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {value.gpu > 0 && <OfGpus value={value} put={put} fault={fault} disabled={disabled} />}
      <TagsInput label={t("Devices")} description={t("By the names that the administrator has set, such as rdma or rdma=2")} value={written(value.devices)} disabled={disabled} error={fault("devices")} onChange={(tags) => put({ devices: read(tags) })} />
      <TagsInput label={t("Claimed devices")} description={t("Device classes of the cluster, such as gpu.nvidia.com=2")} value={written(value.claims)} disabled={disabled} error={fault("claims")} onChange={(tags) => put({ claims: read(tags) })} />
    </>
  );
}

function OfGpus({ value, put, fault, disabled }: { value: Gpus; put: (change: Partial<Gpus>) => void; fault: (field: string) => string | undefined; disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput label={t("Kind of GPU")} placeholder={t("any")} value={value.gpu_type ?? ""} disabled={disabled} error={fault("gpu_type")} onChange={(event) => put({ gpu_type: event.currentTarget.value })} />
      <TextInput label={t("Share of each GPU")} description={t("A part from 0.01 to 0.99, or an amount of memory such as 8Gi")} placeholder={t("the whole GPU")} value={value.gpu_share ?? ""} disabled={disabled} error={fault("gpu_share")} onChange={(event) => put({ gpu_share: event.currentTarget.value })} />
    </>
  );
}
