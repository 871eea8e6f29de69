// The secret stands behind `#`, is shown at the door once, and is taken out of the address bar and the history.
const secret = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

async function enter() {
  if (!secret) return false;
  try {
    const answer = await fetch("/enter", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ secret }),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

if (await enter()) {
  location.replace(location.pathname);
} else {
  document.getElementById("door-wait").hidden = true;
  document.getElementById("door-closed").hidden = false;
}
