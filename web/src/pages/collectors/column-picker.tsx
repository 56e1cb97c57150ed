// Which columns are shown. The choice stands in the address, so a link shows the same table.
import { Button, Checkbox, Popover } from "@mantine/core";
import { Columns3 } from "lucide-react";
import { type FleetColumn, nameColumns } from "./columns";
import classes from "./page.module.css";

export function ColumnPicker({
  all,
  shown,
  onChange,
}: {
  all: readonly FleetColumn[];
  shown: readonly FleetColumn[];
  onChange: (columns: string | undefined) => void;
}) {
  const ids = shown.map(({ id }) => id);
  const flip = (id: string) => {
    const next = all.map((column) => column.id).filter((one) => (one === id) !== ids.includes(one));
    onChange(nameColumns(next));
  };
  return (
    <Popover position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<Columns3 size={14} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <fieldset className={classes.picker} style={{ border: 0, margin: 0 }}>
          <legend className="only-read">Columns</legend>
          {all.map(({ id, about }) => (
            <Checkbox
              key={id}
              size="xs"
              label={about}
              checked={ids.includes(id)}
              disabled={id === "name"}
              onChange={() => flip(id)}
            />
          ))}
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(undefined)}>
            The usual ones
          </Button>
        </fieldset>
      </Popover.Dropdown>
    </Popover>
  );
}
