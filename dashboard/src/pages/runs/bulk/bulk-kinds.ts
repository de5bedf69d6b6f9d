import { Ban, type LucideIcon, RotateCw, SlidersHorizontal, Tag, Trash2 } from "lucide-react";

export type BulkName = "retry" | "cancel" | "rerun" | "tag" | "delete";

interface BulkKind {
  readonly title: string;
  readonly icon: LucideIcon;
  /** Of many: "Retrying 20 runs". */
  readonly doing: string;
  /** What became of those that it was done to. */
  readonly done: string;
  /** Why it was not done to the others. */
  readonly others: string;
}

/** What can be done to many runs, and what is said of it. */
export const BULK_KINDS: Readonly<Record<BulkName, BulkKind>> = {
  retry: {
    title: "Retry",
    icon: RotateCw,
    doing: "Retrying",
    done: "under way again",
    others: "nothing of them had failed, or their pictures are to be had no more",
  },
  cancel: { title: "Cancel", icon: Ban, doing: "Cancelling", done: "cancelled", others: "they had ended" },
  rerun: {
    title: "Rerun",
    icon: SlidersHorizontal,
    doing: "Rerunning",
    done: "made anew",
    others: "they cannot be made anew",
  },
  tag: {
    title: "Tag",
    icon: Tag,
    doing: "Tagging",
    done: "tagged anew",
    others: "they had these tags already",
  },
  delete: {
    title: "Delete",
    icon: Trash2,
    doing: "Deleting",
    done: "deleted",
    others: "they are under way, others wait for them, or a provider was paid for them",
  },
};
