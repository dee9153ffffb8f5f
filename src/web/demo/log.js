/** The list of messages: the newest first, each log's in order and each message once. */
const SHOWN_MAX = 500;

export class Log {
  #box;
  /** Offsets of the room that are shown: history and what is live may overlap. */
  #shown = new Set();
  /** Of the room; 0 when nothing is shown. */
  oldest = 0;

  constructor(box) {
    this.#box = box;
  }

  clear() {
    this.#box.replaceChildren();
    this.#shown.clear();
    this.oldest = 0;
  }

  add(message) {
    if (message.log === "room" && !this.#isNew(message.offset)) return;
    this.#box.prepend(item(message));
    if (this.#box.childElementCount > SHOWN_MAX) this.#box.lastElementChild.remove();
  }

  addOlder(message) {
    if (this.#isNew(message.offset)) this.#box.append(item(message));
  }

  /** Something the reader should know about what is, or is not, in the list. */
  hole(text) {
    const entry = document.createElement("li");
    entry.className = "hole";
    entry.textContent = text;
    this.#box.prepend(entry);
  }

  /** An own message on its way; where it ends up in the list the server decides. */
  waiting(text) {
    const entry = line("…", "sending", text);
    entry.className = "waiting";
    this.#box.prepend(entry);
    return entry;
  }

  /** It came back, or will, as a message of the room. */
  stored(entry) {
    entry.remove();
  }

  failed(entry, reason) {
    entry.className = "failed";
    entry.children[1].textContent = reason;
  }

  #isNew(offset) {
    // An old server gives none.
    if (offset === 0) return true;
    if (this.#shown.has(offset)) return false;
    this.#shown.add(offset);
    if (this.oldest === 0 || offset < this.oldest) this.oldest = offset;
    return true;
  }
}

function item(message) {
  const { log, op, offset } = message;
  const label = log === "room" ? String(op) : `${log} ${op}`;
  const entry = line(offset === 0 ? "" : String(offset), label, message.text());
  entry.dataset.log = log;
  entry.dataset.offset = offset;
  return entry;
}

function line(offset, label, text) {
  const entry = document.createElement("li");
  const place = document.createElement("small");
  place.textContent = offset;
  const name = document.createElement("b");
  name.textContent = label;
  const words = document.createElement("span");
  words.textContent = text;
  entry.append(place, name, words);
  return entry;
}
