import { Link } from "@tanstack/react-router";
import { MiniGraph } from "../../components/step-graph/mini-graph.tsx";
import type { UsedWorkflow } from "./order-workflows.ts";
import { OriginBadge } from "./origin-badge.tsx";
import { UsageNumbers } from "./usage-numbers.tsx";
import styles from "./workflows.module.css";

/** A workflow: what it does as a picture and in words, and how it went. */
export function WorkflowRow({ used: { workflow, usage } }: { readonly used: UsedWorkflow }) {
  const { name, description, origin, version, steps } = workflow;
  return (
    <li className={styles["row"]} data-row data-workflow={name}>
      <div className={styles["graph"]}>
        <MiniGraph steps={steps} />
      </div>
      <div className={styles["text"]}>
        <h2>
          <Link to="/workflows/$name" params={{ name }} className={styles["name"]}>
            {name}
          </Link>{" "}
          <OriginBadge origin={origin} version={version} />
        </h2>
        {description !== null && <p className={styles["description"]}>{description}</p>}
      </div>
      <UsageNumbers usage={usage} />
    </li>
  );
}
