// What the pages of Varve do for drops, in little.
window.drops = [];
for (const kind of ["dragover", "drop"]) {
  window.addEventListener(kind, (event) => {
    if (!window.careless) event.preventDefault();
  });
}
const native = new EventSource("/native/events");
native.addEventListener("drop", (event) => window.drops.push(JSON.parse(event.data)));
native.addEventListener("open", () => (window.listening = true));

const button = document.querySelector("#count");
button.addEventListener("click", () => (button.textContent = Number(button.textContent) + 1));
