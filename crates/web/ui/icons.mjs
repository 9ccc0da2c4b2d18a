// The icons of the console, by their Tabler name. A template names one as `kit.icon("home")`.
export const ICONS = [
  'adjustments', 'alert-triangle', 'arrow-left', 'arrow-right', 'ban', 'bell', 'book', 'brand-tiktok', 'building', 'building-store',
  'calendar', 'certificate', 'chart-line', 'check', 'chevron-down', 'chevron-left', 'chevron-right', 'circle-check', 'circle-dashed', 'circle-x',
  'clock', 'command', 'copy', 'dots', 'download', 'edit', 'external-link', 'eye', 'file-check', 'file-spreadsheet', 'filter', 'flag',
  'hash', 'help-circle', 'history', 'home', 'id', 'inbox', 'info-circle', 'key', 'language', 'lifebuoy', 'link', 'link-off', 'list', 'list-check', 'lock', 'login',
  'logout', 'mail', 'menu-2', 'messages', 'minus', 'moon', 'photo', 'plus', 'point', 'qrcode', 'refresh', 'search', 'selector', 'send', 'settings',
  'shield', 'shield-check', 'star', 'stethoscope', 'sun', 'ticket', 'trash', 'upload', 'user', 'user-circle', 'user-plus', 'users', 'video', 'webhook', 'world', 'x', 'device-desktop', 'device-mobile', 'shield-lock', 'shield-x', 'user-check', 'user-x', 'user-minus', 'users-group', 'plug', 'plug-connected', 'activity', 'archive', 'award', 'bolt', 'briefcase', 'broadcast', 'bulb', 'calendar-event', 'category', 'chart-bar', 'checklist', 'clipboard-list', 'coin', 'credit-card', 'database', 'dots-vertical', 'eye-off', 'file', 'file-text', 'fingerprint', 'gavel', 'hourglass', 'layout-dashboard', 'map-pin', 'message-circle', 'note', 'package', 'phone', 'player-play', 'receipt', 'rocket', 'scale', 'server', 'share', 'shopping-bag', 'shopping-cart', 'tag', 'target', 'thumb-up', 'thumb-down', 'trending-up', 'unlink', 'wallet', 'world-off', 'zoom-check', 'qrcode-off', 'camera', 'scan', 'lock-open', 'arrow-back-up', 'player-pause', 'heart',
].sort();
