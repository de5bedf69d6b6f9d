import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { workflowQuery } from "../../api/workflows.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { isMissing, ThingMissing } from "../not-here/thing-missing.tsx";
import { firstText, NEW_NAME } from "./new-workflow.ts";
import { WorkflowView } from "./workflow-view.tsx";

/** A workflow: its text, its versions, and a place to try it. */
export function WorkflowPage() {
  const { name } = useParams({ from: "/shell/workflows/$name" });
  return name === NEW_NAME ? <NewWorkflow /> : <KnownWorkflow key={name} name={name} />;
}

function NewWorkflow() {
  const search = useSearch({ from: "/shell/workflows/$name" });
  const base = useMemo(() => ({ source: firstText(), version: 0 }), []);
  return <WorkflowView name={NEW_NAME} known={null} base={base} search={search} />;
}

function KnownWorkflow({ name }: { readonly name: string }) {
  const search = useSearch({ from: "/shell/workflows/$name" });
  const { data, error, refetch } = useQuery(workflowQuery(name));
  const base = useMemo(
    () => (data === undefined ? null : { source: data.source, version: data.version ?? 0 }),
    [data],
  );
  if (data !== undefined && base !== null)
    return <WorkflowView name={name} known={data} base={base} search={search} />;
  return (
    <Page title={name} crumbs={[{ title: "Workflows", to: "/workflows" }]}>
      {error === null && <Skeleton width="100%" height="32rem" />}
      {isMissing(error) && <ThingMissing kind="workflow" name={name} />}
      {error !== null && !isMissing(error) && (
        <ErrorState error={error} title="This workflow could not be loaded" onRetry={() => void refetch()} />
      )}
    </Page>
  );
}
