// The preview's live example: the result of npsOf in any page, for the scores that are typed above.
import { npsOf } from "./nps.js";

const part = (id) => document.getElementById(id);

part("use-from").textContent = new URL("/nps.js", location).href;
part("use-run").onclick = async () => {
  const scores = part("scores").value || part("use-scores").textContent;
  const told = await npsOf(scores).then(
    (result) => JSON.stringify(result, null, 2),
    (error) => `Error: ${error.message}`,
  );
  part("use-told").textContent = told;
};
