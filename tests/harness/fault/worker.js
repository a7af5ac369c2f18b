// A service worker like those of many shops: if anything fails, the customer gets a page with status 200. Its
// text differs between shops.
const html = { headers: { "content-type": "text/html; charset=utf-8" } };
const replies = [
  () => new Response("<!doctype html><title>You are offline</title>", html),
  () => new Response("<h1>We will be right back</h1>", html),
  () => new Response("<!doctype html><div id=app></div>", html),
  () => new Response(""),
  () => new Response(null, { status: 204 }),
  () => Response.json({ success: true }),
  () => Response.json({ queued: 1 }, { status: 202 }),
];

// Controls this page, too, not only pages that are opened later.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

let count = 0;
const instead = () => replies[count++ % replies.length]();

const pass = async (request) => {
  try {
    const reply = await fetch(request);
    return reply.status < 500 ? reply : instead();
  } catch {
    return instead();
  }
};

addEventListener("fetch", (event) => event.request.method == "POST" && event.respondWith(pass(event.request)));
