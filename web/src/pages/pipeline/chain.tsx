// The chain: one card a step, in the order in which a record passes them, with what goes in and comes out where it runs.

import { useDroppable } from "@dnd-kit/core";
import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { ActionIcon, Button, Menu, UnstyledButton } from "@mantine/core";
import {
  ArrowDown,
  ArrowUp,
  CircleX,
  Copy,
  Ellipsis,
  GripVertical,
  Plus,
  Settings2,
  Trash2,
} from "lucide-react";
import type { CatalogSummary } from "../../api/catalog";
import { type StepRate, type StepRates, useStepRates } from "../../api/step-rates";
import type { PlacedError } from "../../forms/model/errors";
import { percent, plural } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { Ago, Rate } from "../../ui/values";
import { END } from "./drag";
import classes from "./page.module.css";
import type { ChainStep, Panel } from "./steps";

interface Props {
  id: string;
  steps: readonly ChainStep[];
  catalog: readonly CatalogSummary[];
  panel: Panel;
  errors: readonly PlacedError[];
  readOnly: boolean;
  /** Whether the draft differs from what runs. */
  unsaved: boolean;
  signals: readonly string[];
  show: (step: string | undefined) => void;
  move: (from: number, to: number) => void;
  remove: (index: number) => void;
  duplicate: (index: number) => void;
}

export function Chain(props: Props) {
  const { id, steps, panel, errors, readOnly, signals, show } = props;
  const rates = useStepRates(id);
  const own = errors.filter(({ path }) => path[0] !== "steps" || typeof path[1] !== "number").length;
  return (
    <section className={classes.chain} aria-label="Steps">
      <UnstyledButton
        className={classes.settings}
        aria-pressed={panel.kind === "settings"}
        onClick={() => show(undefined)}
      >
        <Settings2 size={15} aria-hidden />
        <span className={classes.settingsText}>
          Name, signals, parameters
          <span className="quiet">{signals.length > 0 ? ` · ${signals.join(", ")}` : ""}</span>
        </span>
        {own > 0 ? <Errors count={own} /> : null}
      </UnstyledButton>
      <ol className={classes.steps}>
        {steps.map((step) => (
          <StepCard key={step.key} {...props} step={step} rates={rates} />
        ))}
      </ol>
      <End empty={steps.length === 0}>
        <Button
          variant="default"
          size="xs"
          leftSection={<Plus size={14} aria-hidden />}
          disabled={readOnly}
          aria-pressed={panel.kind === "palette"}
          onClick={() => show("+")}
        >
          Add step
        </Button>
      </End>
      <RatesNote rates={rates} steps={steps.length} />
    </section>
  );
}

