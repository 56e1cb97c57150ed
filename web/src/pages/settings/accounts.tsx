// Service accounts: programs that use the API. Their tokens are shown once and end when the account is removed.
import { Button, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { Problem } from "../../api/client";
import {
  accountsQuery,
  type CreatedAccount,
  createAccount,
  type Role,
  removeAccount,
  type ServiceAccount,
} from "../../api/server";
import { type Me, whyNot } from "../../api/session";
import { freshKey } from "../../lib/fresh-key";
import { beginning, sentence } from "../../lib/text";
import { CopyAs } from "../../ui/copy-as";
import { Dialog } from "../../ui/dialog";
import { GuardedButton } from "../../ui/guarded";
import { Empty, ErrorPanel, Section, Skeleton } from "../../ui/page";
import { SecretOnce } from "../../ui/secret-once";
import { Table } from "../../ui/table";
import { Ago } from "../../ui/values";
import classes from "./settings.module.css";

const ROLES: ReadonlyArray<{ value: Role; label: string }> = [
  { value: "viewer", label: "Viewer: sees everything but credentials" },
  { value: "pipeline_engineer", label: "Pipeline engineer: sees and changes configuration" },
  { value: "operator", label: "Operator: enrolls, holds, releases, restarts; changes no configuration" },
  { value: "admin", label: "Administrator: everything" },
];
const LIFETIMES = [
  { value: "2592000", label: "30 days" },
  { value: "7776000", label: "90 days" },
  { value: "31536000", label: "1 year" },
  { value: "", label: "Does not expire" },
];

export function Accounts({ me }: { me: Me | null | undefined }) {
  const why = whyNot(me, "users:manage");
  const accounts = useQuery({ ...accountsQuery, enabled: me !== undefined && !why });
  const [making, setMaking] = useState(false);
  const [removing, setRemoving] = useState<ServiceAccount | null>(null);
  const rows = (accounts.data?.items ?? []) as ServiceAccount[];
  return (
    <Section
      title="Service accounts"
      actions={
        <span className={classes.acts}>
          <CopyAs size="xs" path="service-accounts" />
          <GuardedButton
            size="xs"
            why={why}
            leftSection={<Plus size={13} aria-hidden />}
            onClick={() => setMaking(true)}
          >
            Create service account
          </GuardedButton>
        </span>
      }
    >
      {me && why ? <Empty title="Service accounts are not for your role">{why}</Empty> : null}
      {!why && accounts.isPending ? <Skeleton lines={3} /> : null}
      {accounts.isError ? <ErrorPanel error={accounts.error} retry={() => void accounts.refetch()} /> : null}
      {accounts.data ? (
        <Table
          label="List of service accounts"
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            <Empty title="There is no service account">
              Make one for each program that calls the API: pipelines of your own, a dashboard, the command
              line on a shared machine.
            </Empty>
          }
          columns={[
            {
              id: "name",
              head: "Name",
              width: 180,
              cell: ({ name }) => (
                <div className={classes.name} title={name}>
                  <bdi>{beginning(name)}</bdi>
                </div>
              ),
            },
            { id: "role", head: "Role", cell: ({ role }) => sentence(role) },
            { id: "expires", head: "Expires", cell: (row) => <Ago at={row.expires_at} none="never" /> },
            { id: "created", head: "Created", cell: (row) => <Ago at={row.created_at} /> },
            {
              id: "remove",
              head: <span className="only-read">Act</span>,
              acts: true,
              cell: (row) => (
                <Button
                  variant="subtle"
                  color="red"
                  size="xs"
                  aria-label={`Remove ${row.name}`}
                  onClick={() => setRemoving(row)}
                >
                  Remove
                </Button>
              ),
            },
          ]}
        />
      ) : null}
      {making ? <CreateAccount onClose={() => setMaking(false)} /> : null}
      {removing ? <RemoveAccount account={removing} onClose={() => setRemoving(null)} /> : null}
    </Section>
  );
}

function CreateAccount({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const key = useRef(freshKey());
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [lifetime, setLifetime] = useState("7776000");
  const make = useMutation({
    mutationFn: () =>
      createAccount(
        { name: name.trim(), role, expires_in_s: lifetime === "" ? null : Number(lifetime) },
        key.current,
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["service-accounts"] }),
    onError: (error) => {
      // Refused, so the next try is another one. Without an answer the same key finds out whether this one was made.
      if (error instanceof Problem && error.status !== 0) key.current = freshKey();
    },
  });
  if (make.data) return <Made made={make.data} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Dialog title="Create a service account" open onClose={onClose} side>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label="Name"
          description="What stands in the audit log for all that it does."
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Role"
          data={ROLES}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          value={role}
          onChange={(value) => setRole((value as Role | null) ?? "viewer")}
        />
        <Select
          label="Token expires after"
          data={LIFETIMES}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          value={lifetime}
          onChange={(value) => setLifetime(value ?? "")}
        />
        {make.isError ? (
          <ErrorPanel error={make.error}>
            {make.error instanceof Problem && make.error.status === 409
              ? "If an earlier try went unanswered, that account exists: remove it and create another."
              : null}
          </ErrorPanel>
        ) : null}
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending}>
            Create service account
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Made({ made, onClose }: { made: CreatedAccount; onClose: () => void }) {
  return (
    <Dialog title="The service account is made" open onClose={onClose} side>
      <SecretOnce
        what="token of the service account"
        token={made.token}
        commands={[
          {
            label: "With the command line",
            text: `export LINKMESH_URL=${location.origin}\nexport LINKMESH_TOKEN=${made.token}\nlinkmesh get collectors`,
          },
        ]}
      />
      <p className={classes.text}>
        It expires: <Ago at={made.expires_at} none="never" />.
      </p>
      <div className={classes.actions}>
        <Button onClick={onClose}>I have copied it</Button>
      </div>
    </Dialog>
  );
}

function RemoveAccount({ account, onClose }: { account: ServiceAccount; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeAccount(account.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["service-accounts"] });
      onClose();
    },
  });
  return (
    <Dialog title={`Remove ${account.name}`} open onClose={onClose}>
      <p className={classes.text}>Its token ends at once, and whatever uses it is refused from then on.</p>
      {remove.isError ? <ErrorPanel error={remove.error} /> : null}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove service account
        </Button>
      </div>
    </Dialog>
  );
}
