// The stand-in's own small API: what the page knows of the workspace, and what it asks of it.
import { useCallback, useEffect, useRef, useState } from "react";

const POLL_MILLISECONDS = 300;

const pause = (milliseconds) => new Promise((over) => setTimeout(over, milliseconds));

const get = async (path) => (await fetch(path)).json();

const ask = async (path, asked) => {
  const headers = { "Content-Type": "application/json" };
  try {
    return await (await fetch(path, { method: "POST", headers, body: JSON.stringify(asked) })).json();
  } catch {
    return { problem: "The bot has stopped." };
  }
};

export const send = async (channel, text) => (await ask("workspace/commands", { channel, text })).problem;
export const moveClock = async (to) => (await ask("workspace/clock", { to })).problem;
// Each answers with a problem, or with a window that opens and with what is wrong in its fields.
export const press = ({ channel, ts }, button) => ask("workspace/presses", { channel, ts, ...button });
export const fill = (window, values) => ask("workspace/windows", { window, values });

export function useWorkspace() {
  const [workspace, setWorkspace] = useState(null);
  useEffect(() => void get("workspace").then(setWorkspace), []);
  return workspace;
}

const NOTHING = { seen: 0, messages: [] };

// A message that changed keeps its place; one that did not stays the same value, and is not drawn again.
function withNews(known, { seen, messages }) {
  if (messages.length === 0) return { ...known, seen };
  const byTs = new Map([...known.messages, ...messages].map((message) => [message.ts, message]));
  return { seen, messages: [...byTs.values()] };
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// The clock is asked before the messages: once it stands, all that came while it moved is there.
export function useNews() {
  const known = useRef(NOTHING);
  const [clock, setClock] = useState(null);
  const [messages, setMessages] = useState(NOTHING.messages);
  const [reachable, setReachable] = useState(true);
  const look = useCallback(async () => {
    try {
      const shown = await get("workspace/clock");
      known.current = withNews(known.current, await get(`workspace/messages?after=${known.current.seen}`));
      setClock((before) => (same(before, shown) ? before : shown));
      setMessages(known.current.messages);
      setReachable(true);
    } catch {
      known.current = NOTHING; // a bot that is started again has messages of its own
      setReachable(false);
    }
  }, []);
  useEffect(() => {
    let open = true;
    const looking = async () => {
      while (open) {
        await look();
        await pause(POLL_MILLISECONDS);
      }
    };
    void looking();
    return () => {
      open = false;
    };
  }, [look]);
  return { clock, messages, reachable, look };
}
