// Runs before the first paint, so that a dark page never flashes white. Not a module: those wait.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage may be forbidden; the choice of the account still counts
    }
  };
  // The account's choice goes before what this browser kept from before signing in.
  if (root.dataset.themeAccount) {
    try {
      localStorage.setItem("theme", root.dataset.themeAccount);
    } catch {
      // as above
    }
  }
  const show = () => {
    const choice = stored() ?? root.dataset.themeChoice ?? "auto";
    const dark = choice === "dark" || (choice === "auto" && system.matches);
    root.dataset.bsTheme = dark ? "dark" : "light";
    root.dataset.themeChoice = choice;
  };
  show();
  system.addEventListener("change", show);
  addEventListener("storage", (event) => event.key === "theme" && show());
  document.addEventListener("themechange", show);
})();
