// The progress of an import follows by itself; without scripts, the page is asked again by hand.
const shown = document.querySelector("[data-progress]");

async function follow() {
  let text;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (answer.redirected) {
      location.replace(answer.url);
      return;
    }
    text = await answer.text();
  } catch {
    setTimeout(follow, 5000);
    return;
  }
  const next = new DOMParser().parseFromString(text, "text/html").querySelector("[data-progress]");
  if (!next) {
    location.reload();
    return;
  }
  if (next.innerHTML !== shown.innerHTML) shown.innerHTML = next.innerHTML;
  setTimeout(follow, 1000);
}

if (shown) setTimeout(follow, 700);
