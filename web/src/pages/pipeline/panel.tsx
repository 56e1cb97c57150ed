// Beside the chain: the form of the chosen step, the pipeline's own settings, or the palette of step types.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ExternalLink, X } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { catalogTypeQuery } from "../../api/catalog";
import { EntityForm } from "../../forms/form";
import { PIPELINE_SCHEMA, typedSchema } from "../../forms/model/envelopes";
import { isRecord, type Path } from "../../forms/model/path";
import { Palette } from "../../forms/palette";
import type { Editor } from "../../forms/use-editor";
import { Chip } from "../../ui/badges";
import { ErrorPanel, Skeleton } from "../../ui/page";
import { copy } from "../../ui/values";
import { DraggableType } from "./drag";
import classes from "./page.module.css";
import type { ChainStep, Panel } from "./steps";

interface Props {
  editor: Editor;
  panel: Panel;
  steps: readonly ChainStep[];
  readOnly: boolean;
  prefix: string;
  show: (step: string | undefined) => void;
  add: (type: string, index: number) => void;
}

export function SidePanel(props: Props) {
  const { panel, steps, editor, readOnly, prefix } = props;
  if (panel.kind === "palette")
    return (
      <Frame
        title={
          panel.index >= steps.length ? "Add a step at the end" : `Add a step before step ${panel.index + 1}`
        }
        close={() => props.show(undefined)}
      >
        <p className={classes.note}>Click to add, or drag a type into the chain.</p>
        <Palette
          kind="steps"
          compact
          pick={(type) => (readOnly ? undefined : props.add(type.type, panel.index))}
          frame={(type, button) => <DraggableType type={type.type}>{button}</DraggableType>}
        />
      </Frame>
    );
  const step = panel.kind === "step" ? steps[panel.index] : undefined;
  if (step) return <StepForm key={step.index} {...props} step={step} />;
  return (
    <Frame title="Name, signals, parameters">
      <EntityForm
        schema={PIPELINE_SCHEMA}
        text={editor.text}
        value={editor.value}
        onEdit={editor.edit}
        onLeave={editor.leave}
        readOnly={readOnly}
        errors={editor.errors}
        prefix={prefix}
        level={3}
      />
    </Frame>
  );
}

function StepForm({ editor, step, readOnly, prefix, show }: Props & { step: ChainStep }) {
  const entry = useQuery(catalogTypeQuery("steps", step.type));
  const schema = useMemo(() => typedSchema("steps", entry.data ?? null), [entry.data]);
  const at = useMemo<Path>(() => ["steps", step.index], [step.index]);
  const { parameters } = editor.value;
  const names = isRecord(parameters) ? Object.keys(parameters) : [];
  const title = entry.data?.name ?? step.type;
  return (
    <Frame title={`${step.index + 1}. ${title}`} close={() => show(undefined)}>
      {entry.data ? (
        <p className={classes.note}>
          {entry.data.summary}{" "}
          {entry.data.docs ? (
            <a href={entry.data.docs} target="_blank" rel="noreferrer noopener">
              Documentation <ExternalLink size={12} aria-hidden />
              <span className="only-read"> opens in a new tab</span>
            </a>
          ) : null}
        </p>
      ) : null}
      {names.length > 0 ? (
        <p className={classes.parameters}>
          Parameters:{" "}
          {names.map((name) => (
            <Chip
              key={name}
              text={`{{${name}}}`}
              title={`Copy {{${name}}}`}
              onClick={() => void copy(`{{${name}}}`)}
            />
          ))}
        </p>
      ) : null}
      {entry.isError ? (
        <ErrorPanel error={entry.error} retry={() => void entry.refetch()}>
          Its settings can still be changed in the YAML.
        </ErrorPanel>
      ) : null}
      {entry.isPending ? (
        <Skeleton lines={5} height={28} />
      ) : (
        <EntityForm
          schema={schema}
          text={editor.text}
          value={editor.value}
          at={at}
          onEdit={editor.edit}
          onLeave={editor.leave}
          readOnly={readOnly}
          errors={editor.errors}
          prefix={prefix}
          level={3}
        />
      )}
    </Frame>
  );
}

function Frame({ title, close, children }: { title: string; close?: () => void; children: ReactNode }) {
  return (
    <section className={classes.panel} aria-label={title}>
      <div className={classes.panelHead}>
        <h2 className={classes.panelTitle}>{title}</h2>
        {close ? (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<X size={13} aria-hidden />}
            onClick={close}
          >
            Close
          </Button>
        ) : null}
      </div>
      {children}
    </section>
  );
}
