/** Clients of others against a running platform: `node clients.mjs URL TOKEN RUN` prints what each of them was answered. Run by tests/test_foreign_clients.py. */
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client/core";
import { Client, fetchExchange } from "@urql/core";
import { auditServer } from "graphql-http";
import { GraphQLClient } from "graphql-request";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, token, run] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
const query = "query ($key: String!) { viewer { name } project(key: $key) { name } }";
const variables = { key: "p" };
const found = {};

found["graphql-request"] = await new GraphQLClient(url, { headers }).request(query, variables);

const apollo = new ApolloClient({ link: new HttpLink({ uri: url, headers }), cache: new InMemoryCache() });
const { data } = await apollo.query({ query: gql(query), variables, fetchPolicy: "no-cache" });
found.apollo = { viewer: { name: data.viewer.name }, project: { name: data.project.name } };

const urql = new Client({
  url,
  exchanges: [fetchExchange],
  preferGetMethod: false,
  fetchOptions: { headers },
});
found.urql = (await urql.query(query, variables).toPromise()).data;

class Socket extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers });
  }
}
const socket = createClient({ url: url.replace("http", "ws"), webSocketImpl: Socket });
found["graphql-ws"] = [];
for await (const { data } of socket.iterate({
  query: "subscription ($id: ID!) { runChanged(id: $id) { run { state } } }",
  variables: { id: run },
}))
  found["graphql-ws"].push(data.runChanged.run.state);
await socket.dispose();

const audits = await auditServer({
  url,
  fetchFn: (address, init) => fetch(address, { ...init, headers: { ...init?.headers, ...headers } }),
});
found.audit = {
  passed: audits.filter((each) => each.status === "ok").length,
  failed: audits.filter((each) => each.status !== "ok").map((each) => `${each.name}: ${each.reason}`),
};
console.log(JSON.stringify(found));
