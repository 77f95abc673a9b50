// Shows what the service pushes to this device, and opens the page when it is pressed. It keeps and fetches nothing.
addEventListener("push", (event) => {
  const { id, title, body } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, tag: id, icon: "/web/{{version}}/icon.svg" }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});

async function open() {
  const [page] = await clients.matchAll({ type: "window" });
  return page ? page.focus() : clients.openWindow("/");
}
