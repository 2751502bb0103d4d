/** The routes; the URL is the state of every view, and heavy pages are loaded when they are opened. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { patient } from "@/api/patient";
import { follow, inScope } from "@/api/scope";
import { Failure } from "@/ui/page";
import ui from "@/ui/ui.module.css";
import { Missing, Shell } from "./shell";

type Text = string | undefined;
const text = (value: unknown): Text =>
  value === undefined || value === null || value === "" ? undefined : String(value);
const pick =
  <K extends string>(...keys: K[]) =>
  (search: Record<string, unknown>) =>
    Object.fromEntries(keys.map((key) => [key, text(search[key])])) as { [Key in K]?: string };

const root = createRootRoute({
  component: Shell,
  notFoundComponent: Missing,
  errorComponent: ({ error, reset }) => (
    <div className={ui.p20}>
      <Failure error={error} retry={reset} />
    </div>
  ),
});
const at = () => root;

const list = { search: { middlewares: [inScope] } };

const routes = [
  createRoute({
    getParentRoute: at,
    path: "/",
    validateSearch: pick("project"),
    ...list,
    component: lazyRouteComponent(() => patient(() => import("@/routes/home")), "Home"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/projects",
    component: lazyRouteComponent(() => patient(() => import("@/routes/projects")), "Projects"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/projects/$project",
    component: lazyRouteComponent(() => patient(() => import("@/routes/project")), "Project"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/projects/$project/pipelines",
    validateSearch: pick("search", "sort", "new"),
    beforeLoad: ({ params: { project }, search }) => {
      throw redirect({ to: "/pipelines", search: { ...search, project }, replace: true });
    },
  }),
  createRoute({
    getParentRoute: at,
    path: "/pipelines",
    validateSearch: pick("project", "search", "sort", "new"),
    ...list,
    component: lazyRouteComponent(() => patient(() => import("@/routes/pipelines")), "Pipelines"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/projects/$project/pipelines/$pipeline",
    validateSearch: pick("tab", "left", "right", "step", "fix", "start", "image"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/pipeline")), "Pipeline"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/runs",
    validateSearch: pick("project", "states", "author", "search", "since", "until", "param"),
    ...list,
    component: lazyRouteComponent(() => patient(() => import("@/routes/runs")), "Runs"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/runs/$run",
    validateSearch: pick("step", "item", "tab", "view", "line", "pod", "start"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/run")), "Run"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/compare",
    validateSearch: pick("runs", "tab"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/compare")), "Compare"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/searches",
    validateSearch: pick("project", "search", "new", "pipeline"),
    ...list,
    component: lazyRouteComponent(() => patient(() => import("@/routes/searches")), "Searches"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/searches/$search",
    component: lazyRouteComponent(() => patient(() => import("@/routes/search")), "Search"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/schedules",
    validateSearch: pick("project", "new"),
    ...list,
    component: lazyRouteComponent(() => patient(() => import("@/routes/schedules")), "Schedules"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/templates",
    validateSearch: pick("search", "project"),
    ...list,
    component: lazyRouteComponent(() => patient(() => import("@/routes/templates")), "Templates"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/templates/$template",
    component: lazyRouteComponent(() => patient(() => import("@/routes/template")), "Template"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/notebooks",
    validateSearch: pick("project", "mine", "search", "new"),
    ...list,
    component: lazyRouteComponent(() => patient(() => import("@/routes/notebooks")), "Notebooks"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/notebooks/$notebook",
    validateSearch: pick("tab", "pod", "line"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/notebook")), "Notebook"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/images",
    validateSearch: pick("project", "search", "new"),
    ...list,
    component: lazyRouteComponent(() => patient(() => import("@/routes/images")), "Images"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/images/$image",
    validateSearch: pick("build", "tab", "line"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/image")), "Image"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/models",
    validateSearch: pick("project", "search", "new"),
    ...list,
    component: lazyRouteComponent(() => patient(() => import("@/routes/models")), "Models"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/models/$model",
    validateSearch: pick("version", "tab"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/model")), "Model"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/services",
    validateSearch: pick("project", "search", "new", "model"),
    ...list,
    component: lazyRouteComponent(() => patient(() => import("@/routes/services")), "Services"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/services/$service",
    validateSearch: pick("tab", "pod", "line", "deploy"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/service")), "Service"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/clusters",
    component: lazyRouteComponent(() => patient(() => import("@/routes/clusters")), "Clusters"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/people",
    validateSearch: pick("search"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/people")), "People"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/audit",
    validateSearch: pick("actor", "operation", "outcome"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/audit")), "Audit"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/tasks",
    component: lazyRouteComponent(() => patient(() => import("@/routes/tasks")), "Tasks"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/join",
    validateSearch: pick("invitation"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/join")), "Join"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/notifications",
    validateSearch: pick("tab", "unread"),
    component: lazyRouteComponent(() => patient(() => import("@/routes/notifications")), "Notifications"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/tokens",
    component: lazyRouteComponent(() => patient(() => import("@/routes/tokens")), "Tokens"),
  }),
] as const;

/** Every value in the address is text, as a person would write it. */
const plain = {
  parseSearch: (text: string) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search: Record<string, unknown>) => {
    const pairs = Object.entries(search).filter(
      ([, value]) => value !== undefined && value !== null && value !== "",
    );
    const made = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
    return made ? `?${made}` : "";
  },
};

export const router = createRouter({
  ...plain,
  routeTree: root.addChildren(routes),
  defaultPreload: "intent",
  scrollRestoration: true,
});

router.subscribe("onBeforeLoad", ({ toLocation }) => follow(toLocation.pathname, toLocation.search));

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
