import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { configure } from "aanrader/react";
import { Shop } from "./shop";

configure({ collector: new URLSearchParams(location.search).get("collector")! });

// Strict mode mounts everything twice in development.
createRoot(document.getElementById("app")!).render(<StrictMode><Shop /></StrictMode>);
