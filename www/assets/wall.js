// The wall: puts what the collector sends into the page's elements. It adds no element, so it can run for weeks.
const events = new EventSource(`${location.pathname}/live${location.search}`);
events.onmessage = ({ data }) => {
  for (const [id, text] of Object.entries(JSON.parse(data))) {
    const element = document.getElementById(id);
    if (element && element.textContent !== text) element.textContent = text;
  }
};
// The chart is of the page itself, which comes anew every half hour.
setTimeout(() => location.reload(), 30 * 60_000);
