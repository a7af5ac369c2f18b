import { bootstrapApplication } from "@angular/platform-browser";
import { configure } from "aanrader";
import { Shop } from "./shop";

// Angular's builder leaves the module's address alone; angular.json copies the file.
configure({ collector: new URLSearchParams(location.search).get("collector")!, module: "/widget.wasm" });

bootstrapApplication(Shop).catch((error) => console.error(error));
