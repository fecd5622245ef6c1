import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { accountQuery, makeQueryClient, session } from "@/api/queries";
import { makeRouter } from "./router";

const queryClient = makeQueryClient();
const router = makeRouter(queryClient);

session.ended = () => {
  const { pathname, publicHref } = router.state.location;
  if (pathname === "/login" || pathname === "/setup") return;
  queryClient.removeQueries({ queryKey: accountQuery.queryKey });
  void router.navigate({ to: "/login", search: { next: publicHref } });
};

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
