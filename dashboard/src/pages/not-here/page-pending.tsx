import { Page } from "../../components/page.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";

/** While the file of a page is on its way. */
export function PagePending() {
  return (
    <Page title="Loading">
      <SkeletonRows rows={6} height="4rem" label="Loading the page" />
    </Page>
  );
}
