// The style sheets of all of Mantine's components. Screens that are loaded when they are opened import this file;
// the first view takes only what it needs (app/first.ts).
import "@mantine/core/styles.layer.css";
