// Starts the module of the owner's pages, and reports a failure. The preview also runs this in a worker,
// where the module counts files; then the page receives the report.
import("./pages.js")
  .then((pages) => pages.default())
  .catch((error) => {
    const boot = self.document?.getElementById("boot");
    if (boot) boot.textContent = `${boot.dataset.failed} (${error})`;
    else reportError(error);
  });
