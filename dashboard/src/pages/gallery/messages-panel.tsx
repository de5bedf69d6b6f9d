import { Images } from "lucide-react";
import { ApiError } from "../../api/api-error.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";

const FAILURE = new ApiError({
  status: 503,
  code: "ENGINE_UNAVAILABLE",
  message: "the database does not answer; try again in a moment",
});

export function MessagesPanel() {
  return (
    <Panel title="Messages">
      <EmptyState icon={Images} title="No pictures yet">
        <p>They appear here as soon as there are some.</p>
      </EmptyState>
      <ErrorState error={FAILURE} title="The runs could not be loaded" onRetry={() => undefined} />
      <SkeletonRows rows={2} height="4rem" label="Loading" />
    </Panel>
  );
}