function StepCard(props: Props & { step: ChainStep; rates: StepRates }) {
  const { step, steps, catalog, panel, errors, readOnly, show, move, remove, duplicate, rates } = props;
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } =
    useSortable({
      id: step.key,
      disabled: readOnly,
    });
  const faults = errors.filter(({ path }) => path[0] === "steps" && path[1] === step.index).length;
  const type = catalog.find((one) => one.kind === "steps" && one.type === step.type)?.name ?? step.type;
  const label = step.name ?? (step.id || `Step ${step.index + 1}`);
  const chosen = panel.kind === "step" && panel.index === step.index;
  const style = { transform: CSS.Translate.toString(transform), transition: transition ?? "" };
  return (
    <li ref={setNodeRef} style={style} className={classes.step} data-dragging={isDragging || undefined}>
      <div className={classes.card} data-chosen={chosen || undefined} data-faulty={faults > 0 || undefined}>
        <button
          type="button"
          ref={setActivatorNodeRef}
          className={classes.handle}
          {...attributes}
          {...listeners}
          aria-label={`Move ${label}`}
          disabled={readOnly}
        >
          <GripVertical size={15} aria-hidden />
        </button>
        <UnstyledButton className={classes.body} aria-pressed={chosen} onClick={() => show(`#${step.index}`)}>
          <span className={classes.cardHead}>
            <strong className="clip" title={label}>
              {label}
            </strong>
            <span className={classes.type}>{type}</span>
          </span>
          {step.summary ? (
            <span className={classes.cardSummary} title={step.summary}>
              <bdi>{beginning(step.summary)}</bdi>
            </span>
          ) : null}
          {step.signals.length + step.runtimes.length > 0 ? (
            <span className={classes.only}>only {[...step.signals, ...step.runtimes].join(", ")}</span>
          ) : null}
          {faults > 0 ? <Errors count={faults} /> : null}
        </UnstyledButton>
        <StepNumbers rate={rates.steps.get(step.id)} rates={rates} unsaved={props.unsaved} />
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${label}`} disabled={readOnly}>
              <Ellipsis size={15} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<ArrowUp size={14} aria-hidden />}
              disabled={step.index === 0}
              onClick={() => move(step.index, step.index - 1)}
            >
              Move up
            </Menu.Item>
            <Menu.Item
              leftSection={<ArrowDown size={14} aria-hidden />}
              disabled={step.index === steps.length - 1}
              onClick={() => move(step.index, step.index + 1)}
            >
              Move down
            </Menu.Item>
            <Menu.Item leftSection={<Plus size={14} aria-hidden />} onClick={() => show(`+${step.index}`)}>
              Add a step before it
            </Menu.Item>
            <Menu.Item leftSection={<Copy size={14} aria-hidden />} onClick={() => duplicate(step.index)}>
              Duplicate
            </Menu.Item>
            <Menu.Item
              color="red"
              leftSection={<Trash2 size={14} aria-hidden />}
              onClick={() => remove(step.index)}
            >
              Remove
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </li>
  );
}

/** In → out and the share that was dropped. A step that no collector runs yet has no line at all. */
function StepNumbers({
  rate,
  rates,
  unsaved,
}: {
  rate: StepRate | undefined;
  rates: StepRates;
  unsaved: boolean;
}) {
  if (rates.routes === 0) return null;
  const why = rates.why ?? "The collectors that run this pipeline do not have this step yet.";
  const { in_per_s = null, out_per_s = null, dropped_percent = null } = rate ?? {};
  return (
    <span className={classes.numbers}>
      <span>
        <Rate value={in_per_s} why={why} /> <span aria-hidden>→</span>
        <span className="only-read">in, out</span> <Rate value={out_per_s} why={why} />
      </span>
      {dropped_percent !== null && dropped_percent > 0 ? (
        <span className={classes.dropped}>
          {percent(dropped_percent)} dropped{unsaved ? ", of the saved version" : ""}
        </span>
      ) : null}
    </span>
  );
}

function RatesNote({ rates, steps }: { rates: StepRates; steps: number }) {
  if (steps === 0 || rates.routes === 0) return null;
  if (rates.collectors > 0 && rates.reporting === 0)
    return (
      <p className={classes.note}>
        {rates.collectors === 1
          ? "This collector reports no numbers yet."
          : `None of the ${rates.collectors} collectors reports numbers yet.`}
      </p>
    );
  return (
    <p className={classes.note}>
      Live numbers of {plural(rates.reporting, "collector")} out of {rates.collectors}
      {rates.asOf ? (
        <>
          , as of <Ago at={rates.asOf} />
        </>
      ) : null}
      {rates.why ? `. ${rates.why}` : "."}
    </p>
  );
}

function End({ empty, children }: { empty: boolean; children: React.ReactNode }) {
  const { setNodeRef, isOver } = useDroppable({ id: END });
  return (
    <div
      ref={setNodeRef}
      className={classes.end}
      data-over={isOver || undefined}
      data-empty={empty || undefined}
    >
      {empty ? <p className={classes.note}>No steps yet. Records pass as they are.</p> : null}
      {children}
    </div>
  );
}

function Errors({ count }: { count: number }) {
  return (
    <span className={classes.errors}>
      <CircleX size={13} aria-hidden /> {plural(count, "error")}
    </span>
  );
}
