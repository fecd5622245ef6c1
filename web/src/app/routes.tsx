import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ApiProblem } from "@/api/problem";
import { accountQuery } from "@/api/queries";
import { readAnalyticsSearch } from "@/pages/analytics/search";
import { readCompareSearch } from "@/pages/compare/search";
import { readCredentialsSearch } from "@/pages/credentials/search";
import { readEditorSearch } from "@/pages/editor/search";
import { readErrorsSearch } from "@/pages/errors/search";
import { readExecutionSearch } from "@/pages/execution/search";
import { readExecutionsSearch } from "@/pages/executions/search";
import { readNetworkSearch } from "@/pages/network/search";
import { readCatalogueSearch } from "@/pages/nodes/search";
import { readResourcesSearch } from "@/pages/resources/search";
import { readSecuritySearch } from "@/pages/security/search";
import { readVersionsSearch } from "@/pages/workflow/versions";
import { readNewSearch, readSearch } from "@/pages/workflows/queries";
import { NotFoundPage } from "./NotFoundPage";
import { PageError } from "./PageError";
import type { RouterContext } from "./router";
import { Shell } from "./Shell";

/** Every page of the product. A page is loaded when somebody goes there. */

const root = createRootRouteWithContext<RouterContext>()({
  notFoundComponent: NotFoundPage,
  errorComponent: PageError,
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      return { account: await context.queryClient.ensureQueryData(accountQuery) };
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401)
        throw redirect({ to: "/login", search: { next: location.publicHref } });
      throw error;
    }
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/workflows" });
  },
});

const workflows = createRoute({
  getParentRoute: () => shell,
  path: "/workflows",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("@/pages/workflows/WorkflowsPage"), "WorkflowsPage"),
});

const newWorkflow = createRoute({
  getParentRoute: () => shell,
  path: "/workflows/new",
  validateSearch: readNewSearch,
  component: lazyRouteComponent(() => import("@/pages/workflows/NewPage"), "NewPage"),
});

const editor = createRoute({
  getParentRoute: () => shell,
  path: "/w/$workflowId",
  validateSearch: readEditorSearch,
  component: lazyRouteComponent(() => import("@/pages/editor/EditorPage"), "EditorPage"),
});

const workflowExecutions = createRoute({
  getParentRoute: () => shell,
  path: "/w/$workflowId/executions",
  validateSearch: readExecutionsSearch,
  component: lazyRouteComponent(
    () => import("@/pages/workflow/WorkflowExecutionsPage"),
    "WorkflowExecutionsPage",
  ),
});

const workflowVersions = createRoute({
  getParentRoute: () => shell,
  path: "/w/$workflowId/versions",
  validateSearch: readVersionsSearch,
  component: lazyRouteComponent(() => import("@/pages/workflow/VersionsPage"), "VersionsPage"),
});

const workflowSettings = createRoute({
  getParentRoute: () => shell,
  path: "/w/$workflowId/settings",
  // Beside the canvas, where the editor saves and undoes what is changed of them.
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/w/$workflowId", params, search: { panel: "settings" }, replace: true });
  },
});

const executions = createRoute({
  getParentRoute: () => shell,
  path: "/executions",
  validateSearch: readExecutionsSearch,
  component: lazyRouteComponent(
    () => import("@/pages/executions/ExecutionsPage"),
    "ExecutionsPage",
  ),
});

const execution = createRoute({
  getParentRoute: () => shell,
  path: "/executions/$executionId",
  validateSearch: readExecutionSearch,
  component: lazyRouteComponent(() => import("@/pages/execution/ExecutionPage"), "ExecutionPage"),
});

const compare = createRoute({
  getParentRoute: () => shell,
  path: "/executions/compare",
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import("@/pages/compare/ComparePage"), "ComparePage"),
});

const network = createRoute({
  getParentRoute: () => shell,
  path: "/network",
  validateSearch: readNetworkSearch,
  component: lazyRouteComponent(() => import("@/pages/network/NetworkPage"), "NetworkPage"),
});

const analytics = createRoute({
  getParentRoute: () => shell,
  path: "/analytics",
  validateSearch: readAnalyticsSearch,
  component: lazyRouteComponent(() => import("@/pages/analytics/AnalyticsPage"), "AnalyticsPage"),
});

const resources = createRoute({
  getParentRoute: () => shell,
  path: "/resources",
  validateSearch: readResourcesSearch,
  component: lazyRouteComponent(() => import("@/pages/resources/ResourcesPage"), "ResourcesPage"),
});

const nodes = createRoute({
  getParentRoute: () => shell,
  path: "/nodes",
  validateSearch: readCatalogueSearch,
  component: lazyRouteComponent(() => import("@/pages/nodes/NodesPage"), "NodesPage"),
});

const errors = createRoute({
  getParentRoute: () => shell,
  path: "/errors",
  validateSearch: readErrorsSearch,
  component: lazyRouteComponent(() => import("@/pages/errors/ErrorsPage"), "ErrorsPage"),
});

const credentials = createRoute({
  getParentRoute: () => shell,
  path: "/credentials",
  validateSearch: readCredentialsSearch,
  component: lazyRouteComponent(
    () => import("@/pages/credentials/CredentialsPage"),
    "CredentialsPage",
  ),
});

const security = createRoute({
  getParentRoute: () => shell,
  path: "/security",
  validateSearch: readSecuritySearch,
  component: lazyRouteComponent(() => import("@/pages/security/SecurityPage"), "SecurityPage"),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  beforeLoad: ({ location }) => {
    if (location.pathname.replace(/\/$/, "").endsWith("/settings"))
      throw redirect({ to: "/settings/$section", params: { section: "account" } });
  },
});

const settingsSection = createRoute({
  getParentRoute: () => settings,
  path: "$section",
  component: lazyRouteComponent(() => import("@/pages/settings/SettingsPage"), "SettingsPage"),
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } => ({
    next: typeof next === "string" && /^\/(?!\/)/.test(next) ? next : undefined,
  }),
  component: lazyRouteComponent(() => import("@/pages/login/LoginPage"), "LoginPage"),
});

const setupPages = () => import("@/pages/setup/pages");

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(setupPages, "SetupPage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(setupPages, "InvitationPage"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: lazyRouteComponent(setupPages, "ResetPage"),
});

export const routeTree = root.addChildren([
  shell.addChildren([
    home,
    workflows,
    newWorkflow,
    editor,
    workflowExecutions,
    workflowVersions,
    workflowSettings,
    executions,
    compare,
    execution,
    network,
    analytics,
    resources,
    nodes,
    errors,
    credentials,
    security,
    settings.addChildren([settingsSection]),
  ]),
  login,
  setup,
  invitation,
  reset,
]);
