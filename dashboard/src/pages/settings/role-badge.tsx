import { Eye, KeyRound, type LucideIcon, Wrench } from "lucide-react";
import type { Role } from "../../../../src/contracts/caller.ts";
import { Badge } from "../../components/badge.tsx";
import type { Tone } from "../../components/tone.ts";

interface RoleLook {
  readonly tone: Tone;
  readonly icon: LucideIcon;
  /** What it allows beyond the role before it. */
  readonly meaning: string;
}

export const ROLE_LOOKS: Readonly<Record<Role, RoleLook>> = {
  viewer: { tone: "neutral", icon: Eye, meaning: "looks at everything its owner has" },
  operator: { tone: "active", icon: Wrench, meaning: "also starts, cancels, repeats and uploads" },
  admin: { tone: "person", icon: KeyRound, meaning: "also makes keys, pauses queues, pulls models" },
};

export function RoleBadge({ role }: { readonly role: Role }) {
  const { tone, icon, meaning } = ROLE_LOOKS[role];
  return (
    <Badge tone={tone} icon={icon} title={meaning}>
      {role}
    </Badge>
  );
}
