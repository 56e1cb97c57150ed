// What the collector gets when it joins, and with that the token: of the host for OpAMP, of the collector for Alloy.
import { Button, MultiSelect, NumberInput, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Problem } from "../../api/client";
import { mintAlloyToken } from "../../api/collectors";
import { allEntitiesQuery } from "../../api/entities";
import { createCollector } from "../../api/joining";
import { meQuery, whyNot } from "../../api/session";
import { createToken } from "../../api/tokens";
import { freshKey } from "../../lib/fresh-key";
import { Hint } from "../../ui/hint";
import { ErrorPanel } from "../../ui/page";
import { readLabels } from "./labels-model";
import { keepSecret } from "./secret";
import type { Target } from "./targets";
import classes from "./wizard.module.css";

const LIVES = [
  { value: "900", label: "15 minutes" },
  { value: "3600", label: "1 hour" },
  { value: "86400", label: "1 day" },
  { value: "604800", label: "7 days" },
];

export function LabelsStep({
  target,
  onBack,
  onMade,
}: {
  target: Target;
  onBack: () => void;
  onMade: (ids: { token?: string; collector?: string }) => void;
}) {
  const alloy = target === "alloy";
  const { data: me } = useQuery(meQuery);
  const { data: groups } = useQuery(allEntitiesQuery("groups"));
  const [name, setName] = useState("");
  const [labels, setLabels] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const [life, setLife] = useState("900");
  const [hosts, setHosts] = useState<number | string>(1);
  // One press is one token, also when the answer got lost on the way.
  const [key, setKey] = useState(freshKey);
  // A collector that was made before its token failed is not made again.
  const made = useRef<string | null>(null);
  const read = readLabels(labels);
  const refused =
    whyNot(me, alloy ? "collectors:write" : "tokens:create") ?? (alloy ? whyNot(me, "tokens:create") : null);

  const make = useMutation({
    mutationFn: async () => {
      const given = { ...(read.ok ? { labels: read.labels } : {}), groups: chosen };
      if (alloy) {
        const body = { name: name.trim(), mode: "alloy-remotecfg", ...given } as const;
        made.current ??= (await createCollector(body, key)).id;
        keepSecret(`collector:${made.current}`, await mintAlloyToken(made.current));
        return { collector: made.current };
      }
      const body = {
        ...given,
        ...(name.trim() ? { name: name.trim() } : {}),
        expires_in_s: Number(life),
        max_uses: Number(hosts) || 1,
      };
      const created = await createToken(body, key);
      keepSecret(`token:${created.id}`, {
        token: created.token,
        expires_at: created.expires_at,
        files: created.files ?? {},
        install: created.install ?? {},
      });
      return { token: created.id };
    },
    onSuccess: onMade,
    onError: (error) => {
      // Refused, so the next press is another one. Without an answer the same key finds out whether this one was done.
      if (!(error instanceof Problem && error.status === 0)) setKey(freshKey());
    },
  });

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (read.ok && !make.isPending) make.mutate();
      }}
    >
      <TextInput
        label={alloy ? "Name of the collector" : "Name of the token (optional)"}
        description={
          alloy ? "What people see; its id is made of it." : "What people see in the list of tokens."
        }
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required={alloy}
        maxLength={200}
      />
      <TextInput
        label="Labels"
        description="key=value, with commas between. Groups select by them; a host cannot give itself any."
        placeholder="env=prod, role=web"
        value={labels}
        onChange={(event) => setLabels(event.currentTarget.value)}
        error={read.ok ? null : read.why}
      />
      <MultiSelect
        label="Groups"
        description="In addition to those whose selector matches."
        placeholder={chosen.length === 0 ? "None" : ""}
        data={(groups?.items ?? []).map(({ id, entity }) => ({ value: id, label: labelOf(id, entity) }))}
        value={chosen}
        onChange={setChosen}
        searchable
        nothingFoundMessage={groups?.items.length === 0 ? "No groups yet" : "There is no such group."}
      />
      {alloy ? null : (
        <div className={classes.pair}>
          <Select
            label="Must be used within"
            description="Afterwards it stays the host's credential."
            data={LIVES}
            value={life}
            onChange={(value) => setLife(value ?? "900")}
            allowDeselect={false}
          />
          <NumberInput
            label="Hosts"
            description="How many may join with it."
            value={hosts}
            onChange={setHosts}
            min={1}
            max={100_000}
            allowDecimal={false}
          />
        </div>
      )}
      {make.isError ? <ErrorPanel error={make.error} /> : null}
      <div className={classes.buttons}>
        <Hint text={refused ?? "The token is shown once."}>
          <Button
            type="submit"
            loading={make.isPending}
            {...(refused ? { "data-disabled": true, "aria-disabled": true } : {})}
            onClick={(event) => {
              if (refused) event.preventDefault();
            }}
          >
            {alloy ? "Create collector and token" : "Create token"}
          </Button>
        </Hint>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      </div>
    </form>
  );
}

function labelOf(id: string, entity: Record<string, unknown>): string {
  return typeof entity.name === "string" && entity.name !== "" ? `${entity.name} (${id})` : id;
}
