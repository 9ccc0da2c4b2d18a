// Cuts Tabler's style sheet (635 kB) down to the families this console uses.
//
// The families are listed here, not found by scanning pages: a page written tomorrow may use every class named below
// without anyone running npm again. A class outside the list does not exist in this console.
import postcss from 'postcss';

const SIZES = '(?:-(?:sm|md|lg|xl))?';
const STEP = '(?:[0-6]|auto)';
const FAMILIES = [
  // frame and grid
  'container-xl', 'container-fluid', 'container-tight', 'container-narrow', 'row', 'row-deck', 'row-cards', `row-cols${SIZES}-[1-6]`, `col${SIZES}(?:-(?:[0-9]+|auto|fill))?`, `g[xy]?-[0-5]`,
  // components; what the kit makes itself (tables, tabs, badges, notes, menus, empty states) is not taken from Tabler
  'card', 'card-(?:header|body|title|subtitle|footer|sm|md|table|actions|link|borderless|options|stacked)',
  'btn', 'btn-(?:primary|secondary|danger|success|warning|outline|ghost|link|sm|lg|icon|list|close|action|pill|square|loading|group)', 'btn-(?:ghost|outline)-(?:primary|secondary|danger)',
  'form-(?:label|label-description|control|control-sm|select|select-sm|check|check-label|check-input|check-inline|check-description|hint|text|switch|fieldset)', 'col-form-label', 'input-group', 'input-group-(?:text|flat|sm)', 'input-icon', 'input-icon-addon', 'required', 'is-invalid', 'is-valid', 'invalid-feedback',
  'active', 'show', 'disabled',
    'list-group', 'list-group-(?:item|flush|item-action|hoverable)', 'list-unstyled', 'list-inline', 'list-inline-item', 'spinner-border', 'spinner-border-sm',
  'icon', 'icon-(?:sm|md|lg|inline)', 'hr', 'hr-text', 'kbd', 'subheader', 'lead', 'small', 'h[1-6]', 'divide-y', 'vr',
  // utilities
  `d${SIZES}-(?:none|block|inline|inline-block|flex|inline-flex|grid)`, `d-print-(?:none|block)`, `flex${SIZES}-(?:row|column|wrap|nowrap|fill|grow-[01]|shrink-[01])`, `justify-content${SIZES}-(?:start|end|center|between)`,
  'align-items-(?:start|end|center|baseline|stretch)', 'align-self-(?:start|end|center)', 'align-(?:top|middle|bottom|baseline)', 'gap-[0-5]', `order${SIZES}-(?:first|last|[0-3])`,
  `[mp][tbsexy]?-${STEP}`, `[mp][tbsexy]?-(?:md|lg)-${STEP}`, 'w-(?:auto|full|25|33|50|66|75|100)', 'h-(?:auto|full|100)', 'mw-100', 'vh-100', 'min-vh-100',
  `text${SIZES}-(?:start|end|center)`, 'text-(?:nowrap|wrap|break|truncate|body|secondary|muted|reset|uppercase|lowercase|decoration-none|monospace)', 'fw-(?:normal|medium|bold|semibold|bolder)', 'fs-[1-6]', 'lh-(?:1|sm|base)', 'fst-italic', 'font-monospace',
  'border', 'border-(?:0|top|bottom|start|end|top-0|bottom-0|start-0|end-0)', 'rounded', 'rounded-(?:[0-4]|circle|pill)', 'shadow-(?:none|sm)', 'overflow-(?:auto|hidden|visible)', 'position-(?:relative|absolute|sticky|static)', 'sticky-top', 'visually-hidden', 'visually-hidden-focusable', 'cursor-(?:pointer|help)', 'user-select-all', 'stretched-link', 'bg-(?:transparent|body|surface|surface-secondary)',
];
const allowed = new RegExp(`^(?:${FAMILIES.join('|')})$`);
const classOf = /\.((?:\\.|[\w-])+)/g;
// Theming by anything but the one attribute that theme.js sets is unused weight.
const unused = /theme-dark|theme-light|\[data-theme|data-bs-navbar|data-bs-theme-|body\[data-bs-theme|\[dir=rtl\]|\[data-vc|\[data-bs-layout|flatpickr|\.ts-/;

export function tablerSubset(source, ours) {
  const sheet = postcss.parse(source);
  sheet.walkComments(comment => comment.remove());
  sheet.walkRules(rule => {
    if (rule.parent.type === 'atrule' && /keyframes$/.test(rule.parent.name)) return;
    const kept = rule.selectors.filter(selector => !unused.test(selector)
      // A class that a selector only excludes need not exist here.
      && [...selector.replace(/:not\([^()]*\)/g, '').matchAll(classOf)].every(([, name]) => allowed.test(name)));
    if (kept.length) rule.selectors = kept; else rule.remove();
  });
  dropUnusedProperties(sheet, ours);
  dropUnusedKeyframes(sheet);
  // Removing a rule can empty the at-rule around it, and that the one around it.
  for (let empty = true; empty;) {
    empty = false;
    sheet.walk(node => { if (node.nodes?.length === 0) { node.remove(); empty = true; } });
  }
  return sheet.toString();
}

/// A custom property that nothing reads any more goes, and then those that only it read.
function dropUnusedProperties(sheet, ours) {
  for (let again = true; again;) {
    again = false;
    const text = sheet.toString() + ours;
    const read = new Set([...text.matchAll(/var\(\s*(--[\w-]+)/g)].map(([, name]) => name));
    sheet.walkDecls(/^--/, declaration => { if (!read.has(declaration.prop)) { declaration.remove(); again = true; } });
  }
}

function dropUnusedKeyframes(sheet) {
  const text = [];
  sheet.walkDecls(/^animation/, declaration => { text.push(declaration.value); });
  sheet.walkAtRules(/keyframes$/, rule => { if (!text.some(value => value.includes(rule.params))) rule.remove(); });
}
