import { Link } from "@tanstack/react-router";
import { Unplug } from "lucide-react";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";

/** For addresses that lead nowhere. */
export function PageMissing() {
  return (
    <Page title="Nothing here">
      <EmptyState
        icon={Unplug}
        title="This address leads nowhere"
        actions={<Link to="/">To the overview</Link>}
      >
        <p>
          There is no page at <code>{window.location.pathname}</code>. If you were looking for a picture,
          paste its UUID or file name into the search box.
        </p>
      </EmptyState>
    </Page>
  );
}
