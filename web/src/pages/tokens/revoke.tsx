// Ending a token, with what that means for those who joined with it.
import { Button, Checkbox } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type EnrollmentToken, revokeToken } from "../../api/tokens";
import { plural } from "../../lib/numbers";
import { Dialog } from "../../ui/dialog";
import { ErrorPanel } from "../../ui/page";
import classes from "./tokens.module.css";

export function RevokeToken({ token, onClose }: { token: EnrollmentToken; onClose: () => void }) {
  const queries = useQueryClient();
  const [sure, setSure] = useState(false);
  const joined = token.collectors?.length ?? 0;
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["tokens"] });
      onClose();
    },
  });
  return (
    <Dialog title={`Revoke ${token.name ?? token.id}`} open onClose={onClose}>
      <p className={classes.text}>
        {joined === 0
          ? "No host has joined with it. From now on none can."
          : `No further host can join with it. ${plural(joined, "collector")} joined with it; a supervisor that was set up with this token still shows it when it connects, so it is disconnected and stays away until its host gets a new token. What it runs keeps running.`}
      </p>
      {joined > 0 ? (
        <Checkbox
          label={`Cut off ${plural(joined, "collector")} that joined with this token`}
          checked={sure}
          onChange={(event) => setSure(event.currentTarget.checked)}
        />
      ) : null}
      {revoke.isError ? <ErrorPanel error={revoke.error} /> : null}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button
          color="red"
          disabled={joined > 0 && !sure}
          loading={revoke.isPending}
          onClick={() => revoke.mutate()}
        >
          Revoke token
        </Button>
      </div>
    </Dialog>
  );
}
