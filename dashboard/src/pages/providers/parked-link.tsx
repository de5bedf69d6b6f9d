import { Link } from "@tanstack/react-router";
import type { ProviderView } from "../../../../src/contracts/provider-list.ts";
import styles from "./providers.module.css";

interface ParkedLinkProps {
  readonly provider: string;
  readonly parked: ProviderView["parked"];
}

/** Leads to what waits at a provider; nothing where nothing does. */
export function ParkedLink({ provider, parked: { held, uncertain } }: ParkedLinkProps) {
  if (held + uncertain === 0) return null;
  const parts = [held > 0 && `${held} held by a budget`, uncertain > 0 && `${uncertain} perhaps billed`];
  const tasks = held + uncertain === 1 ? "1 task waits" : `${held + uncertain} tasks wait`;
  return (
    <p className={styles["waits"]}>
      <Link to="/providers" search={{ provider }} resetScroll={false}>
        {tasks} at it: {parts.filter(Boolean).join(", ")}
      </Link>
    </p>
  );
}
