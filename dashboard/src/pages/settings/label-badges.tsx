import type { Labels } from "../../../../src/contracts/labels.ts";
import { Badge } from "../../components/badge.tsx";

/** What somebody noted of an owner or a key. */
export function LabelBadges({ labels }: { readonly labels: Labels }) {
  return Object.entries(labels).map(([label, value]) => (
    <Badge key={label} tone="neutral" title={label}>
      {value === "" ? label : `${label}: ${value}`}
    </Badge>
  ));
}
