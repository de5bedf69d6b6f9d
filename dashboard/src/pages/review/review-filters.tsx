import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { ReviewView } from "../../../../src/contracts/review.ts";
import { workflowsQuery } from "../../api/installation.ts";
import { Button } from "../../components/button.tsx";
import { Select } from "../../components/select.tsx";
import { shortId } from "../../components/short-id.ts";
import styles from "./review-filters.module.css";
import { type ReviewSearch, type ReviewSort, SORTS } from "./review-search.ts";

interface ReviewFiltersProps {
  readonly search: ReviewSearch;
  /** Of what waits; what was decided stands in the order of time. */
  readonly isWaiting: boolean;
  /** What is loaded: its workflows and steps can be chosen as well. */
  readonly reviews: readonly ReviewView[];
  readonly onChange: (search: ReviewSearch) => void;
}

const ALL = "";

export function ReviewFilters({ search, isWaiting, reviews, onChange }: ReviewFiltersProps) {
  const { data } = useQuery(workflowsQuery);
  const { workflow: chosen = ALL, step: chosenStep = ALL, batch, sort = "concern" } = search;
  const workflows = namesOf(chosen, [
    ...reviews.map(({ workflow }) => workflow),
    ...(data?.workflows ?? []).map(({ name }) => name),
  ]);
  const steps = namesOf(
    chosenStep,
    reviews.map(({ review }) => review),
  );
  const change = (name: "workflow" | "step" | "sort", value: string) => {
    const { [name]: _old, ...rest } = search;
    onChange(value === ALL || value === "concern" ? rest : { ...rest, [name]: value });
  };
  return (
    <div className={styles["filters"]}>
      {batch !== undefined && (
        <Button
          icon={X}
          onClick={() => {
            const { batch: _old, ...rest } = search;
            onChange(rest);
          }}
        >
          Batch {shortId(batch)}
        </Button>
      )}
      <Select
        aria-label="Workflow"
        value={chosen}
        options={optionsOf("Every workflow", workflows)}
        onChoose={(value) => change("workflow", value)}
      />
      {isWaiting && (steps.length > 1 || chosenStep !== ALL) && (
        <Select
          aria-label="Step that asks"
          value={chosenStep}
          options={optionsOf("Every step", steps)}
          onChoose={(value) => change("step", value)}
        />
      )}
      {isWaiting && (
        <Select
          aria-label="Order"
          value={sort}
          options={SORTS}
          onChoose={(value) => change("sort", value satisfies string as ReviewSort)}
        />
      )}
    </div>
  );
}

function namesOf(chosen: string, names: readonly string[]): readonly string[] {
  return [...new Set([...(chosen === ALL ? [] : [chosen]), ...names])].sort();
}

function optionsOf(everything: string, names: readonly string[]) {
  return [{ value: ALL, label: everything }, ...names.map((name) => ({ value: name, label: name }))];
}
