// On the page people code on: its end, and links that lead where only the lead may go, lead to a page of ours.
(() => {
  const home = "/intercoder/";
  const asked = window.fetch;
  window.fetch = async (...about) => {
    const answer = await asked(...about);
    const url = new URL(typeof about[0] === "string" ? about[0] : about[0].url ?? about[0], location.href);
    if (answer.status === 404 && url.pathname.startsWith("/api/dm/actions") && url.searchParams.get("id") === "next_task") {
      location.assign(`${home}?done=${url.searchParams.get("project")}`);
    }
    return answer;
  };
  const open = (url) => url.pathname === "/logout" || url.pathname === "/logout/" || url.pathname.startsWith(home)
    || (/^\/projects\/\d+\/data\/?$/.test(url.pathname) && (url.searchParams.has("labeling") || url.searchParams.has("task")));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    const url = new URL(link.getAttribute("href"), location.href);
    if (url.origin !== location.origin || open(url) || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    event.stopPropagation();
    location.assign(home);
  }, true);
})();
