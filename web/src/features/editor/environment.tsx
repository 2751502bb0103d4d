/** What a step's code finds around it: Python with packages on this machine, an image on Kubernetes; its template's until something is said here. */
import { Autocomplete, Button, TagsInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { ImagesDocument } from "@/gen/graphql";
import type { StepSpec } from "@/lib/graph";
import { css } from "@/ui/page";
import { Pin } from "@/ui/pin";
import { RootField } from "@/ui/root";
import { Section } from "@/ui/section";

export type Environment = NonNullable<StepSpec["environment"]>;

const PYTHONS = ["3.14", "3.13", "3.12", "3.11", "3.10"];

/** Whether it says anything; to run as root is said beside the rest. */
const says = ({ python, requirements, image }: Environment) =>
  Boolean(python || requirements?.length || image);

/** The environment with a change, null when it says nothing any more. What the template says is taken over first, so that naming a package
 * takes no other away; its image only when no argument of the template chooses it, which a step cannot name. */
export function changed(
  own: Environment | null | undefined,
  base: Environment,
  change: Environment,
): Environment | null {
  const from =
    own && says(own)
      ? own
      : { ...base, image: base.image?.includes("{{") ? null : base.image, root: own?.root };
  const next = { ...from, ...change };
  const told = {
    ...(next.python ? { python: next.python } : {}),
    ...(next.requirements?.length ? { requirements: next.requirements } : {}),
    ...(next.image ? { image: next.image } : {}),
    ...(next.root ? { root: true } : {}),
  };
  return Object.keys(told).length ? told : null;
}

interface Props {
  project: string;
  own: Environment | null | undefined;
  base: Environment;
  disabled: boolean;
  error: (field: string) => string | undefined;
  set: (environment: Environment | null) => void;
}

export function EnvironmentFields({ project, own, base, disabled, error, set }: Props) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const images = useQuery({
    queryKey: ["images", project, "built"],
    queryFn: () => ask(ImagesDocument, { project, search: "" }),
    enabled: asked,
  });
  const built = (images.data?.images.nodes ?? []).flatMap((each) => {
    const newest = each.latestBuild;
    return newest?.state === "SUCCEEDED" && newest.reference ? [newest.reference] : [];
  });
  const here = own && says(own) ? own : base;
  const put = (change: Environment) => set(changed(own, base, change));
  const image = here.image ?? "";
  const fault = ["python", "requirements", "image", "root"].some((field) => error(field));
  const words = [
    here.python && `Python ${here.python}`,
    here.requirements?.length ? t("editor.packages", { count: here.requirements.length }) : "",
    image,
  ]
    .filter(Boolean)
    .join(", ");
  return (
    <Section
      wanted={Boolean(own) || fault}
      title={
        <>
          {t("common.environment")}{" "}
          <span className={`${css.dim} ${css.breaks}`}>{words || t("common.hostEnvironment")}</span>
        </>
      }
    >
      <Autocomplete
        label={t("editor.pythonVersion")}
        description={t("editor.pythonVersionHint")}
        data={PYTHONS}
        value={here.python ?? ""}
        disabled={disabled}
        error={error("python")}
        onChange={(python) => put({ python: python.trim() || null })}
      />
      <TagsInput
        label={t("common.pythonPackages")}
        description={t("editor.packagesHint")}
        placeholder={here.requirements?.length ? "" : "pandas>=2"}
        value={here.requirements ?? []}
        disabled={disabled}
        error={error("requirements")}
        splitChars={[",", " "]}
        onChange={(requirements) => put({ requirements })}
      />
      <div>
        <Autocomplete
          label={t("kind.image")}
          description={t("editor.imageHint")}
          placeholder="registry/name:tag"
          data={built}
          value={image}
          disabled={disabled}
          error={error("image")}
          onFocus={() => setAsked(true)}
          onChange={(next) => put({ image: next.trim() || null })}
        />
        {!disabled && !image.startsWith("localhost/") && !image.includes("{{") && (
          <Pin base={image} project={project} set={(next) => put({ image: next })} />
        )}
      </div>
      <RootField
        value={own?.root ?? base.root ?? false}
        disabled={disabled || base.root}
        error={error("root")}
        set={(root) => set(changed(own, own && says(own) ? base : {}, { root }))}
      />
      {own && says(own) && !disabled && (
        <Button
          size="compact-sm"
          className={css.selfStart}
          onClick={() => set(own.root ? { root: true } : null)}
        >
          {t("editor.templateDefault")}
        </Button>
      )}
    </Section>
  );
}
