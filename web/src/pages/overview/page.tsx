import { Page } from "../../ui/page";

export default function Screen() {
  return <Page title="overview">{null}</Page>;
}
