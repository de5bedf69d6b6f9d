import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";

/** For a page that broke, or whose file could not be loaded; the rest of the dashboard goes on. */
export function PageFailed({ error }: ErrorComponentProps) {
  const router = useRouter();
  /* After an update of the server the files of this page's build are gone. */
  const isOutdated =
    error instanceof Error && /dynamically imported module|module script/i.test(error.message);
  const retry = () => (isOutdated ? window.location.reload() : void router.invalidate());
  return (
    <Page title="Something broke">
      <ErrorState
        error={
          isOutdated
            ? new Error("the server has another version than this page; loading it anew helps")
            : error
        }
        title="This page could not be shown"
        onRetry={retry}
      />
    </Page>
  );
}
