// Elements that stick out of the window on the right.
() => [...document.querySelectorAll('body *')]
  .filter(e => !e.closest('svg') && e.getBoundingClientRect().right > innerWidth + 1
    && !e.closest('.table, .skip') && getComputedStyle(e).visibility !== 'hidden')
  .map(e => e.tagName + '.' + e.className).slice(0, 5)
