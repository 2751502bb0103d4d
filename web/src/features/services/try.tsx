/** Asking a service from the console, and how programs ask it. */
import { Button, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { type HttpMethod, InvokeServiceDocument, type InvokeServiceMutation } from "@/gen/graphql";
import { duration } from "@/lib/format";
import { useAttempt } from "@/ui/attempt";
import { Copy, css, Failure, Panel } from "@/ui/page";
import { State } from "@/ui/state";
import { answers, type Whole } from "./service";

const pretty = (text: string) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

export function Try({ service }: { service: Whole }) {
  const { t } = useTranslation();
  const serving =
    service.revisions.find((each) => service.traffic.some((share) => share.revision === each.number)) ??
    service.revisions[0]!;
  const example = [serving, ...service.revisions]
    .map((each) => each.model?.signature?.example)
    .find((each) => each?.length);
  const plain = serving.spec.kind === "CUSTOM";
  const [method, setMethod] = useState<HttpMethod>(plain ? "GET" : "POST");
  const [path, setPath] = useState(plain ? "/" : "/predict");
  const [body, setBody] = useState(
    plain ? "" : JSON.stringify({ inputs: example?.length ? example.slice(0, 1) : [[1, 2, 3]] }),
  );
  const [revision, setRevision] = useState<string | null>(null);
  const [answer, setAnswer] = useState<InvokeServiceMutation["invokeService"] | null>(null);
  const { busy, error, run } = useAttempt();
  const send = () =>
    run(async () =>
      setAnswer(
        (
          await ask(InvokeServiceDocument, {
            id: service.id,
            path,
            method,
            body: method === "GET" ? "" : body,
            revision: revision === null ? null : Number(revision),
          })
        ).invokeService,
      ),
    );
  const secret = service.access === "PUBLIC" ? "" : service.access === "KEY" ? "$SERVICE_KEY" : "$CUBE_TOKEN";
  const header = secret ? ` \\\n  -H "authorization: Bearer ${secret}"` : "";
  const ways: [string, string][] = [
    [
      "curl",
      method === "GET"
        ? `curl "${service.url}${path}"${header}`
        : `curl "${service.url}${path}"${header} \\\n  -H "content-type: application/json" -d '${body}'`,
    ],
    [
      "Python",
      `import json, os, urllib.request\n\nrequest = urllib.request.Request(\n    "${service.url}${path}",\n    ${method === "GET" ? "" : `data=json.dumps(${body || "{}"}).encode(),\n    `}headers={"content-type": "application/json"${secret ? `, "authorization": "Bearer " + os.environ["${secret.slice(1)}"]` : ""}},\n)\nprint(json.load(urllib.request.urlopen(request)))`,
    ],
  ];
  return (
    <>
      <Panel
        title={t("service.invoke")}
        aside={
          answer && (
            <span className={css.dim}>
              {t("service.revisionN", { n: answer.revision })} · {duration(answer.durationSeconds)}
            </span>
          )
        }
      >
        <form
          className={`${css.stack} ${css.p14} ${css.gap12}`}
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <div className={`${css.flow} ${css.gap8} ${css.bottom}`}>
            <SegmentedControl
              size="xs"
              aria-label={t("service.method")}
              value={method}
              onChange={(next) => setMethod(next as HttpMethod)}
              data={["GET", "POST"]}
            />
            <TextInput
              aria-label={t("service.path")}
              value={path}
              onChange={(event) => setPath(event.currentTarget.value)}
              flex={1}
              miw={160}
              styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
            />
            <Select
              aria-label={t("service.revision")}
              placeholder={t("service.byTraffic")}
              clearable
              w={170}
              value={revision}
              onChange={setRevision}
              data={service.revisions
                .filter((each) => answers(each.state))
                .map((each) => ({
                  value: String(each.number),
                  label: t("service.revisionTitle", { n: each.number }),
                }))}
            />
            <Button type="submit" variant="filled" loading={busy}>
              {t("service.send")}
            </Button>
          </div>
          {method !== "GET" && (
            <Textarea
              aria-label={t("service.body")}
              autosize
              minRows={3}
              maxRows={14}
              value={body}
              onChange={(event) => setBody(event.currentTarget.value)}
              styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
            />
          )}
          {Boolean(error) && <Failure error={error} />}
          {answer && (
            <div aria-live="polite">
              <State state={answer.status < 400 ? "SUCCEEDED" : "FAILED"} as={String(answer.status)} />
              <pre tabIndex={0} className={`${css.code} ${css.mt8} ${css.mah320}`}>
                {pretty(answer.body).slice(0, 100_000)}
              </pre>
            </div>
          )}
        </form>
      </Panel>
      <Panel title={t("service.examples")}>
        <div className={`${css.stack} ${css.p14} ${css.gap12}`}>
          {secret && (
            <span className={css.dim}>
              {service.access === "KEY" ? t("service.keyHint") : t("service.tokenHint")}
            </span>
          )}
          {ways.map(([name, text]) => (
            <div key={name}>
              <div className={`${css.line} ${css.mb4}`}>
                <b>{name}</b>
                <span className={css.push}>
                  <Copy text={text} />
                </span>
              </div>
              <pre className={css.code} tabIndex={0}>
                {text}
              </pre>
            </div>
          ))}
        </div>
      </Panel>
    </>
  );
}
