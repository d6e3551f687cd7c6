// Entry: small modules, each for one habit of the pages. They work on what htmx adds later, too.
import "./bell.js";
import "./canned.js";
import "./confirm.js";
import "./dropdown.js";
import "./files.js";
import "./filters.js";
import "./focus.js";
import "./keys.js";
import "./macros.js";
import "./once.js";
import "./palette.js";
import "./passwords.js";
import "./queue.js";
import "./steps.js";
import "./theme-switch.js";
import "./toasts.js";
