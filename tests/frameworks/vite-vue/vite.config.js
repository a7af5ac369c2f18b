import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const isCustomElement = (tag) => tag == "aanrader-survey";

export default defineConfig({ plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] });
