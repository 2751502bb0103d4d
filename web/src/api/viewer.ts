/** Who is signed in. */
import { useQuery } from "@tanstack/react-query";
import { ViewerDocument } from "@/gen/graphql";
import { ask } from "./client";

export function useViewer() {
  return useQuery({ queryKey: ["viewer"], queryFn: () => ask(ViewerDocument), staleTime: 300_000 });
}
