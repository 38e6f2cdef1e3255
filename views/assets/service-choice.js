/** Makes the choosing among services quicker where scripts run: the search narrows the list while one types. */
for (const field of document.querySelectorAll("[data-filters]")) {
  const list = field.closest("fieldset").querySelector("ul");
  const narrow = () => {
    const wanted = field.value.trim().toLocaleLowerCase();
    for (const item of list.children) {
      const isChosen = item.querySelector("input").checked;
      item.hidden = !isChosen && !item.dataset.words.toLocaleLowerCase().includes(wanted);
    }
  };
  field.addEventListener("input", narrow);
}
