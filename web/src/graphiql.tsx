/** The GraphQL explorer: GraphiQL over the session's cookie, subscriptions over the socket. */
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { createClient } from "graphql-ws";
import { createRoot } from "react-dom/client";

const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`;
const socket = createClient({ url });

interface Query {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string | null;
}

async function* listen(query: Query) {
  yield* socket.iterate({ query: query.query, variables: query.variables });
}

async function ask(query: Query) {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", "x-cube-request": "1" },
    body: JSON.stringify(query),
  });
  return answer.json();
}

const fetcher = (query: Query) => (/^\s*subscription\b/m.test(query.query) ? listen(query) : ask(query));
const first = `# Everything that the console does, scripts can do. Ctrl-Enter runs the query.
{
  viewer { name admin }
  projects { nodes { name viewerRole pipelines(first: 5) { nodes { name latest } } } }
}
`;

createRoot(document.getElementById("root")!).render(
  <GraphiQL fetcher={fetcher as never} defaultQuery={first} />,
);
