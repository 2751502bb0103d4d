/** What a workload requests of GPUs besides their number: which kind, and what part of each. */
import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

export interface Gpus {
  gpu: number;
  gpu_type?: string;
  gpu_share?: string;
}

/** The number of GPUs, with what makes no sense without any taken away. */
export const counted = (gpu: number): Partial<Gpus> => (gpu ? { gpu } : { gpu, gpu_share: "" });

/** For a line of text: `, 2 GPU`, `, 0.5 GPU`, `, 2 × 8Gi GPU`; empty without any. */
export function requested(value: Gpus, before = ", "): string {
  if (!value.gpu) return "";
  if (!value.gpu_share) return `${before}${value.gpu} GPU`;
  return `${before}${value.gpu > 1 ? `${value.gpu} × ` : ""}${value.gpu_share} GPU`;
}

export function GpuFields({ value, put, fault, disabled = false }: { value: Gpus; put: (change: Partial<Gpus>) => void; fault: (field: string) => string | undefined; disabled?: boolean }) {
  const { t } = useTranslation();
  if (!value.gpu) return null;
  return (
    <>
      <TextInput label={t("Kind of GPU")} placeholder={t("any")} value={value.gpu_type ?? ""} disabled={disabled} error={fault("gpu_type")} onChange={(event) => put({ gpu_type: event.currentTarget.value })} />
      <TextInput label={t("Share of each GPU")} description={t("A part from 0.01 to 0.99, or an amount of memory such as 8Gi")} placeholder={t("the whole GPU")} value={value.gpu_share ?? ""} disabled={disabled} error={fault("gpu_share")} onChange={(event) => put({ gpu_share: event.currentTarget.value })} />
    </>
  );
}
