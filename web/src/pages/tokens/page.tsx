// Enrollment tokens: what lets new hosts in. Made here, shown once, ended here.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { meQuery, whyNot } from "../../api/session";
import { type EnrollmentToken, tokensQuery } from "../../api/tokens";
import { CopyAs } from "../../ui/copy-as";
import { FilterLinks } from "../../ui/filter-links";
import { GuardedButton } from "../../ui/guarded";
import { More } from "../../ui/more";
import { Empty, ErrorPanel, Page, Skeleton } from "../../ui/page";
import "../../ui/styles";
import { CreateToken } from "./create";
import { RevokeToken } from "./revoke";
import { TokenTable } from "./table";

const STATES = ["active", "used", "expired", "revoked"] as const;

export default function Screen() {
  const { state = "" } = useSearch({ from: "/shell/tokens" });
  const me = useQuery(meQuery);
  const tokens = useInfiniteQuery(tokensQuery);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<EnrollmentToken | null>(null);
  const all = tokens.data?.pages.flatMap((page) => page.items as EnrollmentToken[]) ?? [];
  const shown = state === "" ? all : all.filter((token) => token.state === state);
  // While older pages are not loaded, their tokens are in no count.
  const whole = !tokens.hasNextPage;

  return (
    <Page
      title="Enrollment tokens"
      about="A host joins with a token. Give each token as few uses and as little time as will do."
      actions={
        <>
          <CopyAs cli="linkmesh get tokens" path="enrollment-tokens" />
          <GuardedButton
            why={whyNot(me.data, "tokens:create")}
            leftSection={<Plus size={15} aria-hidden />}
            onClick={() => setMaking(true)}
          >
            Create token
          </GuardedButton>
        </>
      }
    >
      <FilterLinks
        label="State"
        field="state"
        now={state}
        choices={[
          { value: "", label: "All", count: whole ? all.length : undefined },
          ...STATES.map((value) => ({
            value,
            label: value.charAt(0).toUpperCase() + value.slice(1),
            count: whole ? all.filter((token) => token.state === value).length : undefined,
          })),
        ]}
      />
      {tokens.isPending ? <Skeleton /> : null}
      {tokens.isError ? <ErrorPanel error={tokens.error} retry={() => void tokens.refetch()} /> : null}
      {tokens.data && all.length === 0 ? (
        <Empty title="There is no token yet" command="linkmesh token create --ttl 1h --max-uses 1">
          Create one, or let <i>Add collector</i> make one on the way.
        </Empty>
      ) : null}
      {all.length > 0 ? (
        <>
          {shown.length === 0 ? (
            <Empty title={`No token is ${state} now.`}>
              {state === "active" ? "New hosts cannot join until there is one." : null}
            </Empty>
          ) : (
            <TokenTable tokens={shown} why={whyNot(me.data, "tokens:revoke")} revoke={setRevoking} />
          )}
          <More pages={tokens} shown={all.length} total={tokens.data?.pages[0]?.total} />
        </>
      ) : null}
      {making ? <CreateToken onClose={() => setMaking(false)} /> : null}
      {revoking ? <RevokeToken token={revoking} onClose={() => setRevoking(null)} /> : null}
    </Page>
  );
}
