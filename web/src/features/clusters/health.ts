/** Whether clusters answer, as the server tells it when it changes. */
import { useEffect, useState } from "react";
import { listen } from "@/api/socket";
import { ClusterHealthDocument, type ClusterHealthSubscription } from "@/gen/graphql";

export type Health = ClusterHealthSubscription["clusterHealth"][number];

/** Null until it was told; while `open` only. */
export function useHealth(open = true): Health[] | null {
  const [health, setHealth] = useState<Health[] | null>(null);
  useEffect(() => {
    if (!open) return;
    const stop = listen(ClusterHealthDocument, {}, ({ clusterHealth }) => setHealth(clusterHealth));
    return () => {
      stop();
      setHealth(null);
    };
  }, [open]);
  return health;
}
