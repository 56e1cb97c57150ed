// Stopping all delivery for a while, and resuming it.
import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play, Snowflake } from "lucide-react";
import { useState } from "react";
import { type DeliveryState, freeze, unfreeze } from "../../api/server";
import { type Me, whyNot } from "../../api/session";
import { Dialog } from "../../ui/dialog";
import { FrozenBanner } from "../../ui/frozen-banner";
import { GuardedButton } from "../../ui/guarded";
import { ErrorPanel, Section } from "../../ui/page";
import classes from "./health.module.css";

export function Delivery({ delivery, me }: { delivery: DeliveryState; me: Me | null | undefined }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const why = whyNot(me, "delivery:operate");
  const done = () => queries.invalidateQueries();
  const resume = useMutation({ mutationFn: unfreeze, onSuccess: done });
  return (
    <Section
      title="Delivery"
      actions={
        delivery.frozen ? (
          <GuardedButton
            size="xs"
            why={why}
            loading={resume.isPending}
            leftSection={<Play size={13} aria-hidden />}
            onClick={() => resume.mutate()}
          >
            Resume delivery
          </GuardedButton>
        ) : (
          <GuardedButton
            size="xs"
            variant="default"
            why={why}
            leftSection={<Snowflake size={13} aria-hidden />}
            onClick={() => setAsking(true)}
          >
            Freeze delivery
          </GuardedButton>
        )
      }
    >
      {delivery.frozen ? (
        <FrozenBanner delivery={delivery} />
      ) : (
        <p className={classes.text}>It goes on: what is saved is offered to the collectors it concerns.</p>
      )}
      {resume.isError ? <ErrorPanel error={resume.error} /> : null}
      {asking ? <Freeze onClose={() => setAsking(false)} done={done} /> : null}
    </Section>
  );
}

function Freeze({ onClose, done }: { onClose: () => void; done: () => Promise<void> }) {
  const [reason, setReason] = useState("");
  const stop = useMutation({
    mutationFn: () => freeze(reason.trim()),
    onSuccess: async () => {
      await done();
      onClose();
    },
  });
  return (
    <Dialog title="Freeze all delivery" open onClose={onClose}>
      <p className={classes.text}>
        Nothing new is offered to any collector until delivery is resumed. Collectors go on with what they
        run, and saving goes on as well. An Alloy that starts anew still gets back what it ran.
      </p>
      <Textarea
        label="Reason"
        description="For those who find it frozen."
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {stop.isError ? <ErrorPanel error={stop.error} /> : null}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button color="red" loading={stop.isPending} onClick={() => stop.mutate()}>
          Freeze delivery
        </Button>
      </div>
    </Dialog>
  );
}
