/** While one edits: the server's rules are asked, and what is not saved is kept as a draft. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { act, ask, type Fault, Refused, spoken } from "@/api/client";
import {
  CheckPipelineDocument,
  DiscardPipelineDraftDocument,
  SavePipelineDraftDocument,
} from "@/gen/graphql";
import type { Definition } from "@/lib/graph";
import { complain } from "@/ui/toast";
import { slimmed } from "./state";

/** Everything that would be refused, a moment after the last change. */
export function useCheck(project: string, definition: Definition, name: string) {
  const [settled] = useDebouncedValue(definition, 350);
  return useQuery<Fault[]>({
    queryKey: ["check", project, settled],
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    queryFn: async () => {
      try {
        return (
          await ask(CheckPipelineDocument, { project, definition: { ...slimmed(settled), name }, yaml: null })
        ).checkPipeline.faults.map(spoken);
      } catch (error) {
        if (error instanceof Refused) return error.faults;
        throw error;
      }
    },
  });
}

/** Keeps the draft a second after the last change; `kept` says whether the server has the newest. */
export function useDraft(pipeline: string, definition: Definition, base: number, changed: boolean) {
  const [kept, setKept] = useState("");
  const [error, setError] = useState<unknown>(null);
  const held = useRef(false);
  const text = JSON.stringify(definition);
  useEffect(() => {
    if (!changed) return;
    held.current = false;
    const timer = setTimeout(() => {
      if (held.current) return;
      act(SavePipelineDraftDocument, {
        input: { pipelineId: pipeline, definition: JSON.parse(text), baseVersion: base },
      }).then(() => {
        setKept(text);
        setError(null);
      }, setError);
    }, 1000);
    return () => clearTimeout(timer);
  }, [text, changed, pipeline, base]);
  useEffect(() => {
    if (!changed || kept === text) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [changed, kept, text]);
  return {
    kept: kept === text,
    error,
    /** No draft is kept until the next change: it is being saved. */
    hold: () => {
      held.current = true;
    },
    discard: () => {
      held.current = true;
      act(DiscardPipelineDraftDocument, { pipeline }).catch(complain);
    },
  };
}
