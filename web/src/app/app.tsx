// Everything that all screens stand in: theme, the cache of answers, the addresses.
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Problem } from "../api/client";
import { makeRouter } from "./router";
import { theme, variables } from "./theme";

/** Asked again only where another try may help: not after a refusal. */
function again(failures: number, error: unknown): boolean {
  const status = error instanceof Problem ? error.status : 0;
  return failures < 2 && (status === 0 || status === 503);
}

const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: again, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
const router = makeRouter(queries);

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
