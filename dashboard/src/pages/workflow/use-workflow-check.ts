import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { WorkflowCheck, WorkflowOutline } from "../../../../src/contracts/workflow-library.ts";
import { workflowCheckQuery } from "../../api/workflows.ts";

/** Long enough that a word is asked about once, short enough to be called live. */
const PAUSE_MS = 250;

export interface TextCheck {
  /** Null before the first answer. */
  readonly answer: WorkflowCheck | null;
  /** The last text without faults, as far as it could be drawn. */
  readonly outline: WorkflowOutline | null;
  /** Whether the answer is about a text that is no longer there. */
  readonly isBehind: boolean;
  readonly error: unknown;
}

/** What the server says of a text that is being typed: asked when it has been still for a moment, and the last one counts. */
export function useWorkflowCheck(text: string): TextCheck {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, error, isPlaceholderData, isFetching } = useQuery(workflowCheckQuery(asked));
  const [outline, setOutline] = useState<WorkflowOutline | null>(null);
  const drawn = data?.outline ?? null;
  useEffect(() => {
    if (drawn !== null) setOutline(drawn);
  }, [drawn]);
  return {
    answer: data ?? null,
    outline: drawn ?? outline,
    isBehind: asked !== text || isPlaceholderData || isFetching,
    error,
  };
}
