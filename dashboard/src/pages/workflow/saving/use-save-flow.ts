import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { workflowsQuery } from "../../../api/installation.ts";
import { showToast } from "../../../components/toast-store.ts";
import { forgetHanded, nameIn, renamed } from "../new-workflow.ts";
import type { TextCheck } from "../use-workflow-check.ts";
import type { Draft } from "./use-draft.ts";
import { useSaving } from "./use-saving.ts";

/** A copy that needs a name of its own. */
interface CopyWish {
  readonly reason: string;
  readonly proposed: string;
}

export interface SaveFlow {
  readonly save: () => void;
  readonly saveCopy: (name: string) => void;
  readonly askForCopy: () => void;
  readonly overwrite: (newest: number) => void;
  readonly copy: CopyWish | null;
  readonly cancelCopy: () => void;
  readonly isBusy: boolean;
  readonly error: Error | null;
}

/**
 * Saves the draft under the name that its text says: as the next version, as a new workflow where that is another name, or
 * as a copy where the name is not free.
 * @param name that of the page
 */
export function useSaveFlow(name: string, draft: Draft, { answer, isBehind }: TextCheck): SaveFlow {
  const navigate = useNavigate();
  const { data: list } = useQuery(workflowsQuery);
  const [copy, setCopy] = useState<CopyWish | null>(null);
  const { mutate, isPending, error, reset } = useSaving((saved) => {
    setCopy(null);
    forgetHanded();
    if (saved.name === name) {
      draft.rebase({ source: saved.source, version: saved.version ?? 0 });
      return;
    }
    void navigate({ to: "/workflows/$name", params: { name: saved.name }, ignoreBlocker: true });
  });
  const isShipped = (one: string) =>
    list?.workflows.some((workflow) => workflow.name === one && workflow.origin === "shipped") === true;
  const said = nameIn(draft.text);

  const save = () => {
    const faults = answer?.faults.length ?? 0;
    if (said === null || (faults > 0 && !isBehind)) {
      showToast({ tone: "bad", text: said === null ? NAMELESS : FAULTY });
    } else if (isShipped(said)) {
      setCopy({
        reason: `${said} comes with Maskloom and stays as it is: yours gets a name of its own.`,
        proposed: `my-${said}`,
      });
    } else {
      mutate({ name: said, source: draft.text, basedOn: said === name ? draft.base.version : 0 });
    }
  };
  return {
    save,
    saveCopy: (free) => mutate({ name: free, source: renamed(draft.text, free), basedOn: 0 }),
    askForCopy: () =>
      setCopy({ reason: "A workflow of its own, with versions of its own.", proposed: `${said ?? name}-2` }),
    overwrite: (newest) => mutate({ name: said ?? name, source: draft.text, basedOn: newest }),
    copy,
    cancelCopy: () => {
      setCopy(null);
      reset();
    },
    isBusy: isPending,
    error,
  };
}

const NAMELESS = "It has no name yet: write name: and small letters, digits, - or _.";
const FAULTY = "Only a text without faults is saved; those that it has are listed beside it.";
