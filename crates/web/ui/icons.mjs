// The icons of the console, by their Tabler name. A template names one as `kit.icon("home")`.
export const ICONS = [
  'adjustments', 'alert-triangle', 'arrow-left', 'arrow-right', 'ban', 'bell', 'book', 'brand-tiktok', 'building', 'building-store',
  'calendar', 'certificate', 'chart-line', 'check', 'chevron-down', 'chevron-left', 'chevron-right', 'circle-check', 'circle-dashed', 'circle-x',
  'clock', 'command', 'copy', 'dots', 'download', 'edit', 'external-link', 'eye', 'file-check', 'file-spreadsheet', 'filter', 'flag',
  'hash', 'help-circle', 'history', 'home', 'id', 'inbox', 'info-circle', 'key', 'language', 'lifebuoy', 'link', 'link-off', 'list', 'list-check', 'lock', 'login',
  'logout', 'mail', 'menu-2', 'messages', 'minus', 'moon', 'photo', 'plus', 'point', 'qrcode', 'refresh', 'search', 'selector', 'send', 'settings',
  'shield', 'shield-check', 'star', 'stethoscope', 'sun', 'ticket', 'trash', 'upload', 'user', 'user-circle', 'user-plus', 'users', 'video', 'webhook', 'world', 'x', 'device-desktop',
].sort();
