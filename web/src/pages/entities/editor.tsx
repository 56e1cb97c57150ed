// The editor of a source, route, destination or link: its form and its YAML. `/edit/new?new=<kind>` makes one.
import { useParams } from "@tanstack/react-router";
import { Edit } from "./edit";
import { NewEntity } from "./new";

export default function EditorScreen() {
  const { _splat = "" } = useParams({ from: "/shell/edit/$" });
  if (_splat === "" || _splat === "new") return <NewEntity />;
  const path = _splat.endsWith(".yaml") ? _splat : `${_splat}.yaml`;
  // Another entity is another editor: nothing that was open or folded goes over.
  return <Edit key={path} path={path} />;
}
