import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Search, SearchX } from "lucide-react";
import { useEffect } from "react";
import type { Found } from "../../../../src/contracts/overview.ts";
import { ApiError } from "../../api/api-error.ts";
import { foundQuery } from "../../api/compare.ts";
import { readUuid } from "../../api/find-uuid.ts";
import { Button } from "../../components/button.tsx";
import buttonLink from "../../components/button-link.module.css";
import { EmptyState } from "../../components/empty-state.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { focusSearch } from "../../shell/focus-search.ts";

type Kind = Exclude<Found["kind"], "artifact"> | "workflow";

/** Where those are that do exist. */
const LISTS = {
  task: { to: "/runs", title: "All runs" },
  run: { to: "/runs", title: "All runs" },
  batch: { to: "/batches", title: "All batches" },
  workflow: { to: "/workflows", title: "All workflows" },
} as const;

/** Whether there is no such thing, or can be none: asking again for it would not change that. */
export const isMissing = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 404 || error.status === 400);

interface ThingMissingProps {
  readonly kind: Kind;
  /** Its UUID, or a workflow's name. */
  readonly name: string;
}

/** In the place of what does not exist: leads to what its UUID is the name of, or to where one can look for it. */
export function ThingMissing({ kind, name }: ThingMissingProps) {
  const uuid = kind === "workflow" ? null : readUuid(name);
  const { data: found, isLoading } = useQuery({ ...foundQuery(uuid ?? ""), enabled: uuid !== null });
  /* Whoever followed a link may have called something else by this name. */
  const page = found?.kind === kind ? undefined : found?.page;
  const navigate = useNavigate();
  useEffect(() => {
    if (page !== undefined) void navigate({ href: page, replace: true });
  }, [page, navigate]);
  if (isLoading || page !== undefined) return <Skeleton width="100%" height="32rem" />;
  const list = LISTS[kind];
  return (
    <EmptyState
      icon={SearchX}
      title={`There is no such ${kind}`}
      actions={
        <>
          <Link to={list.to} className={buttonLink["link"]}>
            {list.title}
          </Link>
          <Button icon={Search} onClick={focusSearch}>
            Search
          </Button>
        </>
      }
    >
      <p>
        <code>{name}</code>
      </p>
      <p>{kind === "workflow" ? WORKFLOW_HELP : uuid === null ? NO_UUID_HELP : UUID_HELP}</p>
    </EmptyState>
  );
}

const WORKFLOW_HELP = "None has this name. It may have been removed or renamed.";
const UUID_HELP = "It may have been deleted, or belong to somebody else. A file's name finds its runs, too.";
const NO_UUID_HELP = "This is no UUID, or only a part of one. A file's name finds its runs, too.";
