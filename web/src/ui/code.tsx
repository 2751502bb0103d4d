/** A field for code; its editor is loaded when one is shown. */
import { Input } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import { patient } from "@/api/patient";
import css from "./ui.module.css";

const Editor = lazy(() => patient(() => import("./codemirror")));

interface Props {
  label?: string;
  description?: string;
  error?: ReactNode;
  required?: boolean;
  disabled?: boolean;
  placeholder?: string;
  language?: string;
  value: string;
  set: (value: string) => void;
  names?: string[];
  height?: string;
  /** [line from 1, words] to mark. */
  marks?: [number, string][];
}

export function Code({ label, description, error, required, ...rest }: Props) {
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error}
      required={required}
      labelElement="div"
    >
      <div className={css.editor}>
        <Suspense
          fallback={
            <pre tabIndex={0} className={`${css.code} ${css.noBorder}`} style={{ height: rest.height }}>
              {rest.value}
            </pre>
          }
        >
          <Editor label={label ?? rest.language ?? "code"} {...rest} />
        </Suspense>
      </div>
    </Input.Wrapper>
  );
}
