"use strict";
(() => {
  const PAGE = 25, NOT_COMPARED = 0, AGREED = 1, SPLIT = 2, TIE = 3;
  const el = (name, attributes = {}, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };

  const said = el("span", {class: "said", role: "status"});
  let forgotten = 0;
  const copy = async (text, button) => {
    let is = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = el("textarea", {style: "position:fixed;left:-100vw"});
      area.value = text;
      document.body.append(area);
      area.select();
      is = document.execCommand("copy");
      area.remove();
    }
    // said beside the button, to whoever listens as well: its own words stay what it does, however often it is pressed
    said.textContent = "";
    button.after(said);
    clearTimeout(forgotten);
    setTimeout(() => { said.textContent = is ? "Copied." : "It could not be copied."; }, 50);
    forgotten = setTimeout(() => { said.textContent = ""; }, 4000);
  };
  for (const button of document.querySelectorAll("[data-copy]")) {
    const pre = button.closest(".copied").querySelector("pre");
    button.addEventListener("click", () => copy(pre.textContent, button));
  }
  // what is printed is what is seen: whoever wants all of it opens all of it
  const unfold = document.getElementById("unfold");
  unfold.hidden = false;
  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-pressed") !== "true";
    for (const one of document.querySelectorAll("main details")) one.open = open;
    unfold.setAttribute("aria-pressed", String(open));
    unfold.textContent = open ? "Fold tables" : "Unfold all tables";
  });

  const box = document.getElementById("explorer");
  if (!box) return;
  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  };
  const failed = () => { document.getElementById("too-old").hidden = false; };
  unpack(document.getElementById("data").textContent).then(explore, failed);

  function explore(data) {
  const people = data.people, N = data.n, M = people.length;
  const questions = data.questions.map((one) => {
    const given = new Int32Array(N * M), outcome = new Uint8Array(N);
    for (let at = 0; at < N * M; at++) given[at] = (Array.isArray(one.given) ? one.given[at] : one.given.charCodeAt(at) - data.first) - 1;
    for (let row = 0; row < N; row++) outcome[row] = one.outcomes.charCodeAt(row) - 48;
    return {...one, given, outcome, compared: outcome.some((each) => each !== NOT_COMPARED)};
  });
  const marks = new Map();
  for (const one of questions) {
    let row = 0;
    for (let at = 0; one.marks && at < one.marks.length; at += 5) {
      row += one.marks[at];
      if (!marks.has(row)) marks.set(row, []);
      marks.get(row).push({who: one.marks[at + 1], label: one.labels[one.marks[at + 2]], place: one.marks[at + 2],
        start: one.marks[at + 3], end: one.marks[at + 4]});
    }
  }
  const folded = data.texts ? data.texts.map((text) => (text || "").toLowerCase()) : null;
  const isDisputed = (one, row) => one.outcome[row] === SPLIT || one.outcome[row] === TIE;
  const compared = questions.filter((one) => one.compared);
  const anywhere = new Uint8Array(N), decided = new Uint8Array(N);
  for (const one of compared) for (let row = 0; row < N; row++) if (isDisputed(one, row)) anywhere[row] = 1;
  for (const one of questions) for (const row of Object.keys(one.decided)) decided[row] = 1;

  box.hidden = false;
  const form = document.getElementById("filters"), list = document.getElementById("list");
  const fields = form.elements, count = document.getElementById("count");
  const fill = (select, entries) => {
    select.replaceChildren(...entries.map(([value, text]) => el("option", {value}, text)));
  };
  fill(fields.question, [["", "any"], ...compared.map((one) => [one.id, one.id])]);
  fill(fields.show, [["disputed", "that differ"], ["agreed", "that agree"], ["all", "all"]]);
  fill(fields.annotator, [["", "anybody"], ...people.map((name, at) => [String(at), name])]);
  fill(fields.article, [["", "any"], ...data.articles.map((title, at) => [String(at), title])]);
  fill(fields.decided, [["", "or not"], ["yes", "decided"], ["no", "not decided"]]);
  for (const [name, has] of [["article", data.article], ["words", folded], ["decided", decided.some(Boolean)]]) {
    if (!has) fields[name].closest("label").hidden = true;
  }
  const chosen = () => questions.find((one) => one.id === fields.question.value);
  const fillValues = () => {
    const one = chosen();
    const values = one && !one.marks ? one.values.map(([name, status], at) => [String(at), name]) : [];
    for (const select of [fields.one, fields.other]) {
      fill(select, [["", "anything"], ...values]);
      select.disabled = !values.length;
    }
  };
  fillValues();

  let found = [], from = 0, current = -1;
  const keys = document.getElementById("keys");
  const selected = new Set();

  const apart = (one, row, who) => {
    const own = one.given[row * M + who];
    if (own < 0) return false;
    let others = 0, same = 0;
    for (let other = 0; other < M; other++) {
      const value = one.given[row * M + other];
      if (other === who || value < 0) continue;
      others++;
      same += value === own;
    }
    return others > 0 && 2 * same < others;
  };
  const both = (one, row, a, b) => {
    let hasA = 0, hasB = 0;
    for (let who = 0; who < M; who++) {
      const value = one.given[row * M + who];
      if (value === a) hasA++;
      if (value === b) hasB++;
    }
    if (a < 0) return hasB > 0;
    if (b < 0) return hasA > 0;
    return a === b ? hasA > 1 : hasA > 0 && hasB > 0;
  };
  const filter = () => {
    const one = chosen(), show = fields.show.value, words = fields.words.value.trim().toLowerCase();
    const a = fields.one.value === "" ? -1 : Number(fields.one.value);
    const b = fields.other.value === "" ? -1 : Number(fields.other.value);
    const who = fields.annotator.value === "" ? -1 : Number(fields.annotator.value);
    const article = fields.article.value === "" ? -1 : Number(fields.article.value);
    const wanted = fields.decided.value;
    const among = one ? [one] : compared;
    found = [];
    for (let row = 0; row < N; row++) {
      const differs = one ? isDisputed(one, row) : anywhere[row] === 1;
      if (show === "disputed" && !differs) continue;
      if (show === "agreed" && (differs || (one && one.outcome[row] !== AGREED))) continue;
      if (article >= 0 && data.article[row] !== article) continue;
      if (wanted && (decided[row] === 1) !== (wanted === "yes")) continue;
      if (one && (a >= 0 || b >= 0) && !both(one, row, a, b)) continue;
      if (who >= 0 && !among.some((each) => apart(each, row, who))) continue;
      if (words && !(folded && folded[row].includes(words))) continue;
      found.push(row);
    }
    from = 0;
    current = -1;
    draw();
  };

  const words = (row) => {
    const text = data.texts && data.texts[row];
    return text || (data.texts ? "(the words are left out: nobody differs on this sentence)" : null);
  };
  // a title written from right to left turns nothing around but itself
  const placed = (row) => data.names ? [el("bdi", {}, data.names[row])]
    : [el("bdi", {}, data.articles[data.article[row]]), `, sentence ${data.position[row]}`];
  const place = (row) => data.names ? data.names[row] : `${data.articles[data.article[row]]}, sentence ${data.position[row]}`;
  const languageOf = (row) => data.languages ? data.languages[data.article[row]] : null;
  const layer = (text, own, language) => {
    const points = [...text], cuts = [...new Set([0, points.length, ...own.flatMap((mark) => [mark.start, mark.end])])].sort((x, y) => x - y);
    const line = el("span", {dir: "auto", lang: language});
    for (let at = 0; at + 1 < cuts.length; at++) {
      const [start, end] = [cuts[at], cuts[at + 1]], piece = points.slice(start, end).join("");
      const over = own.filter((mark) => mark.start <= start && end <= mark.end);
      let node = document.createTextNode(piece);
      for (const mark of over) {
        const last = mark.end === end;
        node = el("mark", {class: `m${mark.place % 4}`}, node, ...(last ? [el("sub", {}, mark.label)] : []));
      }
      line.append(node);
    }
    return line;
  };
  const layers = (row, text) => {
    const here = marks.get(row) || [];
    const rows = [...people.keys()].filter((who) => questions.some((one) => one.given[row * M + who] >= 0));
    const drawn = rows.map((who) => el("div", {class: "layer"}, el("span", {}, people[who]), layer(text, here.filter((mark) => mark.who === who), languageOf(row))));
    const settled = here.filter((mark) => mark.who === -1);
    if (settled.length) drawn.push(el("div", {class: "layer"}, el("span", {}, "decided"), layer(text, settled, languageOf(row))));
    return drawn;
  };
  const answers = (row) => {
    const drawn = marks.has(row) && data.texts && data.texts[row];  // then what was marked is seen already
    const shown = questions.filter((one) => !(drawn && one.labels)
      && (isDisputed(one, row) || one.decided[row] !== undefined || (chosen() && one.id === chosen().id)));
    const rest = questions.filter((one) => !shown.includes(one) && !(drawn && one.labels));
    const who = [...people.keys()].filter((at) => questions.some((one) => one.given[row * M + at] >= 0));
    const table = (some) => {
      const settled = some.some((one) => one.decided[row] !== undefined);
      const head = el("tr", {}, el("th", {scope: "col"}, "question"), ...who.map((at) => el("th", {scope: "col"}, people[at])),
        ...(settled ? [el("th", {scope: "col"}, "decided")] : []));
      const body = some.map((one) => {
        const times = new Map();
        for (const at of who) if (one.given[row * M + at] >= 0) times.set(one.given[row * M + at], (times.get(one.given[row * M + at]) || 0) + 1);
        const most = Math.max(...times.values());
        const cells = who.map((at) => {
          const value = one.given[row * M + at];
          const odd = value >= 0 && isDisputed(one, row) && !one.marks && times.get(value) < most;
          return el("td", odd ? {class: "odd"} : {}, value < 0 ? "–" : one.values[value][0]);
        });
        return el("tr", {}, el("th", {scope: "row"}, one.id), ...cells, ...(settled ? [el("td", {}, one.decided[row] ?? "")] : []));
      });
      return el("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": `Answers on ${place(row)}`},
        el("table", {}, el("thead", {}, head), el("tbody", {}, ...body)));
    };
    const made = shown.length ? [table(shown)] : [];
    if (rest.length) made.push(el("details", {}, el("summary", {}, "the other answers"), table(rest)));
    return made;
  };
  const item = (row, at) => {
    const box = el("input", {type: "checkbox", "aria-label": `Select ${place(row)}`});
    box.checked = selected.has(row);
    box.addEventListener("change", () => toggle(row, box.checked));
    const head = el("h3", {}, el("span", {}, ...placed(row)));
    if (data.tasks && data.tasks[row]) {
      head.append(el("a", {href: data.link + data.tasks[row], target: "_blank", rel: "noopener noreferrer"}, "open in Label Studio"));
    }
    if (data.reasons[row]) head.append(el("span", {}, `why coders differed: ${data.reasons[row]}`));
    head.prepend(box);
    const made = el("article", {class: "sentence", tabindex: "-1", "data-row": row}, head);
    const text = words(row);
    if (text && marks.has(row) && data.texts[row]) made.append(...layers(row, text));
    else if (text) made.append(el("p", {class: "words", dir: "auto", lang: languageOf(row)}, text));
    made.append(...answers(row));
    if (from + at === current) made.setAttribute("aria-current", "true");
    return made;
  };
  const draw = () => {
    const until = Math.min(from + PAGE, found.length);
    count.textContent = found.length
      ? `${(from + 1).toLocaleString("en")} to ${until.toLocaleString("en")} of ${found.length.toLocaleString("en")} (${N.toLocaleString("en")} in all)`
      : `None of ${N.toLocaleString("en")}`;
    document.getElementById("before").disabled = from === 0;
    document.getElementById("after").disabled = until >= found.length;
    list.replaceChildren(...found.slice(from, until).map(item));
  };
  const toggle = (row, is) => {
    if (is) selected.add(row); else selected.delete(row);
    const button = document.getElementById("copy-list");
    button.disabled = selected.size === 0;
    button.textContent = selected.size ? `Copy ${selected.size} selected as a list` : "Copy selected as a list";
  };
  const move = (to) => {
    if (!found.length) return;
    current = Math.max(0, Math.min(found.length - 1, to));
    const first = Math.floor(current / PAGE) * PAGE;
    if (first !== from) { from = first; }
    draw();
    const made = list.children[current - from];
    made.focus({preventScroll: true});
    made.scrollIntoView({block: "nearest"});
  };
  const page = (to) => { from = Math.max(0, to); current = -1; draw(); list.scrollIntoView({block: "start"}); };
  const listed = () => [...selected].sort((x, y) => x - y).map((row) => {
    const lines = [`- ${place(row)}`];
    if (data.texts && data.texts[row]) lines.push(`  “${data.texts[row]}”`);
    for (const one of questions.filter((each) => isDisputed(each, row))) {
      const said = [...people.keys()].filter((who) => one.given[row * M + who] >= 0)
        .map((who) => `${people[who]} ${one.values[one.given[row * M + who]][0]}`);
      lines.push(`  ${one.id}: ${said.join(", ")}${one.decided[row] === undefined ? "" : `; decided: ${one.decided[row]}`}`);
    }
    if (data.tasks && data.tasks[row]) lines.push(`  ${data.link}${data.tasks[row]}`);
    return lines.join("\n");
  }).join("\n") + "\n";

  const reset = () => { form.reset(); fillValues(); };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target === fields.question) fillValues();
    filter();
  });
  document.getElementById("before").addEventListener("click", () => page(from - PAGE));
  document.getElementById("after").addEventListener("click", () => page(from + PAGE));
  document.getElementById("reset").addEventListener("click", () => { reset(); filter(); });
  document.getElementById("copy-list").addEventListener("click", (event) => copy(listed(), event.target));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys.checked) return;
    if (event.target.closest("input[type=search], select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "/") { event.preventDefault(); fields.words.focus(); fields.words.scrollIntoView({block: "center"}); }
    else if (event.key === "j") move(current < 0 ? from : current + 1);
    else if (event.key === "k") move(current < 0 ? from : current - 1);
    else if (current >= 0 && event.key === "x") {
      const tick = list.children[current - from].querySelector("input");
      tick.checked = !tick.checked;
      toggle(found[current], tick.checked);
    } else if (current >= 0 && event.key === "o") {
      const link = list.children[current - from].querySelector("h3 a");
      if (link) link.click();
    }
  });
  for (const link of document.querySelectorAll("[data-jump]")) {
    link.addEventListener("click", () => {
      const to = JSON.parse(link.dataset.jump);
      reset();
      fields.question.value = to.question;
      fillValues();
      const one = chosen();
      if (to.values && one) {
        const at = to.values.map((name) => one.values.findIndex(([each, status]) => each === name && status === "answered"));
        fields.show.value = "all";
        [fields.one.value, fields.other.value] = at.map(String);
      }
      if (to.value !== undefined && one) {
        const at = one.values.findIndex(([each, status]) => each === to.value && status === "answered");
        if (at >= 0) fields.one.value = String(at);
      }
      if (to.annotator) fields.annotator.value = String(people.indexOf(to.annotator));
      filter();
    });
  }
  filter();
  }
})();
