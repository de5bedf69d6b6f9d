import { Check, Copy } from "lucide-react";
import { Button } from "../../../components/button.tsx";
import { Menu } from "../../../components/menu.tsx";
import { useCopy } from "../../../components/use-copy.ts";

interface CopyMenuProps {
  readonly items: readonly (readonly [label: string, text: string])[];
}

export function CopyMenu({ items }: CopyMenuProps) {
  const { copied, copy } = useCopy();
  return (
    <Menu
      trigger={<Button icon={copied ? Check : Copy}>{copied ? "Copied" : "Copy"}</Button>}
      items={items.map(([label, text]) => ({ label, onSelect: () => copy(text) }))}
    />
  );
}
