// Elements of a page, in a line each.

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  text = "",
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export function button(text: string, title: string, onClick: () => void): HTMLButtonElement {
  const made = element("button", "", text);
  made.type = "button";
  made.title = title;
  made.addEventListener("click", onClick);
  return made;
}

export function choice(
  name: string,
  labels: readonly string[],
  selected: number,
  onChoose: (index: number) => void,
): HTMLSelectElement {
  const made = document.createElement("select");
  made.setAttribute("aria-label", name);
  for (const [index, label] of labels.entries()) {
    made.add(new Option(label, String(index), index === selected, index === selected));
  }
  made.addEventListener("change", () => onChoose(Number(made.value)));
  return made;
}

/** Change a text where it is another one: what stays is not laid out anew, nor read aloud. */
export function put(to: HTMLElement, text: string): void {
  if (to.textContent !== text) to.textContent = text;
}

/** Change what stands behind "#" in the page's address, without a step for "back". */
export function putAddress(address: string): void {
  if (address !== location.hash) history.replaceState(null, "", address === "" ? "#" : address);
}
