/*
The board with a mouse and with arrow keys. Whatever is done here, one of its buttons does too: nothing is decided in
the browser, a card moves where the server says.
*/
(() => {
  "use strict";

  const columns = document.getElementById("columns");
  let dragged = null; // the card in the air
  let moved = ""; // the card that was sent off: where the focus goes once it has arrived

  const cardOf = (element) => element.closest?.(".vip[data-vip]") ?? null;
  const linkOf = (card) => card?.querySelector("a") ?? null;
  const stageOf = (element) => element.closest?.("section[data-stage]")?.dataset.stage ?? "";
  const ways = (card) => (card.dataset.to ?? "").split(" ").filter(Boolean);

  // One at a time: a double click is one move.
  function send(move) {
    if (columns.matches(".htmx-request")) return;
    moved = move.split(" ")[0];
    htmx.ajax("POST", document.getElementById("move").action, { source: columns, target: columns, values: { move } });
  }

  function arm() {
    for (const card of columns.querySelectorAll(".vip[data-to]")) card.draggable = true;
  }

  function settle() {
    dragged?.classList.remove("dragged");
    dragged = null;
    for (const marked of columns.querySelectorAll(".may-drop, .over")) marked.classList.remove("may-drop", "over");
  }

  columns.addEventListener("dragstart", (event) => {
    const card = cardOf(event.target);
    if (!card?.draggable) return;
    dragged = card;
    card.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", linkOf(card).textContent);
    for (const stage of ways(card)) columns.querySelector(`[data-stage="${stage}"]`)?.classList.add("may-drop");
  });
  columns.addEventListener("dragend", settle);
  columns.addEventListener("dragover", (event) => {
    const column = event.target.closest("section[data-stage]");
    if (!dragged || !column) return;
    event.preventDefault();
    for (const other of columns.querySelectorAll(".over")) if (other !== column) other.classList.remove("over");
    column.classList.add("over");
  });
  columns.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const card = dragged;
    const stage = stageOf(event.target);
    settle();
    // Where no way leads, the server says why.
    if (stage && stage !== stageOf(card)) send(`${card.dataset.vip} ${stage}`);
  });

  // --- Arrow keys, while the name on a card has the focus

  const near = (card, down) => {
    const cards = [...card.closest("ul").querySelectorAll(".vip[data-vip]")];
    return cards[cards.indexOf(card) + (down ? 1 : -1)];
  };

  const beside = (card, step) => {
    const sections = [...columns.querySelectorAll("section[data-stage]")];
    const place = [...card.closest("ul").children].indexOf(card);
    for (let at = sections.indexOf(card.closest("section")) + step; sections[at]; at += step) {
      const cards = sections[at].querySelectorAll(".vip[data-vip]");
      if (cards.length) return cards[Math.min(place, cards.length - 1)];
    }
    return null;
  };

  const onward = (card, right) => {
    const stages = [...columns.querySelectorAll("section[data-stage]")].map((section) => section.dataset.stage);
    const here = stages.indexOf(stageOf(card));
    const there = ways(card).filter((stage) => (right ? stages.indexOf(stage) > here : stages.indexOf(stage) < here));
    there.sort((one, other) => Math.abs(stages.indexOf(one) - here) - Math.abs(stages.indexOf(other) - here));
    return there[0] ?? stages[here + (right ? 1 : -1)];
  };

  columns.addEventListener("keydown", (event) => {
    const card = cardOf(event.target);
    const arrow = /^Arrow(Up|Down|Left|Right)$/.exec(event.key)?.[1];
    if (!card || !arrow || event.target !== linkOf(card) || event.altKey || event.ctrlKey || event.metaKey) return;
    const sideways = arrow === "Left" || arrow === "Right";
    if (event.shiftKey) {
      if (!sideways || !ways(card).length) return;
      event.preventDefault();
      const stage = onward(card, arrow === "Right");
      if (stage) send(`${card.dataset.vip} ${stage}`);
      return;
    }
    event.preventDefault();
    linkOf(sideways ? beside(card, arrow === "Right" ? 1 : -1) : near(card, arrow === "Down"))?.focus();
  });

  // --- What others do meanwhile comes by itself, but never under somebody's hand

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id !== "live") return;
    const busy = dragged || columns.querySelector("details[open]") || columns.matches(".htmx-request");
    if (document.hidden || busy) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    const live = document.getElementById("live");
    if (live && !document.hidden) htmx.trigger(live, "look");
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "move") return;
    event.preventDefault();
    send(event.submitter.value);
  });
  columns.addEventListener("htmx:afterSwap", () => {
    arm();
    if (!moved) return;
    document.getElementById(`card-${moved}`)?.focus();
    moved = "";
  });
  arm();
})();
