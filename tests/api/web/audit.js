// What a page owes everyone, found in the page itself: a list of sentences, empty if nothing is wrong.
() => {
  const LARGE_PX = 24;
  const LARGE_BOLD_PX = 18.66;
  const TOUCH_PX = 44;
  const faults = [];

  const numbers = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a),
    g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a),
    a: 1,
  });
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  /** Every ground a text may stand on: one, or each colour of a gradient. */
  const grounds = (element) => {
    if (!element) return [numbers("rgb(255, 255, 255)")];
    const style = getComputedStyle(element);
    const stops = style.backgroundImage.match(/rgba?\([^)]*\)/g);
    if (stops) return stops.map(numbers).filter((stop) => stop.a === 1);
    const own = numbers(style.backgroundColor);
    return own.a === 1 ? [own] : grounds(element.parentElement).map((under) => over(own, under));
  };
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && box.width > 1 && box.height > 1;
  };

  for (const element of document.querySelectorAll("body *:not(option, script, svg, svg *)")) {
    const words = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const typed = element.matches("input:is([type=text], [type=date], [type=number], [type=time]), select, textarea");
    if ((!words.length && !typed) || !visible(element) || element.closest(".unseen, .skip-link")) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const needed = size >= LARGE_PX || (size >= LARGE_BOLD_PX && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const opacity = (one) => (one ? Number(getComputedStyle(one).opacity) * opacity(one.parentElement) : 1);
    for (const ground of grounds(element)) {
      const ink = numbers(style.color);
      const found = contrast(over({ ...ink, a: ink.a * opacity(element) }, ground), ground);
      if (found < needed) faults.push(`contrast ${found.toFixed(2)} of ${element.outerHTML.slice(0, 120)}`);
    }
  }

  for (const control of document.querySelectorAll("a[href], button, input, select, summary, textarea")) {
    if (!visible(control) || control.matches(".skip-link")) continue;
    const box = (control.closest(".track-card, .option") ?? control).getBoundingClientRect();
    if (box.width < TOUCH_PX || box.height < TOUCH_PX) {
      faults.push(`${box.width} x ${box.height} px is small for a finger: ${control.outerHTML.slice(0, 120)}`);
    }
  }

  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) faults.push(`${page.scrollWidth} px wide on a screen of ${page.clientWidth}`);
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  if (new Set(ids).size < ids.length) faults.push("an id is used twice");
  if (document.querySelectorAll("h1").length !== 1) faults.push("not exactly one heading of the first level");
  return faults;
}
