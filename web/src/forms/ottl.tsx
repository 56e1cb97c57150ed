// Under a field of conditions: examples to begin with.
import { Button } from "@mantine/core";
import { useForm } from "./context";
import classes from "./form.module.css";
import type { Field } from "./model/fields";
import { examplesOf } from "./model/ottl";

/** An example fills what is empty and never replaces what somebody wrote; a list gets one more line. */
export function Examples({ field }: { field: Field }) {
  const { edit, readOnly } = useForm();
  const examples = examplesOf(field.ottl, field.path);
  const list = field.kind === "list";
  if (readOnly || examples.length === 0 || !(list || isEmpty(field.value))) return null;
  const put = (text: string) => {
    const blank = field.items.find((item) => isEmpty(item.value));
    if (blank) edit({ op: "set", path: blank.path, value: text });
    else if (list) edit({ op: "insert", path: field.path, index: field.items.length, value: text });
    else edit({ op: "set", path: field.path, value: text });
  };
  return (
    <div className={classes.examples}>
      <span className={classes.help}>Examples:</span>
      {examples.map(({ title, text }) => (
        <Button key={title} variant="default" size="compact-xs" title={text} onClick={() => put(text)}>
          {title}
          <span className="only-read"> in {field.title}</span>
        </Button>
      ))}
    </div>
  );
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";
