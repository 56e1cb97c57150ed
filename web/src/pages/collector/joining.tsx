// A collector that has never connected: how its host joins. The token is made when somebody asks for it, and shown once.
import { Button, Tabs } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Collector, mintAlloyToken, tokenForHost } from "../../api/collectors";
import { meQuery, whyNot } from "../../api/session";
import { GuardedButton } from "../../ui/guarded";
import { ErrorPanel } from "../../ui/page";
import { Ago, copy } from "../../ui/values";
import classes from "./page.module.css";

export default function Joining({ collector }: { collector: Collector }) {
  const alloy = collector.mode === "alloy-remotecfg";
  return (
    <section className={classes.wait} aria-label="Connect the host">
      <div>
        <h2>Awaiting its first connection</h2>
        <div className="quiet">
          This page turns green within half a minute of the host's start. The token is shown once, here.
        </div>
      </div>
      <Tabs defaultValue={alloy ? "alloy" : "otelcol"} keepMounted>
        <Tabs.List>
          <Tabs.Tab value="otelcol">otelcol-contrib</Tabs.Tab>
          <Tabs.Tab value="alloy">Grafana Alloy</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="otelcol">
          {alloy ? (
            <Other name={collector.name} made="Grafana Alloy" other="otelcol-contrib" />
          ) : (
            <Otelcol collector={collector} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="alloy">
          {alloy ? (
            <Alloy collector={collector} />
          ) : (
            <Other name={collector.name} made="otelcol-contrib over OpAMP" other="Grafana Alloy" />
          )}
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}

function Other({ name, made, other }: { name: string; made: string; other: string }) {
  return (
    <div className={classes.ready}>
      <span>
        <bdi>{name.slice(0, 100)}</bdi> was made for {made}. How a collector is managed does not change; for{" "}
        {other}, add another one.
      </span>
      <div>
        <Button component={Link} to="/add" size="xs" variant="default">
          Add collector
        </Button>
      </div>
    </div>
  );
}

function Otelcol({ collector }: { collector: Collector }) {
  const refused = whyNot(useQuery(meQuery).data, "tokens:create");
  const make = useMutation({ mutationFn: () => tokenForHost(collector.id) });
  const ready = make.data;
  const server = location.origin;
  const line =
    ready?.install?.script ??
    `curl -fsSL ${server}/api/v1/downloads/install-opamp.sh | sudo sh -s -- --server ${server} --token ${ready?.token ?? ""}`;
  return (
    <div className={classes.ready}>
      {ready ? (
        <>
          <span>
            Run this on the host as root
            {ready.expires_at ? (
              <>
                ; the token must be used first <Ago at={ready.expires_at} />
              </>
            ) : null}
            :
          </span>
          <Given name="Command" text={line} />
          {Object.entries(ready.files ?? {}).map(([name, text]) => (
            <Given key={name} name={name} text={text} file />
          ))}
          <span className="quiet">
            By hand: put supervisor.yaml to /etc/otelcol-supervisor, readable for its user only, and start
            opampsupervisor with it.
          </span>
        </>
      ) : (
        <>
          <span>
            One line installs upstream's opampsupervisor and otelcol-contrib and joins them. It needs a token
            for this collector.
          </span>
          <div>
            <GuardedButton size="xs" why={refused} loading={make.isPending} onClick={() => make.mutate()}>
              Create token
            </GuardedButton>
          </div>
        </>
      )}
      {make.isError ? <ErrorPanel error={make.error} retry={() => make.mutate()} /> : null}
    </div>
  );
}

function Alloy({ collector }: { collector: Collector }) {
  const queries = useQueryClient();
  const refused = whyNot(useQuery(meQuery).data, "tokens:create");
  const make = useMutation({
    mutationFn: () => mintAlloyToken(collector.id),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["collector", collector.id] }),
  });
  const ready = make.data;
  return (
    <div className={classes.ready}>
      {ready ? (
        <>
          {Object.entries(ready.install ?? {}).map(([name, text]) => (
            <Given key={name} name={`Install with ${name}`} text={text} />
          ))}
          {Object.entries(ready.files ?? {}).map(([name, text]) => (
            <Given key={name} name={name} text={text} file />
          ))}
          <span className="quiet">
            Put it to /etc/alloy/config.alloy, readable for the user alloy only, and restart the service
            alloy.
          </span>
        </>
      ) : (
        <>
          <span>
            Alloy polls for its configuration with a token of its own; a ready config.alloy comes with it.
            {collector.token_minted_at ? (
              <>
                {" "}
                One was made <Ago at={collector.token_minted_at} />; it holds until the new one is first used,
                a day at most.
              </>
            ) : null}
          </span>
          <div>
            <GuardedButton size="xs" why={refused} loading={make.isPending} onClick={() => make.mutate()}>
              {collector.token_minted_at ? "Create another token" : "Create token"}
            </GuardedButton>
          </div>
        </>
      )}
      {make.isError ? <ErrorPanel error={make.error} retry={() => make.mutate()} /> : null}
    </div>
  );
}

/** A text to copy; a file also to save. */
function Given({ name, text, file = false }: { name: string; text: string; file?: boolean }) {
  const [done, setDone] = useState(false);
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <div>
      <div className={classes.readyHead}>
        <strong>{name}</strong>
        <span className={classes.more}>
          {file ? (
            <Button size="compact-xs" variant="default" onClick={save}>
              Save
            </Button>
          ) : null}
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => void copy(text).then(() => setDone(true))}
            onBlur={() => setDone(false)}
          >
            {done ? "Copied" : "Copy"}
          </Button>
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must take the focus */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
