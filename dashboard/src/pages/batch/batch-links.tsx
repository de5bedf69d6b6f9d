import { useNavigate } from "@tanstack/react-router";
import { Eye, GitCompareArrows } from "lucide-react";
import type { BatchView } from "../../../../src/contracts/api.ts";
import { Button } from "../../components/button.tsx";
import { mainActionOf } from "./main-action.ts";

/** Where else a batch is looked at: what of it waits for somebody, and beside another batch. */
export function BatchLinks({ batch }: { readonly batch: BatchView }) {
  const { batchUUID, runs } = batch;
  const navigate = useNavigate();
  return (
    <>
      {runs.review > 0 && (
        <Button
          icon={Eye}
          look={mainActionOf(batch) === "review" ? "primary" : "plain"}
          onClick={() => void navigate({ to: "/review", search: { batch: batchUUID } })}
        >
          Review {runs.review.toLocaleString("en")}
        </Button>
      )}
      <Button
        icon={GitCompareArrows}
        onClick={() => void navigate({ to: "/compare", search: { left: batchUUID } })}
      >
        Compare with…
      </Button>
    </>
  );
}
