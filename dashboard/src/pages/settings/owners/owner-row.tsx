import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { OwnerView } from "../../../../../src/contracts/owners.ts";
import { Badge } from "../../../components/badge.tsx";
import { Button } from "../../../components/button.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { RowHead } from "../../../components/row-head.tsx";
import { LabelBadges } from "../label-badges.tsx";
import { ChangeOwnerDialog } from "./change-owner-dialog.tsx";
import { EraseOwnerDialog } from "./erase-owner-dialog.tsx";
import { OwnerUsage } from "./owner-usage.tsx";
import styles from "./owners.module.css";

type Asked = "change" | "erase" | null;

export function OwnerRow({ owner }: { readonly owner: OwnerView }) {
  const { name, labels, createdAt, erasedAt } = owner;
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  return (
    <li className={styles["owner"]} data-row data-owner={name}>
      <RowHead
        title={name}
        badges={
          <>
            {erasedAt !== null && <Badge tone="bad">erased</Badge>}
            <LabelBadges labels={labels} />
          </>
        }
        notes={[
          erasedAt === null ? (
            <>
              since <RelativeTime at={createdAt} />
            </>
          ) : (
            <>
              <RelativeTime at={erasedAt} />; only what its calls cost is left
            </>
          ),
        ]}
        actions={
          erasedAt === null && (
            <>
              <Button
                icon={Pencil}
                onClick={() => setAsked("change")}
                aria-label={`Limits and labels of ${name}`}
              >
                Limits and labels
              </Button>
              <Button icon={Trash2} onClick={() => setAsked("erase")} aria-label={`Erase ${name}`}>
                Erase
              </Button>
            </>
          )
        }
      />
      <OwnerUsage owner={owner} />
      {asked === "change" && <ChangeOwnerDialog owner={owner} onClose={close} />}
      {asked === "erase" && <EraseOwnerDialog owner={owner} onClose={close} />}
    </li>
  );
}
