// Add a collector: which kind of host → what it shall be called and belong to → a token and what to run → it turns green.
// Where somebody is stands in the address; the token itself never does.
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Page } from "../../ui/page";
import "../../ui/styles";
import { Join } from "./join";
import { LabelsStep } from "./labels";
import { TargetStep } from "./target";
import { isTarget, type Target } from "./targets";
import classes from "./wizard.module.css";

const STEPS = ["Choose the host", "Labels and groups", "Run it and wait"] as const;

export default function Wizard() {
  const search = useSearch({ from: "/shell/add" });
  const navigate = useNavigate({ from: "/add" });
  const target = isTarget(search.target) ? search.target : null;
  const made = search.token !== undefined || search.collector !== undefined;
  const at = !target || search.step === "target" ? 0 : made ? 2 : 1;

  const choose = (chosen: Target) => void navigate({ search: { target: chosen } });
  return (
    <Page
      title="Add a collector"
      about="One host, from nothing to green. Nothing of LinkMesh itself is installed on it."
      actions={<Link to="/tokens">All enrollment tokens</Link>}
    >
      <ol className={classes.steps} aria-label="Steps">
        {STEPS.map((title, number) => (
          <li key={title} aria-current={number === at ? "step" : undefined}>
            {title}
          </li>
        ))}
      </ol>
      {at === 0 || !target ? <TargetStep chosen={target} onChoose={choose} /> : null}
      {at === 1 && target ? (
        <LabelsStep
          target={target}
          onBack={() => void navigate({ search: { target, step: "target" } })}
          onMade={(ids) => void navigate({ search: { target, ...ids } })}
        />
      ) : null}
      {at === 2 && target ? (
        <Join
          target={target}
          tokenId={search.token ?? null}
          collectorId={search.collector ?? null}
          onAnother={() => void navigate({ search: { target } })}
        />
      ) : null}
    </Page>
  );
}
