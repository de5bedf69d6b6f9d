import { Download } from "lucide-react";
import type { RunFilter } from "../../../api/query-keys.ts";
import { Button } from "../../../components/button.tsx";
import { Menu } from "../../../components/menu.tsx";
import { exportRuns } from "./export-runs.ts";

interface ExportMenuProps {
  readonly filter: RunFilter;
  readonly isDisabled: boolean;
}

/** All that match, however many are loaded. */
export function ExportMenu({ filter, isDisabled }: ExportMenuProps) {
  return (
    <Menu
      trigger={
        <Button icon={Download} disabled={isDisabled}>
          Export
        </Button>
      }
      items={[
        { label: "The list as CSV", onSelect: () => void exportRuns({ filter }, "csv") },
        { label: "The list as JSON", onSelect: () => void exportRuns({ filter }, "json") },
      ]}
    />
  );
}
