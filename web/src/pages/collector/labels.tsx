// The labels of a collector, changed in place. Each change is one save and acts at once: groups with a selector take the
// collector in or leave it out.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { type Collector, patchCollector } from "../../api/collectors";
import { meQuery, whyNot } from "../../api/session";
import { beginning } from "../../lib/text";
import { Hint } from "../../ui/hint";
import { message } from "../../ui/page";
import classes from "./page.module.css";

export function Labels({ collector }: { collector: Collector }) {
  const queries = useQueryClient();
  const refused = whyNot(useQuery(meQuery).data, "collectors:write");
  // The label that is being written: null for none, "" for a new one.
  const [editing, setEditing] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (labels: Record<string, string | null>) => patchCollector(queries, collector.id, { labels }),
    onSuccess: () => setEditing(null),
  });
  const labels = Object.entries(collector.labels ?? {});
  return (
    <div className={classes.labels}>
      {labels.length === 0 && refused ? <span className="quiet">No labels</span> : null}
      {labels.map(([key, value]) =>
        editing === key ? (
          <LabelForm
            key={key}
            begun={`${key}=${value}`}
            busy={save.isPending}
            onCancel={() => setEditing(null)}
            onSave={(next, text) => save.mutate({ ...(next === key ? {} : { [key]: null }), [next]: text })}
          />
        ) : (
          <span key={key} className={classes.label}>
            {refused ? (
              <span className={`clip ${classes.labelText}`} title={`${key}=${value}`}>
                <bdi>{beginning(`${key}=${value}`)}</bdi>
              </span>
            ) : (
              <>
                <button
                  type="button"
                  className={`clip ${classes.labelText}`}
                  title={`Change ${key}=${value}`}
                  onClick={() => setEditing(key)}
                >
                  <bdi>{beginning(`${key}=${value}`)}</bdi>
                </button>
                <button
                  type="button"
                  className={classes.labelDrop}
                  aria-label={`Remove the label ${key}`}
                  disabled={save.isPending}
                  onClick={() => save.mutate({ [key]: null })}
                >
                  <X size={12} aria-hidden />
                </button>
              </>
            )}
          </span>
        ),
      )}
      {refused ? (
        <Hint text={refused}>
          <button type="button" className={classes.labelAdd} aria-disabled="true">
            <Plus size={12} aria-hidden /> Label
          </button>
        </Hint>
      ) : editing === "" ? (
        <LabelForm
          begun=""
          busy={save.isPending}
          onCancel={() => setEditing(null)}
          onSave={(key, value) => save.mutate({ [key]: value })}
        />
      ) : (
        <button type="button" className={classes.labelAdd} onClick={() => setEditing("")}>
          <Plus size={12} aria-hidden /> Label
        </button>
      )}
      <span className={classes.wrong} role="status">
        {save.isError ? message(save.error) : ""}
      </span>
    </div>
  );
}

function LabelForm({
  begun,
  busy,
  onSave,
  onCancel,
}: {
  begun: string;
  busy: boolean;
  onSave: (key: string, value: string) => void;
  onCancel: () => void;
}) {
  const [text, setText] = useState(begun);
  const [key = "", ...rest] = text.split("=");
  const value = rest.join("=").trim();
  const may = key.trim() !== "" && value !== "" && !busy;
  return (
    <form
      className={classes.labelForm}
      onSubmit={(event) => {
        event.preventDefault();
        if (may) onSave(key.trim(), value);
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: it stands where the button was that was just pressed
        autoFocus
        aria-label="Label as key=value"
        placeholder="key=value"
        spellCheck={false}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === "Escape") onCancel();
        }}
      />
      <button type="submit" className={classes.labelAdd} disabled={!may}>
        Save
      </button>
      <button type="button" className={classes.labelAdd} onClick={onCancel}>
        Cancel
      </button>
    </form>
  );
}
