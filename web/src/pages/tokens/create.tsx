// Making a token: how long, for how many, what it gives. The answer is shown once.
import { Button, NumberInput, Select, TagsInput, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { Problem } from "../../api/client";
import { groupIdsQuery } from "../../api/search";
import { createToken, type NewToken } from "../../api/tokens";
import { freshKey } from "../../lib/fresh-key";
import { labelsOf } from "../../lib/labels";
import { plural } from "../../lib/numbers";
import { Dialog } from "../../ui/dialog";
import { ErrorPanel } from "../../ui/page";
import { SecretOnce } from "../../ui/secret-once";
import { Ago } from "../../ui/values";
import classes from "./tokens.module.css";

const LIFETIMES = [
  { value: "900", label: "15 minutes" },
  { value: "3600", label: "1 hour" },
  { value: "86400", label: "1 day" },
  { value: "604800", label: "7 days" },
  { value: "2592000", label: "30 days" },
];
const DAY_S = 86_400;

export function CreateToken({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const key = useRef(freshKey());
  const make = useMutation({
    mutationFn: (body: NewToken) => createToken(body, key.current),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tokens"] }),
    onError: (error) => {
      // Refused, so the next try is another one. Without an answer the same key finds out whether this one was made.
      if (error instanceof Problem && error.status !== 0) key.current = freshKey();
    },
  });
  const made = make.data;
  if (made)
    return (
      <Dialog title="The token is made" open onClose={onClose} side>
        <SecretOnce
          what="enrollment token"
          token={made.token}
          commands={Object.entries(made.install ?? {}).map(([way, text]) => ({
            label: way === "script" ? "On the host, as root" : `On the host, with ${way}`,
            text,
          }))}
          files={made.files ?? {}}
        />
        <p className={classes.text}>
          The first host has to join before it expires, <Ago at={made.expires_at} />.
        </p>
        <div className={classes.actions}>
          <Button onClick={onClose}>I have copied it</Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title="Create an enrollment token" open onClose={onClose} side>
      <TokenForm
        busy={make.isPending}
        error={make.error}
        send={(body) => make.mutate(body)}
        onClose={onClose}
      />
    </Dialog>
  );
}

function TokenForm({
  busy,
  error,
  send,
  onClose,
}: {
  busy: boolean;
  error: unknown;
  send: (body: NewToken) => void;
  onClose: () => void;
}) {
  const groups = useQuery(groupIdsQuery);
  const [name, setName] = useState("");
  const [lifetime, setLifetime] = useState("3600");
  const [uses, setUses] = useState<number | string>(1);
  const [labels, setLabels] = useState("");
  const [into, setInto] = useState<string[]>([]);
  const [known, setKnown] = useState("");
  const [archive, setArchive] = useState<number | string>("");
  const [purge, setPurge] = useState<number | string>("");
  const [advanced, setAdvanced] = useState(false);
  const read = labelsOf(labels);
  const changed = [known, archive, purge].filter((value) => value !== "").length;

  function submit(event: FormEvent) {
    event.preventDefault();
    if ("fault" in read) return;
    send({
      name: name.trim() || null,
      expires_in_s: Number(lifetime),
      max_uses: Number(uses) || 1,
      labels: read.labels,
      groups: into,
      for: known.trim() || null,
      archive_after_s: archive === "" ? null : Math.round(Number(archive) * DAY_S),
      purge_after_s: purge === "" ? null : Math.round(Number(purge) * DAY_S),
    });
  }

  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label="Name"
        description="For people; for example where it is used."
        maxLength={200}
        value={name}
        error={at(error, "name")}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div className={classes.pair}>
        <Select
          label="To be used within"
          data={LIFETIMES}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          value={lifetime}
          onChange={(value) => setLifetime(value ?? "3600")}
        />
        <NumberInput
          label="Hosts that may join"
          min={1}
          max={100_000}
          allowDecimal={false}
          value={uses}
          error={at(error, "max_uses")}
          onChange={setUses}
        />
      </div>
      <Textarea
        label="Labels for them"
        description="key=value, one a line"
        placeholder={"env=prod\nteam=web"}
        autosize
        minRows={2}
        maxRows={8}
        value={labels}
        error={"fault" in read ? read.fault : at(error, "labels")}
        onChange={(event) => setLabels(event.currentTarget.value)}
      />
      <TagsInput
        label="Groups for them"
        data={groups.data ?? []}
        comboboxProps={{ withinPortal: false }}
        value={into}
        error={at(error, "groups")}
        onChange={setInto}
      />
      <UnstyledButton
        className={classes.fold}
        aria-expanded={advanced}
        onClick={() => setAdvanced(!advanced)}
      >
        {advanced ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />} Advanced
        {changed > 0 ? <span className="quiet"> {plural(changed, "setting")} changed</span> : null}
      </UnstyledButton>
      {advanced ? (
        <>
          <TextInput
            label="For a known collector"
            description="Its id, for a host that was built anew. Its old credential ends with the first use of this token."
            value={known}
            error={at(error, "for")}
            onChange={(event) => setKnown(event.currentTarget.value)}
          />
          <div className={classes.pair}>
            <NumberInput
              label="Archive when away for"
              suffix=" days"
              placeholder="never"
              min={0.01}
              value={archive}
              error={at(error, "archive_after_s")}
              onChange={setArchive}
            />
            <NumberInput
              label="Remove when archived for"
              suffix=" days"
              placeholder="never"
              min={0.01}
              value={purge}
              error={at(error, "purge_after_s")}
              onChange={setPurge}
            />
          </div>
        </>
      ) : null}
      {error ? <ErrorPanel error={error}>{unsure(error)}</ErrorPanel> : null}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={"fault" in read}>
          Create token
        </Button>
      </div>
    </form>
  );
}

function at(error: unknown, path: string): string | null {
  return error instanceof Problem
    ? (error.errors.find((field) => field.path.startsWith(path))?.message ?? null)
    : null;
}

function unsure(error: unknown): string | null {
  if (!(error instanceof Problem)) return null;
  if (error.status === 0) return "If it was made all the same, another try says so and makes no second one.";
  if (error.status === 409)
    return "The try before did reach the server. That token cannot be shown any more: revoke it and create another.";
  return null;
}
