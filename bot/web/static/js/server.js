// What does not go through the socket: older lines, and files.

const CSRF = document.querySelector('meta[name="csrf-token"]').content;

/** Lines of a room that came before this one, oldest first; none at its beginning. */
export async function fetchOlder(room, before) {
  const answer = await fetch(`/chat/history?${new URLSearchParams({ room, before })}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`history: ${answer.status}`);
  return (await answer.json()).lines;
}

/** Post a file. Answers {ok, why}, also when the network or the server fails. */
export async function postFile({ room, id, text, file }) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ room, id, text })) body.append(name, value);
  body.append("file", file);
  try {
    const answer = await fetch("/chat/files", { method: "POST", body, headers: { "X-CSRF-Token": CSRF, Accept: "application/json" } });
    return await answer.json();
  } catch {
    return { ok: false, why: "The file could not be sent. Please check your connection." };
  }
}
