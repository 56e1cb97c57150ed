// The style sheets of all of Mantine's components. Screens that are loaded when they are opened import this file;
// the first view takes only what it needs (app/first.ts).
import "@mantine/core/styles.layer.css";
// The font of code comes with the screens that show much of it; before, the system's own stands in.
import "@fontsource-variable/jetbrains-mono/wght.css";
