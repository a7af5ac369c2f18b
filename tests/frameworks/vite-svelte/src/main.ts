import { configure } from "aanrader/svelte";
import { mount } from "svelte";
import Shop from "./Shop.svelte";

configure({ collector: new URLSearchParams(location.search).get("collector")! });

mount(Shop, { target: document.getElementById("app")! });
