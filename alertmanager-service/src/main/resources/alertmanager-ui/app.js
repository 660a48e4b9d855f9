// The pages of Alertmanager: alerts, silences, status. Addresses are those of Alertmanager's own UI, since
// notifications link to them: #/alerts?filter=…&receiver=…, #/silences/new?filter=…, #/silences/ID, #/status.
const base = location.pathname.endsWith('/alertmanager/') ? '../api/v2' : 'api/v2';
const page = document.getElementById('page');

// ---- small things

function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, '');
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

async function api(path, options = {}) {
  const answer = await fetch(base + path, options);
  const text = await answer.text();
  let body = null;
  try { body = text ? JSON.parse(text) : null; } catch { body = text; }
  if (!answer.ok) {
    throw new Error(typeof body === 'string' ? body : body?.message ?? `${answer.status} ${answer.statusText}`);
  }
  return body;
}

function show(...nodes) { page.replaceChildren(...nodes.flat().filter(Boolean)); }
function failure(error) { return el('p', { class: 'error' }, String(error.message ?? error)); }
function when(text) { return el('time', { datetime: text }, new Date(text).toLocaleString()); }
function quoted(text) { return JSON.stringify(text); }
function matcherText(m) { return m.name + (m.isEqual === false ? (m.isRegex ? '!~' : '!=') : (m.isRegex ? '=~' : '=')) + quoted(m.value); }

/** Splits `{a="b", c=~"d"}` or `a=b` into matcher texts; commas inside quotes stay. */
function splitMatchers(text) {
  const inner = text.trim().replace(/^\{|\}$/g, '');
  return (inner.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? []).map((part) => part.trim()).filter(Boolean);
}

function parseMatcher(text) {
  const m = /^\s*("(?:\\.|[^"\\])*"|[^=!~"]+?)\s*(=~|!~|!=|=)\s*(.*)$/s.exec(text);
  if (!m) throw new Error(`${text} is no matcher; write name="value", or use !=, =~, !~`);
  const plain = (s) => (s.startsWith('"') ? JSON.parse(s) : s.trim());
  return { name: plain(m[1]), value: plain(m[3]), isRegex: m[2].includes('~'), isEqual: !m[2].includes('!') };
}

