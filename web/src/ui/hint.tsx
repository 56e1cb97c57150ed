// A few more words on hover and on focus. Mantine's tooltip with our manners; never the only place of something important.
import { Tooltip } from "@mantine/core";
import type { ReactElement } from "react";
import { beginning } from "../lib/text";

export function Hint({ text, children }: { text: string; children: ReactElement }) {
  return (
    <Tooltip label={beginning(text)} events={{ hover: true, focus: true, touch: true }}>
      {children}
    </Tooltip>
  );
}
