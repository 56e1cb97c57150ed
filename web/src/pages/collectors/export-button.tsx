// Export of what the query finds, with its progress in the place of the button.
import { Button, Menu } from "@mantine/core";
import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { CollectorFilter } from "../../api/collectors";
import { count } from "../../lib/numbers";
import { message } from "../../ui/page";
import { EXPORT_ROWS_MAX, type ExportFormat, exportCollectors, save } from "./export";
import classes from "./page.module.css";

export function ExportButton({ filter, sort }: { filter: CollectorFilter; sort: string | undefined }) {
  const [far, setFar] = useState<{ rows: number; total: number | null } | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const begin = async (format: ExportFormat) => {
    const control = new AbortController();
    stop.current = control;
    setSaid(null);
    setFar({ rows: 0, total: null });
    try {
      const made = await exportCollectors(format, filter, sort, control.signal, (rows, total) =>
        setFar({ rows, total }),
      );
      save(made.file, `collectors.${format}`);
      setSaid(
        made.cut
          ? `The first ${count(EXPORT_ROWS_MAX)} are in the file; narrow the query for the rest.`
          : `${count(made.rows)} rows are in the file.`,
      );
    } catch (problem) {
      if (!control.signal.aborted) setSaid(message(problem));
    } finally {
      setFar(null);
    }
  };
  return (
    <>
      <span className={classes.said} aria-live="polite">
        {far
          ? `Exporting ${count(far.rows)}${far.total === null ? "" : ` of ${count(Math.min(far.total, EXPORT_ROWS_MAX))}`}…`
          : said}
      </span>
      {far ? (
        <Button variant="default" onClick={() => stop.current?.abort()}>
          Stop the export
        </Button>
      ) : (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" leftSection={<Download size={14} aria-hidden />}>
              Export
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void begin("csv")}>CSV, for spreadsheets</Menu.Item>
            <Menu.Item onClick={() => void begin("json")}>JSON, as the API answers</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
