/** Asks the registry of a base image for its digest, and names the image by it, so that it stays the same. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { RegistryImageDocument } from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { useAttempt } from "./attempt";
import { css, Failure } from "./page";

export function Pin({ base, project, set }: { base: string; project?: string; set: (base: string) => void }) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const [problem, setProblem] = useState<string | null>(null);
  const pin = () =>
    run(async () => {
      setProblem(null);
      const found = (await ask(RegistryImageDocument, { image: base, project: project || null }))
        .registryImage;
      if (found.digest) set(`${base}@${found.digest}`);
      else setProblem(found.problem ?? null);
    });
  if (!base || base === "scratch" || base.includes("@")) return null;
  return (
    <div className={`${css.flow} ${css.gap8} ${css.middle} ${css.mt6}`}>
      <Button size="compact-xs" loading={busy} onClick={() => void pin()}>
        {t("field.pinDigest")}
      </Button>
      {problem && (
        <span role="status" className={`${css.dim} ${css.breaks}`}>
          {localised(problem)}
        </span>
      )}
      {Boolean(error) && <Failure error={error} />}
    </div>
  );
}
