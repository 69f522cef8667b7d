// The workspace page: channels on the left, messages on the right, a box to type a command below.
import { useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import "slack-blocks-to-jsx/dist/style.css";
import { Message } from "./message.jsx";
import "./page.css";
import { send, useMessages, useWorkspace } from "./workspace.js";

function Channels({ channels, current, choose }) {
  return (
    <nav aria-label="Channels">
      <h2>Channels</h2>
      <ul>
        {channels.map(({ id, name }) => (
          <li key={id}>
            <button type="button" aria-current={id === current ? "page" : undefined} onClick={() => choose(id)}>
              # {name}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Messages({ messages, channels, name }) {
  const end = useRef(null);
  const shown = messages.length;
  useEffect(() => {
    end.current?.lastElementChild?.scrollIntoView({ block: "start" });
  }, [shown, name]);
  return (
    <div className="messages" role="log" aria-live="polite" aria-label={`Messages in ${name}`} tabIndex={0} ref={end}>
      {shown === 0 && <p className="note">Nothing here yet. Type a command below, or choose one.</p>}
      {messages.map((message) => (
        <Message key={message.ts} message={message} channels={channels} />
      ))}
    </div>
  );
}

function Composer({ channel, suggestions }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const submit = async (typed) => {
    if (!typed.trim()) return;
    setText("");
    setProblem((await send(channel, typed.trim())) ?? "");
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
        <button type="submit">Send</button>
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

function Workspace({ workspace }) {
  const [current, choose] = useState(workspace.channels[0].id);
  const { messages, reachable } = useMessages();
  const { name } = workspace.channels.find(({ id }) => id === current);
  return (
    <>
      <header>
        <h1>{workspace.name}</h1>
        <p>A local page that draws messages about as Slack does. Nothing leaves this machine.</p>
      </header>
      <Channels channels={workspace.channels} current={current} choose={choose} />
      <main>
        <h2># {name}</h2>
        {!reachable && <p role="alert" className="note">The bot has stopped. Start it again with: quintet demo</p>}
        <Messages messages={messages.filter(({ channel }) => channel === current)} channels={workspace.channels} name={name} />
        <Composer channel={current} suggestions={workspace.suggestions} />
      </main>
    </>
  );
}

function Page() {
  const workspace = useWorkspace();
  return workspace && <Workspace workspace={workspace} />;
}

createRoot(document.getElementById("page")).render(<Page />);
