import { useQuery } from "@tanstack/react-query";
import type { RunStatus } from "../../../../src/contracts/run.ts";
import { workflowsQuery } from "../../api/installation.ts";
import { Select } from "../../components/select.tsx";
import { STATUS_LOOKS } from "../../components/status-look.ts";
import styles from "./run-filters.module.css";
import { RUN_STATUSES, type RunsSearch } from "./runs-search.ts";

interface RunFiltersProps {
  readonly search: RunsSearch;
  readonly onChange: (search: RunsSearch) => void;
}

const ALL = "";

export function RunFilters({ search, onChange }: RunFiltersProps) {
  const { data } = useQuery(workflowsQuery);
  const names = new Set(data?.workflows.map(({ name }) => name));
  if (search.workflow !== undefined) names.add(search.workflow);
  const { status: _status, workflow: _workflow, ...rest } = search;
  const change = (status: string, workflow: string) =>
    onChange({
      ...rest,
      ...(status === ALL ? {} : { status: status as RunStatus }),
      ...(workflow === ALL ? {} : { workflow }),
    });
  const { status = ALL, workflow = ALL } = search;
  return (
    <div className={styles["filters"]}>
      <Select
        aria-label="Status"
        value={status}
        options={[
          { value: ALL, label: "Every status" },
          ...RUN_STATUSES.map((value) => ({ value, label: STATUS_LOOKS[value].word })),
        ]}
        onChoose={(value) => change(value, workflow)}
      />
      <Select
        aria-label="Workflow"
        value={workflow}
        options={[
          { value: ALL, label: "Every workflow" },
          ...[...names].map((name) => ({ value: name, label: name })),
        ]}
        onChoose={(value) => change(status, value)}
      />
    </div>
  );
}
