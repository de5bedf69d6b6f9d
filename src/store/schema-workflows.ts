import type { ColumnType } from "kysely";
import type { Digest, OwnerUUID } from "../contracts/ids.ts";

interface WorkflowVersions {
  owner_uuid: OwnerUUID;
  name: string;
  number: number;
  /** Null with `source`: then the name was given up. */
  digest: Digest | null;
  source: string | null;
  created_at: ColumnType<Date, Date | undefined, never>;
}

/** Tables of the workflows that owners save. */
export interface WorkflowTables {
  workflow_versions: WorkflowVersions;
}
