// Review and save: every change of the draft, what it does to the final configurations, who is affected, and one commit.
import { Button, Textarea } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { entityQuery } from "../../api/entities";
import { meQuery, whyNot } from "../../api/session";
import { canUndo, dropDraft, undoDraft } from "../../draft/store";
import { useDraft } from "../../draft/use-entry";
import { CheckLine, ErrorSummary } from "../../forms/check-line";
import { markTried } from "../../forms/tried";
import { lostSecrets, useCheck } from "../../forms/use-check";
import { plural } from "../../lib/numbers";
import { CopyAs } from "../../ui/copy-as";
import { Empty, ErrorPanel, Page, Section } from "../../ui/page";
import "../../ui/styles";
import { Conflicts } from "./conflicts";
import { FileChanges } from "./files";
import { Impact } from "./impact";
import { Outcome } from "./outcome";
import classes from "./page.module.css";
import { entriesOf, isBehind, subjectOf } from "./saving";
import { useSaving } from "./use-saving";

export default function ReviewScreen() {
  const draft = useDraft();
  const me = useQuery(meQuery).data;
  const check = useCheck();
  const entries = useMemo(() => entriesOf(draft), [draft]);
  useEffect(() => markTried(entries.map(({ path }) => path)), [entries]);
  const stored = useQueries({ queries: entries.map(({ path }) => entityQuery(path)) });
  const behind = entries.filter((entry, at) => {
    const query = stored[at];
    return query?.isSuccess === true && isBehind(entry, query.data);
  });
  const { saving, save, look, forget } = useSaving();
  const [message, setMessage] = useState("");
  const [sure, setSure] = useState(false);
  const lost = lostSecrets(draft);
  const blocked =
    whyNot(me, "config:write") ??
    (lost > 0
      ? `${plural(lost, "credential")} must be typed again: the page was loaded anew since.`
      : null) ??
    (behind.length > 0 ? "Decide about the conflicts first." : null) ??
    (check.state === "invalid" || check.state === "refused" ? "The change is not valid yet." : null);
  const busy = saving.phase === "saving" || saving.phase === "unknown";
  if (saving.phase === "saved" && entries.length === 0)
    return (
      <Page title="Saved" about="What you changed is in the repository.">
        <Outcome saving={saving} look={look} forget={forget} />
      </Page>
    );
  if (entries.length === 0)
    return (
      <Page title="Review and save">
        <Empty title="Nothing is changed" command="linkmesh plan -f .">
          What you change in sources, pipelines, routes and destinations waits here until you save it, as one
          commit.
          {canUndo() ? (
            <div>
              <Button mt="xs" size="xs" variant="default" onClick={() => undoDraft()}>
                Bring back what was discarded last
              </Button>
            </div>
          ) : null}
        </Empty>
      </Page>
    );
  return (
    <Page
      title="Review and save"
      about={`${plural(entries.length, "change")} in one commit. Delivery begins when it is saved.`}
      actions={
        <>
          <CopyAs cli="linkmesh plan -f ." path="changes" />
          <Button
            variant="default"
            color="red"
            leftSection={<Trash2 size={14} aria-hidden />}
            disabled={busy}
            onClick={() => (sure ? dropDraft() : setSure(true))}
            onBlur={() => setSure(false)}
          >
            {sure ? "Discard all? Click again" : "Discard all"}
          </Button>
        </>
      }
    >
      <Outcome saving={saving} look={look} forget={forget} />
      <CheckLine check={check} />
      {check.state === "unreachable" ? <ErrorPanel error={check.problem} retry={check.retry} /> : null}
      <ErrorSummary errors={check.errors} />
      {behind.length > 0 ? (
        <Conflicts entries={behind} stored={stored.map(({ data }) => data ?? null)} all={entries} />
      ) : null}
      <div className={classes.commit}>
        <Textarea
          label="Why"
          description="The message of the commit. One is made from the paths when you leave it empty."
          inputWrapperOrder={["label", "input", "description"]}
          placeholder={subjectOf(entries)}
          autosize
          minRows={1}
          maxRows={8}
          maxLength={4_000}
          disabled={busy}
          value={message}
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
        <div>
          <Button
            loading={saving.phase === "saving"}
            disabled={blocked !== null || busy}
            aria-describedby={blocked ? "why-not" : undefined}
            onClick={() => void save(draft, message.trim() === "" ? subjectOf(entries) : message)}
          >
            Save {plural(entries.length, "change")}
          </Button>
        </div>
        {blocked && !busy ? (
          <p id="why-not" className={classes.note}>
            {blocked}
          </p>
        ) : null}
      </div>
      <Impact check={check} />
      <Section title="Changes">
        <FileChanges entries={entries} errors={check.errors} />
      </Section>
      <p className={classes.note}>
        Changes are kept in this browser until they are saved or discarded. <Link to="/history">History</Link>{" "}
        has what was saved before.
      </p>
    </Page>
  );
}
