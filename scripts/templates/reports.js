const field = document.getElementById("filter");
if (field) {
  const rows = [...document.querySelectorAll("tbody tr")].map(row => [row, row.textContent.toLowerCase()]);
  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every(word => text.includes(word));
      shown += !row.hidden;
    }
    document.getElementById("count").textContent = words.length ? shown + " of " + rows.length : "";
  };
  field.addEventListener("input", show);
  show();
}
