/** How a program gets what the page shows: GraphQL, the command line, Python, each to copy. */
import { Modal, Tabs } from "@mantine/core";
import { useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useScope } from "@/api/scope";
import { Copy, css } from "@/ui/page";
import { show } from "./open";
import shell from "./shell.module.css";
import { curl, setup, snippets } from "./snippets";

export default function CodeOfPage() {
  const { t } = useTranslation();
  const path = useLocation({ select: (location) => location.pathname });
  const scope = useScope();
  const found = snippets(path, scope);
  const close = () => show(null);
  if (!found)
    return (
      <Modal opened onClose={close} title={t("snippets.title")}>
        <p className={css.dim}>{t("snippets.none")}</p>
      </Modal>
    );
  const texts = [
    ["graphql", "GraphQL", found.graphql],
    ["curl", "curl", curl(found.graphql, location.origin)],
    ["cli", t("snippets.cli"), found.cli],
    ["python", "Python", found.python],
  ] as const;
  return (
    <Modal opened onClose={close} title={t("snippets.title")} size="lg">
      <p className={css.dim}>{t("snippets.setup")}</p>
      <Snippet text={setup(location.origin)} />
      <Tabs defaultValue="graphql" mt="md">
        <Tabs.List>
          {texts.map(([key, label]) => (
            <Tabs.Tab key={key} value={key}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {texts.map(([key, , text]) => (
          <Tabs.Panel key={key} value={key} pt="sm">
            <Snippet text={text} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Modal>
  );
}

function Snippet({ text }: { text: string }) {
  return (
    <div className={shell.snippet}>
      <pre tabIndex={0} className={css.code}>
        {text}
      </pre>
      <Copy text={text} />
    </div>
  );
}
