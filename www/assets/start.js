// Starts the module of the owner's pages, and says so where it does not start.
import("./pages.js")
  .then((pages) => pages.default())
  .catch((error) => {
    const boot = document.getElementById("boot");
    if (boot) boot.textContent = `${boot.dataset.failed} (${error})`;
  });
