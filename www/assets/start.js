// Starts the module of the owner's pages, and says so where it does not start. The preview runs this in a
// worker, too, where the module counts files; then the page hears of it.
import("./pages.js")
  .then((pages) => pages.default())
  .catch((error) => {
    const boot = self.document?.getElementById("boot");
    if (boot) boot.textContent = `${boot.dataset.failed} (${error})`;
    else reportError(error);
  });