function address() {
  const [path, query = ''] = location.hash.replace(/^#/, '').split('?');
  return { path: path || '/alerts', query: new URLSearchParams(query) };
}

function go(path, query) {
  const text = query ? query.toString() : '';
  location.hash = '#' + path + (text ? '?' + text : '');
}

// ---- alerts

async function alertsPage(query) {
  const filters = splitMatchers(query.get('filter') ?? '');
  const wanted = new URLSearchParams();
  filters.forEach((filter) => wanted.append('filter', filter));
  if (query.get('receiver')) wanted.set('receiver', query.get('receiver'));
  for (const name of ['silenced', 'inhibited', 'muted']) wanted.set(name, query.get(name) ?? 'false');
  wanted.set('active', query.get('active') ?? 'true');
  const change = (edit) => { const next = new URLSearchParams(query); edit(next); go('/alerts', next); };
  const setFilters = (list) => change((next) => (list.length ? next.set('filter', '{' + list.join(', ') + '}') : next.delete('filter')));

  const input = el('input', { type: 'text', placeholder: 'Add a filter, such as severity="page"', 'aria-label': 'Filter' });
  const form = el('form', { class: 'bar', onsubmit: (event) => { event.preventDefault(); if (input.value.trim()) setFilters([...filters, ...splitMatchers(input.value)]); } },
    input, el('button', { class: 'main' }, 'Filter'));
  const chips = el('div', { class: 'chips' }, filters.map((filter, i) =>
    el('button', { class: 'chip', title: 'Remove', onclick: () => setFilters(filters.filter((_, k) => k !== i)) }, filter + ' ✕')),
    filters.length ? el('a', { href: '#/silences/new?filter=' + encodeURIComponent('{' + filters.join(', ') + '}') }, 'Silence these') : null);
  const boxes = el('div', { class: 'bar' }, ['active', 'silenced', 'inhibited', 'muted'].map((name) =>
    el('span', {}, el('input', { type: 'checkbox', id: name, checked: wanted.get(name) === 'true', onchange: (event) => change((next) => next.set(name, event.target.checked)) }),
      ' ', el('label', { for: name, style: 'display:inline' }, name))));
  const receivers = await api('/receivers');
  const choice = el('select', { 'aria-label': 'Receiver', onchange: (event) => change((next) => (event.target.value ? next.set('receiver', event.target.value) : next.delete('receiver'))) },
    el('option', { value: '' }, 'All receivers'),
    receivers.map(({ name }) => { const value = name.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'); return el('option', { value, selected: value === query.get('receiver') }, name); }));
  boxes.append(choice);

  let groups;
  try { groups = await api('/alerts/groups?' + wanted); } catch (error) { show(form, chips, boxes, failure(error)); return; }
  const add = (name, value) => setFilters([...new Set([...filters, `${name}=${quoted(value)}`])]);
  show(form, chips, boxes, groups.length ? groups.map((group) => groupView(group, add)) : el('p', { class: 'muted' }, 'No alerts.'));
}

function labelChips(labels, add) {
  return Object.entries(labels).map(([name, value]) => el('button', { class: 'chip', title: 'Filter by this', onclick: () => add(name, value) }, `${name}=${quoted(value)}`));
}

function groupView(group, add) {
  return el('section', { class: 'group' },
    el('h2', {}, el('span', {}, group.receiver.name), labelChips(group.labels, add), el('span', { class: 'muted' }, `${group.alerts.length} alert${group.alerts.length === 1 ? '' : 's'}`)),
    group.alerts.map((alert) => alertView(alert, group.labels, add)));
}

function alertView(alert, groupLabels, add) {
  const rest = Object.fromEntries(Object.entries(alert.labels).filter(([name]) => !(name in groupLabels)));
  const all = '{' + Object.entries(alert.labels).map(([name, value]) => `${name}=${quoted(value)}`).join(', ') + '}';
  const { silencedBy, inhibitedBy, mutedBy = [] } = alert.status;
  return el('article', {},
    el('div', { class: 'bar' }, when(alert.startsAt), el('span', { class: 'muted' }, alert.status.state),
      alert.generatorURL && /^https?:/.test(alert.generatorURL) ? el('a', { href: alert.generatorURL }, 'Source') : null,
      el('a', { href: '#/silences/new?filter=' + encodeURIComponent(all) }, 'Silence'),
      silencedBy.map((id) => el('a', { href: '#/silences/' + id }, 'Silenced')),
      inhibitedBy.length ? el('span', { class: 'muted' }, 'inhibited by ' + inhibitedBy.join(', ')) : null,
      mutedBy.length ? el('span', { class: 'muted' }, 'muted by ' + mutedBy.join(', ')) : null),
    Object.keys(alert.annotations).length ? el('dl', {}, Object.entries(alert.annotations).map(([name, value]) => [el('dt', {}, name), el('dd', {}, linked(value))])) : null,
    el('div', { class: 'chips' }, labelChips(rest, add)));
}

function linked(text) { return /^https?:\/\/\S+$/.test(text) ? el('a', { href: text }, text) : text; }

// ---- silences

async function silencesPage(query) {
  const state = query.get('state') ?? 'active';
  const filters = splitMatchers(query.get('filter') ?? '');
  const wanted = new URLSearchParams(filters.map((filter) => ['filter', filter]));
  const all = await api('/silences?' + wanted);
  const tabs = el('div', { class: 'bar' }, ['active', 'pending', 'expired'].map((name) =>
    el('button', { 'aria-pressed': String(name === state), class: name === state ? 'main' : '', onclick: () => { const next = new URLSearchParams(query); next.set('state', name); go('/silences', next); } },
      `${name} (${all.filter((silence) => silence.status.state === name).length})`)));
  const input = el('input', { type: 'text', value: query.get('filter') ?? '', placeholder: 'Filter by matcher, such as alertname="Down"', 'aria-label': 'Filter' });
  const form = el('form', { class: 'bar', onsubmit: (event) => { event.preventDefault(); const next = new URLSearchParams(query); next.set('filter', input.value); go('/silences', next); } }, input, el('button', {}, 'Filter'));
  const shown = all.filter((silence) => silence.status.state === state);
  show(tabs, form, shown.length ? shown.map(silenceRow) : el('p', { class: 'muted' }, `No ${state} silences.`));
}

function silenceRow(silence) {
  return el('article', {},
    el('div', { class: 'bar' }, el('a', { href: '#/silences/' + silence.id }, 'View'), el('span', {}, 'ends ', when(silence.endsAt)), el('span', { class: 'muted' }, silence.createdBy), silence.comment),
    el('div', { class: 'chips' }, silence.matchers.map((matcher) => el('span', { class: 'chip' }, matcherText(matcher)))));
}

async function silencePage(id) {
  const silence = await api('/silence/' + encodeURIComponent(id));
  const expired = silence.status.state === 'expired';
  const expire = async () => {
    if (!confirm('Expire this silence?')) return;
    try { await api('/silence/' + id, { method: 'DELETE' }); route(); } catch (error) { page.prepend(failure(error)); }
  };
  const affected = expired ? [] : await affectedAlerts(silence.matchers);
  show(el('h1', {}, 'Silence'), el('div', { class: 'bar' },
    el('a', { class: 'button', href: `#/silences/${id}/edit` }, expired ? 'Recreate' : 'Edit'), expired ? null : el('button', { onclick: expire }, 'Expire')),
  el('dl', {}, [['Id', silence.id], ['State', silence.status.state], ['Starts', when(silence.startsAt)], ['Ends', when(silence.endsAt)], ['Updated', when(silence.updatedAt)],
    ['Created by', silence.createdBy], ['Comment', silence.comment], ...Object.entries(silence.annotations ?? {})].map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])),
  el('div', { class: 'chips' }, silence.matchers.map((matcher) => el('span', { class: 'chip' }, matcherText(matcher)))),
  el('h2', {}, `Affected alerts (${affected.length})`), affected.map((alert) => alertView(alert, {}, () => {})));
}

function affectedAlerts(matchers) {
  return api('/alerts?' + new URLSearchParams(matchers.map((matcher) => ['filter', matcherText(matcher)])));
}

const local = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);

async function editPage(id, query) {
  const old = id ? await api('/silence/' + encodeURIComponent(id)) : null;
  const start = old && old.status.state !== 'expired' ? new Date(old.startsAt) : new Date();
  const end = old && old.status.state !== 'expired' ? new Date(old.endsAt) : new Date(Date.now() + 2 * 3600e3);
  const starts = el('input', { type: 'datetime-local', value: local(start) });
  const ends = el('input', { type: 'datetime-local', value: local(end) });
  const hours = el('input', { type: 'number', min: '0', step: 'any', value: ((end - start) / 3600e3).toFixed(2) });
  hours.addEventListener('input', () => { ends.value = local(new Date(new Date(starts.value).getTime() + hours.value * 3600e3)); });
  ends.addEventListener('input', () => { hours.value = ((new Date(ends.value) - new Date(starts.value)) / 3600e3).toFixed(2); });
  const rows = el('div', {});
  const addRow = (text) => {
    const row = el('div', { class: 'bar' }, el('input', { type: 'text', value: text, placeholder: 'alertname="Down"', 'aria-label': 'Matcher' }),
      el('button', { type: 'button', onclick: () => row.remove() }, 'Remove'));
    rows.append(row);
  };
  (old ? old.matchers.map(matcherText) : splitMatchers(query.get('filter') ?? '')).forEach(addRow);
  if (!rows.children.length) addRow('');
  const creator = el('input', { type: 'text', value: old?.createdBy ?? localStorage.getItem('createdBy') ?? '' });
  const comment = el('textarea', { rows: '3' }, old?.comment ?? query.get('comment') ?? '');
  const result = el('div', {});
  const matchers = () => [...rows.querySelectorAll('input')].map((input) => input.value).filter((text) => text.trim()).map(parseMatcher);
  const preview = async () => {
    try {
      const affected = await affectedAlerts(matchers());
      result.replaceChildren(el('h2', {}, `Affected alerts (${affected.length})`), ...affected.map((alert) => alertView(alert, {}, () => {})));
    } catch (error) { result.replaceChildren(failure(error)); }
  };
  const save = async (event) => {
    event.preventDefault();
    try {
      localStorage.setItem('createdBy', creator.value);
      // Untouched times keep their seconds: an active silence is changed in place only with its own start.
      const startsAt = starts.value === local(start) ? start.toISOString() : new Date(starts.value).toISOString();
      const endsAt = ends.value === local(end) ? end.toISOString() : new Date(ends.value).toISOString();
      const body = { matchers: matchers(), startsAt, endsAt, createdBy: creator.value, comment: comment.value, annotations: old?.annotations };
      if (old && old.status.state !== 'expired') body.id = old.id;
      const saved = await api('/silences', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
      go('/silences/' + saved.silenceID);
    } catch (error) { result.replaceChildren(failure(error)); }
  };
  show(el('h1', {}, old ? 'Edit silence' : 'New silence'), el('form', { onsubmit: save },
    el('div', { class: 'bar' }, el('label', {}, 'Start ', starts), el('label', {}, 'Duration in hours ', hours), el('label', {}, 'End ', ends)),
    el('h2', {}, 'Matchers'), rows, el('button', { type: 'button', onclick: () => addRow('') }, 'Add matcher'),
    el('label', {}, 'Creator', creator), el('label', {}, 'Comment', comment),
    el('div', { class: 'bar' }, el('button', { type: 'button', onclick: preview }, 'Preview alerts'), el('button', { class: 'main' }, old ? 'Save' : 'Create'))), result);
}

// ---- status

async function statusPage() {
  const status = await api('/status');
  const facts = [['Up since', when(status.uptime)], ['Cluster', status.cluster.status], ['Name', status.cluster.name ?? '–'], ['Version', status.versionInfo.version], ['Revision', status.versionInfo.revision]];
  show(el('h1', {}, 'Status'), el('dl', {}, facts.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])),
    status.cluster.peers?.length ? [el('h2', {}, 'Peers'), el('table', {}, el('tr', {}, el('th', {}, 'Name'), el('th', {}, 'Address')), status.cluster.peers.map((peer) => el('tr', {}, el('td', {}, peer.name), el('td', {}, peer.address))))] : null,
    el('h2', {}, 'Configuration'), el('pre', {}, status.config.original));
}

// ---- routing

async function route() {
  const { path, query } = address();
  for (const link of document.querySelectorAll('nav a')) {
    if (path.startsWith(link.getAttribute('href').slice(1))) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  try {
    const silence = /^\/silences\/([^/]+)(\/edit)?$/.exec(path);
    if (path === '/alerts') await alertsPage(query);
    else if (path === '/silences') await silencesPage(query);
    else if (path === '/silences/new') await editPage(null, query);
    else if (silence) await (silence[2] ? editPage(silence[1], query) : silencePage(silence[1]));
    else if (path === '/status') await statusPage();
    else show(failure(`There is no page ${path}.`));
  } catch (error) { show(failure(error)); }
}

addEventListener('hashchange', route);
route();
