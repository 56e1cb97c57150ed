// Which kind of host it is, and what is different between them.
import { Button, Radio } from "@mantine/core";
import { useState } from "react";
import { Section } from "../../ui/page";
import { DIFFERENCES, type Target, WAYS } from "./targets";
import classes from "./wizard.module.css";

export function TargetStep({
  chosen,
  onChoose,
}: {
  chosen: Target | null;
  onChoose: (target: Target) => void;
}) {
  const [target, setTarget] = useState<Target>(chosen ?? "opamp");
  return (
    <>
      <form
        className={classes.stack}
        onSubmit={(event) => {
          event.preventDefault();
          onChoose(target);
        }}
      >
        <fieldset className={classes.ways}>
          <legend className="only-read">What runs on the host</legend>
          {WAYS.map((way) => (
            <label key={way.target} className={classes.way} htmlFor={`way-${way.target}`}>
              <span className={classes.wayTitle}>
                <Radio
                  id={`way-${way.target}`}
                  name="target"
                  value={way.target}
                  checked={target === way.target}
                  onChange={() => setTarget(way.target)}
                  aria-label={way.title}
                />
                {way.title}
              </span>
              <span>{way.about}</span>
              <span className="quiet">Needs: {way.needs}</span>
            </label>
          ))}
        </fieldset>
        <div className={classes.buttons}>
          <Button type="submit">Continue</Button>
        </div>
      </form>
      <Section title="What is different">
        <p className={`quiet ${classes.tight}`}>
          All of these are the Standards tier: upstream programs only. The Managed tier adds an agent of
          LinkMesh on the host; this version does not have it yet. A host can change over later without
          enrolling again.
        </p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must take the focus */}
        <section className={classes.wide} aria-label="Comparison" tabIndex={0}>
          <table className={classes.compare}>
            <thead>
              <tr>
                <td />
                <th scope="col">OpenTelemetry Collector</th>
                <th scope="col">Grafana Alloy</th>
                <th scope="col">Managed tier (later)</th>
              </tr>
            </thead>
            <tbody>
              {DIFFERENCES.map(([what, ...cells]) => (
                <tr key={what}>
                  <th scope="row">{what}</th>
                  {cells.map((cell, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the columns are fixed
                    <td key={column}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </Section>
    </>
  );
}
