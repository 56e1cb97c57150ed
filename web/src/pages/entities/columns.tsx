// Columns of the lists of entities, beside those that all of them have.

import type { EntityRow } from "../../forms/model/rows";
import { beginning } from "../../lib/text";
import type { Column } from "../../ui/table";

export const TYPE: Column<EntityRow> = {
  id: "type",
  head: "Type",
  cell: ({ type }) => <span className="clip">{type ?? ""}</span>,
};

export const SIGNALS: Column<EntityRow> = {
  id: "signals",
  head: "Signals",
  cell: ({ value }) => words(value.signals) || <span className="quiet">all they share</span>,
};

/** A key that holds one word or some. */
export const key = (id: string, head: string, none = ""): Column<EntityRow> => ({
  id,
  head,
  cell: ({ value }) => {
    const text = words(value[id]);
    return text === "" ? (
      <span className="quiet">{none}</span>
    ) : (
      <div className="clip" style={{ maxWidth: 280 }} title={text}>
        <bdi>{beginning(text)}</bdi>
      </div>
    );
  },
});

function words(value: unknown): string {
  if (Array.isArray(value)) return value.filter((one) => typeof one !== "object").join(", ");
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** An address holds only what is set. */
export const compact = (filters: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(filters).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "",
    ),
  );
