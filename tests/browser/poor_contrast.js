// Visible text whose WCAG contrast with what lies behind it is below 4.5, or 3 when large.
() => {
  const rgb = text => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = e => { for (; e; e = e.parentElement) {
    const [r, g, b, a = 1] = rgb(getComputedStyle(e).backgroundColor); if (a > 0) return [r, g, b]; }
    return [255, 255, 255]; };
  const poor = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.getClientRects().length || e.closest('title, desc, .skip')) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    let ground = behind(e);
    if (e.matches('.badge-name')) ground = rgb(getComputedStyle(document.querySelector('.badge')).fill);
    const ink = rgb(e.closest('svg') ? style.fill : style.color);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) poor.push(e.tagName + '.' + (e.className.baseVal ?? e.className));
  }
  return [...new Set(poor)];
}
