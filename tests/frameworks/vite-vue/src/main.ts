import { configure } from "aanrader/vue";
import { createApp } from "vue";
import Shop from "./Shop.vue";

configure({ collector: new URLSearchParams(location.search).get("collector")! });

createApp(Shop).mount("#app");
