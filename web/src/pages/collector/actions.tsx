// What operators do to one collector: at once, with a word on what it means before what cannot simply be taken back.
import { Button, Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { EllipsisVertical, Hand, Play, RotateCcw } from "lucide-react";
import { useState } from "react";
import { type Collector, type Operation, operate } from "../../api/collectors";
import { meQuery, whyNot } from "../../api/session";
import { ActDialog } from "../../ui/act-dialog";
import { GuardedButton } from "../../ui/guarded";
import { message } from "../../ui/page";
import classes from "./page.module.css";

interface Words {
  verb: string;
  means: string;
  reason?: string;
  danger?: boolean;
}

const ASKED: Readonly<Partial<Record<Operation, Words>>> = {
  hold: {
    verb: "Hold delivery",
    means: "It keeps what it runs. Nothing new is delivered until somebody releases it.",
    reason: "For those who find it held.",
  },
  restart: {
    verb: "Restart",
    means:
      "The collector's process ends and starts again. What is in memory queues and was not sent may be lost.",
    danger: true,
  },
  archive: {
    verb: "Archive",
    means:
      "It leaves the usual lists and comes back by itself when its host does. Its registration stays in the repository.",
    reason: "For those who find it archived.",
  },
  delete: {
    verb: "Delete",
    means:
      "If it is connected it is told to run nothing, and its registration leaves the repository. Its credential ends; that of an Alloy once it has stayed away for 30 days. Its host needs a new token to join again.",
    danger: true,
  },
};

export function Actions({ collector }: { collector: Collector }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const me = useQuery(meQuery).data;
  const [asking, setAsking] = useState<Operation | null>(null);
  const go = async (operation: Operation, reason?: string) => {
    await operate(collector.id, operation, reason);
    if (operation === "delete") {
      void queries.invalidateQueries({ queryKey: ["collectors"] });
      await navigate({ to: "/collectors" });
      return;
    }
    await Promise.all([
      queries.invalidateQueries({ queryKey: ["collector", collector.id] }),
      queries.invalidateQueries({ queryKey: ["collectors"] }),
    ]);
  };
  const at = useMutation({ mutationFn: (operation: Operation) => go(operation) });
  const mayOperate = whyNot(me, "collectors:operate");
  const mayWrite = whyNot(me, "collectors:write");
  const offline = collector.status === "connected" ? null : "It is not connected.";
  const words = asking ? ASKED[asking] : undefined;
  return (
    <>
      <span className={classes.wrong} role="status">
        {at.isError ? message(at.error) : ""}
      </span>
      {collector.held ? (
        <GuardedButton
          variant="default"
          leftSection={<Play size={14} aria-hidden />}
          why={mayOperate}
          loading={at.isPending}
          onClick={() => at.mutate("release")}
        >
          Release
        </GuardedButton>
      ) : (
        <GuardedButton
          variant="default"
          leftSection={<Hand size={14} aria-hidden />}
          why={mayOperate}
          onClick={() => setAsking("hold")}
        >
          Hold
        </GuardedButton>
      )}
      {collector.sync === "failed" ? (
        <GuardedButton
          variant="default"
          leftSection={<RotateCcw size={14} aria-hidden />}
          why={mayOperate}
          loading={at.isPending}
          onClick={() => at.mutate("retry")}
        >
          Retry
        </GuardedButton>
      ) : null}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" aria-label="More actions" px={8}>
            <EllipsisVertical size={15} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Item
            refused={mayOperate ?? restartRefused(collector, offline)}
            onClick={() => setAsking("restart")}
          >
            Restart…
          </Item>
          <Item refused={mayOperate} onClick={() => at.mutate("retry")}>
            Retry what it refused
          </Item>
          {collector.archived ? (
            <Item refused={mayWrite} onClick={() => at.mutate("unarchive")}>
              Take out of the archive
            </Item>
          ) : (
            <Item
              refused={
                mayWrite ?? (offline ? null : "It is connected; only collectors that are away are archived.")
              }
              onClick={() => setAsking("archive")}
            >
              Archive…
            </Item>
          )}
          <Menu.Divider />
          <Item refused={mayWrite} onClick={() => setAsking("delete")} danger>
            Delete…
          </Item>
        </Menu.Dropdown>
      </Menu>
      {asking && words ? (
        <ActDialog
          title={`${words.verb}: ${collector.name.slice(0, 80)}`}
          verb={words.verb}
          danger={words.danger}
          reason={words.reason}
          typed={asking === "delete" ? collector.id : undefined}
          act={(reason) => go(asking, reason)}
          onClose={() => setAsking(null)}
        >
          <div>{words.means}</div>
        </ActDialog>
      ) : null}
    </>
  );
}

function restartRefused({ mode }: Collector, offline: string | null): string | null {
  return mode === "alloy-remotecfg" ? "Alloy polls; nobody can restart it from here." : offline;
}

function Item({
  refused,
  danger,
  onClick,
  children,
}: {
  refused: string | null;
  danger?: boolean;
  onClick: () => void;
  children: string;
}) {
  return (
    <Menu.Item
      disabled={refused !== null}
      title={refused ?? ""}
      onClick={onClick}
      {...(danger ? { color: "red" } : {})}
    >
      {children}
      {refused ? <span className="only-read">: {refused}</span> : null}
    </Menu.Item>
  );
}
