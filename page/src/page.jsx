// The workspace page: channels on the left, messages on the right, a box to type a command below.
import { useCallback, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import "slack-blocks-to-jsx/dist/style.css";
import { Clock } from "./clock.jsx";
import { isReply, Messages } from "./messages.jsx";
import "./page.css";
import { Window } from "./window.jsx";
import { press, send, useNews, useWorkspace } from "./workspace.js";

function Channels({ channels, current, choose, unread }) {
  return (
    <nav aria-label="Channels">
      <h2>Channels</h2>
      <ul>
        {channels.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === current ? "page" : undefined}
              aria-description={unread(id) ? "New messages" : undefined}
              onClick={() => choose(id)}
            >
              # {name}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Composer({ channel, suggestions }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (typed) => {
    if (!typed.trim() || busy) return;
    setBusy(true);
    setText("");
    setProblem((await send(channel, typed.trim())) ?? "");
    setBusy(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit(text);
      }}
    >
      <p role="status" className="problem">{problem}</p>
      <div className="typed">
        <label htmlFor="command">Command</label>
        <input id="command" autoFocus autoComplete="off" placeholder="/dora team-x" value={text} onChange={(event) => setText(event.target.value)} />
        <button type="submit" aria-disabled={busy}>{busy ? "Sending…" : "Send"}</button>
      </div>
      <ul className="suggestions" aria-label="Commands to try">
        {suggestions.map((suggestion) => (
          <li key={suggestion}>
            <button type="button" onClick={() => submit(suggestion)}>{suggestion}</button>
          </li>
        ))}
      </ul>
    </form>
  );
}

// A channel is unread while it has more messages than when it was last looked at.
function useUnread(messages, current) {
  const [seen, setSeen] = useState({});
  const count = useCallback((id) => messages.filter((each) => each.channel === id && !isReply(each)).length, [messages]);
  useEffect(() => setSeen((before) => ({ ...before, [current]: count(current) })), [current, count]);
  return (id) => id !== current && count(id) > (seen[id] ?? 0);
}

function Workspace({ workspace, clock, messages, reachable, look }) {
  const [current, choose] = useState(workspace.channels[0].id);
  const [view, open] = useState(null);
  const unread = useUnread(messages, current);
  const { name } = workspace.channels.find(({ id }) => id === current);
  const pressed = useCallback(async (message, button) => {
    const { problem, window } = await press(message, button);
    if (window) open(window);
    return problem ?? "";
  }, []);
  return (
    <>
      <header>
        <h1>{workspace.name}</h1>
        <p>A local page that draws messages about as Slack does. Nothing leaves this machine.</p>
        <Clock clock={clock} messages={messages.length} look={look} />
      </header>
      <Channels channels={workspace.channels} current={current} choose={choose} unread={unread} />
      <main>
        <h2># {name}</h2>
        {!reachable && <p role="alert" className="note">The bot has stopped. Start it again with: quintet demo</p>}
        <Messages
          messages={messages.filter(({ channel }) => channel === current)}
          channels={workspace.channels}
          name={name}
          zone={clock.zone}
          press={pressed}
        />
        <Composer channel={current} suggestions={workspace.suggestions} />
      </main>
      {view && <Window key={view.id} view={view} close={() => open(null)} />}
    </>
  );
}

function Page() {
  const workspace = useWorkspace();
  const news = useNews();
  return workspace && news.clock && <Workspace workspace={workspace} {...news} />;
}

createRoot(document.getElementById("page")).render(<Page />);
